"""The demo's workspace: two days after the rotation, in the middle of the renewal."""

from __future__ import annotations

from datetime import timedelta

from certfleet.simulator.demo import demo_start, prepare_demo
from certfleet.simulator.status import simulation_status
from certfleet.store.model.device import Platform
from certfleet.store.workspace import Workspace

from .conftest import run


def test_it_opens_while_devices_cross_over() -> None:
    with Workspace.open(None, start=demo_start()) as workspace:
        prepare_demo(workspace, devices=200, seed=7)
        group = workspace.authorities.group("group-2")
        assert timedelta(days=2) <= workspace.now() - group.ready_at <= timedelta(days=2, hours=6)
        before = simulation_status(workspace)["renewal"]
        crossed = sum(before["crossed"].values())
        assert 5 < crossed < 140
        assert sum(before["pending"].values()) > 40
        assert before["to_re_enroll"][Platform.WINDOWS] > 5
        assert len(workspace.inventory.list()) > 25

        run(workspace, hours=3)
        assert sum(simulation_status(workspace)["renewal"]["crossed"].values()) > crossed
