"""Samples of a fleet's make-up: the same however time is cut, and no reason to cut it."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from certfleet.simulator.engine.memory.fleet_sampler import SAMPLE
from certfleet.simulator.engine.pace import run_paced
from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.engine.state.simulation_record import Sample, history

from ...conftest import Draw, renew_all, rotate, run, without_push


def test_samples_are_the_same_however_time_is_cut(fleet: Draw) -> None:
    def samples(cuts: list[float]) -> list[Sample]:
        workspace = without_push(fleet(devices=60, churn=400))
        rotate(workspace)
        renew_all(workspace)
        for days in cuts:
            run(workspace, days=days)
        return history(workspace)

    whole = samples([40])
    assert len(whole) > 10
    assert all(one.at.timestamp() % SAMPLE == 0 for one in whole)
    assert all(one.at < other.at for one, other in pairwise(whole))
    assert samples([0.2, 0.05, 3.75, 11.3, 24.7]) == whole
    assert samples([0.25] * 8 + [38]) == whole


def test_a_window_may_hold_many_samples(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=60, churn=400))
    rotate(workspace)
    renew_all(workspace)
    report = run(workspace, days=40)
    assert report.batches < 10 < len(history(workspace))


def test_a_fleet_that_comes_to_rest_does_so_at_a_sample(fleet: Draw) -> None:
    workspace = without_push(fleet(devices=20))
    renew_all(workspace)
    with Simulator(workspace) as simulator:
        report = run_paced(simulator, until=None)
        assert simulator.is_idle
    last = max(event.at for event in workspace.devices.events(1000))
    assert timedelta(0) <= report.ended_at - last <= timedelta(seconds=SAMPLE)
    assert history(workspace)[-1].at == report.ended_at
