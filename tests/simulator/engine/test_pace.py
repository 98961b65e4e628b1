"""Running at a pace, and controlling it from outside."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.simulator.engine.pace import run_paced
from certfleet.simulator.engine.processes.control import Control, control_of, is_running, request_stop, set_speed
from certfleet.simulator.engine.simulator import RunProgress, Simulator
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
from tests.waiting import caught_up, wait_until

from ..conftest import MONDAY, THEY_COME, Draw, renew_all, rotate


def test_as_fast_as_possible_to_a_moment(fleet: Draw) -> None:
    workspace = fleet()
    rotate(workspace)
    renew_all(workspace)
    told: list[RunProgress] = []
    with Simulator(workspace) as simulator:
        report = run_paced(simulator, until=MONDAY + timedelta(days=5), progress=told.append)
    assert report.ended_at == workspace.now() == MONDAY + timedelta(days=5)
    assert report.events == told[-1].events > 40
    assert all(one.until == report.ended_at for one in told)


def test_at_a_speed_the_clock_follows_the_wall(fleet: Draw) -> None:
    workspace = fleet()
    begun = time.monotonic()
    with Simulator(workspace, speed=3600) as simulator:
        run_paced(simulator, until=None, stop=lambda: workspace.now() > MONDAY)
    passed = time.monotonic() - begun
    assert timedelta(0) < workspace.now() - MONDAY <= timedelta(hours=passed)


def test_others_change_the_speed_and_stop_it(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "workspace", devices=10)
    with Workspace.open(tmp_path / "workspace") as other:
        with pytest.raises(Refusal, match="simulator-not-running"):
            request_stop(other)

        def simulate() -> None:
            with Simulator(workspace, speed=1) as simulator:
                run_paced(simulator, until=None)

        thread = threading.Thread(target=simulate)
        thread.start()
        try:
            wait_until(lambda: is_running(other))
            wait_until(lambda: control_of(caught_up(other)).speed == 1)
            set_speed(other, 86_400)
            wait_until(lambda: caught_up(other).now() - MONDAY >= timedelta(hours=6))
        finally:
            request_stop(other)
            thread.join(120)
        assert not thread.is_alive()
        assert not is_running(other)


def test_a_request_to_stop_is_for_the_one_that_runs(fleet: Draw) -> None:
    workspace = fleet()
    with pytest.raises(Refusal, match="simulator-not-running"):
        set_speed(workspace, 60)
    before = control_of(workspace)
    assert before == Control(speed=None, stop_requested=False, starts=before.starts)
    with Simulator(workspace) as simulator:
        # Who starts one waits for this: from now on a stop is heeded, and not taken for one of the run before.
        assert control_of(workspace).starts == before.starts + 1
        run_paced(simulator, until=MONDAY + timedelta(hours=1))
    assert workspace.now() == MONDAY + timedelta(hours=1)


def test_from_full_speed_to_a_slower_one(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "workspace", devices=30)
    with Workspace.open(tmp_path / "workspace") as other, Simulator(workspace) as simulator:
        until = MONDAY + timedelta(days=3000)
        begun = time.monotonic()

        def slow_down(told: RunProgress) -> None:
            if control_of(other).speed is None:
                set_speed(other, 60)

        run_paced(simulator, until=until, progress=slow_down, stop=lambda: time.monotonic() - begun > 1)
        slowed = workspace.now()
        assert slowed < until
        again = time.monotonic()
        run_paced(simulator, until=until, stop=lambda: time.monotonic() - again > 1)
        assert workspace.now() - slowed <= timedelta(minutes=time.monotonic() - begun)  # a minute a second


def test_a_request_to_stop_while_the_fleet_is_read_is_heard(fleet: Draw, tmp_path: Path) -> None:
    workspace = fleet(tmp_path / "workspace", devices=10)
    with Workspace.open(tmp_path / "workspace") as other, Simulator(workspace) as simulator:
        request_stop(other)
        workspace.catch_up()
        run_paced(simulator, until=MONDAY + timedelta(days=9))
    assert workspace.now() == MONDAY


def test_it_ends_where_nothing_is_ever_going_to_happen(fleet: Draw) -> None:
    workspace = fleet(devices=5)
    workspace.devices.revoke(range(1, 6))
    with Simulator(workspace) as simulator:
        run_paced(simulator, until=None)
    assert workspace.now() - MONDAY < timedelta(days=120)


def test_an_end_between_two_seconds_is_reached(fleet: Draw) -> None:
    workspace = fleet(devices=5)
    with Simulator(workspace) as simulator:
        run_paced(simulator, until=MONDAY + timedelta(hours=1, microseconds=500_000))
    assert workspace.now() == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize("speed", [0, -1, 10**9])
def test_speeds_that_none_can_have(fleet: Draw, speed: int) -> None:
    with pytest.raises(Refusal, match="speed-invalid"):
        set_speed(fleet(), speed)


def test_any_executor_will_do(fleet: Draw) -> None:
    alone = fleet(devices=150)
    with ThreadPoolExecutor(3) as pool, Workspace.open(None, start=MONDAY) as workspace:
        draw_fleet(workspace, FleetPlan(devices=150, habits=THEY_COME, churn=0), executor=pool)
        for one in (alone, workspace):
            rotate(one)
            renew_all(one)
        with Simulator(workspace, executor=pool) as simulator:
            simulator.run(MONDAY + timedelta(days=3))
        with Simulator(alone) as simulator:
            simulator.run(MONDAY + timedelta(days=3))
        # Who asked is no part of the log.
        assert workspace.devices.log_digest() == alone.devices.log_digest()
