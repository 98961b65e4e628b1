"""A simulator reads its fleet in blocks of ids, and plays no more of it at a time than a window holds; the history
doesn't depend on their size, nor on gaps."""

from __future__ import annotations

import pytest

from certfleet.simulator.engine import simulator
from certfleet.simulator.engine.simulator import Simulator
from certfleet.store.workspace import Workspace

from ..conftest import Draw, renew_all, rotate, run, without_push


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


def test_windows_of_any_size(fleet: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    def digest() -> tuple[str, int, int]:
        workspace = without_push(fleet(devices=60, churn=50))
        report = run(workspace, days=40)
        return workspace.devices.log_digest().sha256, report.events, report.batches

    *history, windows = digest()
    monkeypatch.setattr(simulator, "MOST", 2)
    *again, smaller = digest()
    assert again == history
    assert smaller > windows


def test_a_window_ends_where_too_many_devices_get_an_upgrade(fleet: Draw) -> None:
    workspace = fleet(devices=60, churn=50)
    with Simulator(workspace) as simulating:
        upgrades, now = simulating._upgrades, int(workspace.now().timestamp())
        until = now + 60 * 86_400
        times = sorted(one.at for one in upgrades.due(until).values())
        assert len(times) > 10
        assert upgrades.limit(10, until) == times[9]
        assert upgrades.limit(len(times), until) == until
        assert upgrades.due(times[0] - 1) == {}
