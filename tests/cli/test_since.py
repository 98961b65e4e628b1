"""What others changed since somebody last looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace

from .conftest import Command


@pytest.fixture(autouse=True)
def own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def ben(command: Command, text: str) -> None:
    """Somebody else describes an entry."""
    with Workspace.open(command.workspace, actor=Actor("ben")) as workspace:
        workspace.inventory.describe(1, text)


def test_only_what_others_did_since(filled: Command) -> None:
    first = filled.json("since")
    assert (first["since"], first["changes"]) == (None, [])
    filled.done("certificate", "describe", 1, "by me")
    ben(filled, "by Ben")
    told = filled.json("since", "--peek")
    assert [line["summary"] for line in told["changes"]] == ["described as 'by Ben'"]
    assert told["summary"] == "1 change by ben: certificate 1"
    assert "described as 'by Ben'" in filled.done("since")
    assert filled.json("since")["changes"] == []
    assert "nobody else has changed anything since" in filled.run("since").output
