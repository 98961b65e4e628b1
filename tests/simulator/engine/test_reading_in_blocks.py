"""A simulator reads its fleet in blocks of ids; the history doesn't depend on their size, nor on gaps."""

from __future__ import annotations

import pytest

from certfleet.simulator.engine import simulator
from certfleet.store.workspace import Workspace

from ..conftest import Draw, renew_all, rotate, run


def _digest(workspace: Workspace) -> str:
    workspace.deletions.delete(range(3, 12))  # a block of its own is empty
    rotate(workspace)
    renew_all(workspace)
    run(workspace, days=5)
    return workspace.devices.log_digest().sha256


def test_blocks_of_any_size(fleet: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    in_one = _digest(fleet(devices=40))
    monkeypatch.setattr(simulator, "_BLOCK", 4)
    assert _digest(fleet(devices=40)) == in_one
