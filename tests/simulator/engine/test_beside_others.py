"""Somebody else works on the devices while the simulator runs: neither gets in the other's way."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.fleet.enrolling import re_enroll
from certfleet.store.workspace import Workspace

from ..conftest import Draw, renew_all, rotate


@pytest.mark.slow
def test_devices_are_re_enrolled_and_asked_to_renew_while_the_simulator_plays_them(fleet: Draw, tmp_path: Path) -> None:
    """Their new certificates take the numbers that the simulator has just counted on."""
    path, devices = tmp_path / "workspace", 600
    workspace = fleet(path, devices=devices)
    group = rotate(workspace)
    renew_all(workspace)
    ended = threading.Event()

    def administer() -> None:
        try:
            with Workspace.open(path) as other:
                for id in range(1, devices, 6):
                    with other.database.transaction():
                        re_enroll(other, [id])
                        renew_all(other)
        finally:
            ended.set()

    administrator = threading.Thread(target=administer)
    with workspace, Simulator(workspace) as simulator:
        administrator.start()
        try:
            while not ended.is_set():
                simulator.run(workspace.now() + timedelta(hours=6))
        finally:
            administrator.join()
        simulator.run(workspace.now() + timedelta(days=14))

        for id in range(1, devices, 6):
            assert "re-enrollment" in [certificate.reason for certificate in workspace.devices.certificates(id)]
        assert workspace.devices.counts().groups[group] > devices * 0.9
        assert workspace.check().clean
