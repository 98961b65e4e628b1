"""The Audit screen says how far the trail is sealed, and that it was cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace
from tests.edited_store import edited

from ..conftest import Open
from ..driving import shows, text_of


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A workspace in a folder, with a few lines."""
    with Workspace.open(tmp_path / "workspace") as workspace:
        for days in (1, 2, 3):
            workspace.site.set(apns_grace_days=days)
    return tmp_path / "workspace"


async def test_the_seal_and_a_line_to_keep(console: Open, stored: Path) -> None:
    with Workspace.open(stored) as workspace:
        async with console(workspace) as pilot:
            await pilot.press("9")
            await shows(pilot, "sealed")
            await pilot.press("V")
            await shows(pilot, "certfleet-seal-1/")
            assert "Audit trail     sealed to line" in text_of(pilot)


async def test_a_trail_that_was_cut_is_told(console: Open, stored: Path) -> None:
    with edited(stored) as store:
        store.run("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)")
    with Workspace.open(stored) as workspace:
        async with console(workspace) as pilot:
            await pilot.press("9")
            await shows(pilot, "cut or changed: V")
            await pilot.press("V")
            await shows(pilot, "1 line missing")
            assert "certfleet audit accept" in text_of(pilot)
