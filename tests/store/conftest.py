"""A workspace on disk whose clock stands where the test wants it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from tests.material import NOW


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def workspace(tmp_path: Path, clock: FixedClock) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace", actor=Actor("alice"), clock=clock) as workspace:
        yield workspace


def content(workspace: Workspace) -> bytes:
    """Everything that the workspace holds, to compare before and after."""
    assert workspace.path is not None
    file = workspace.path.parent / "content.json"
    workspace.export_json(file)
    return file.read_bytes()
