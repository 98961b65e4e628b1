"""A simulator reads its fleet in blocks of ids, and plays no more of it at a time than a window holds; the history
doesn't depend on their size, nor on gaps."""

from __future__ import annotations

import pytest

from certfleet.simulator.engine import simulator
from certfleet.simulator.engine.memory import reading
from certfleet.simulator.engine.memory.reading import ReadingStopped
from certfleet.simulator.engine.processes.control import is_running
from certfleet.simulator.engine.simulator import Simulator
from certfleet.store.workspace import Workspace

from ...conftest import Draw, renew_all, rotate, run, without_push


def _digest(workspace: Workspace) -> str:
    workspace.deletions.delete(range(3, 12))  # a block of its own is empty
    rotate(workspace)
    renew_all(workspace)
    run(workspace, days=5)
    return workspace.devices.log_digest().sha256


def test_blocks_of_any_size(fleet: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    in_one = _digest(fleet(devices=40))
    monkeypatch.setattr(reading, "_BLOCK", 4)
    assert _digest(fleet(devices=40)) == in_one


def test_somebody_is_told_how_far_the_fleet_has_been_read(fleet: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_BLOCK", 16)
    told = list[tuple[int, int]]()
    with Simulator(fleet(devices=40), reading=lambda done, total: told.append((done, total))):
        assert told == [(16, 40), (32, 40), (40, 40)]


def test_who_stops_the_reading_leaves_everything_as_it_was(fleet: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(done: int, total: int) -> None:
        raise ReadingStopped

    monkeypatch.setattr(reading, "_BLOCK", 16)
    workspace = fleet(devices=40)
    before = workspace.now()
    with pytest.raises(ReadingStopped), Simulator(workspace, reading=stop):
        pytest.fail("it has begun")
    assert workspace.now() == before
    assert not is_running(workspace)
    assert run(workspace, days=1).ended_at > before


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
        upgrades, now = simulating._fleet.upgrades, int(workspace.now().timestamp())
        until = now + 60 * 86_400
        times = sorted(one.at for one in upgrades.due(until).values())
        assert len(times) > 10
        assert upgrades.limit(10, until) == times[9]
        assert upgrades.limit(len(times), until) == until
        assert upgrades.due(times[0] - 1) == {}
