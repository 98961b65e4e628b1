"""The fleets that the measurement of scale multiplies on the disk."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import scale_fleet
from benchmarks.scale import COMMANDS, cost_of, measure
from benchmarks.scale_places import Databases, Folders, a_serial_number
from certfleet.store.workspace import Workspace
from certfleet.store.workspace_place import place_of
from tests.postgresql_server import PostgresqlServer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of 60 devices, 20 of which were drawn."""
    monkeypatch.setattr(scale_fleet, "DRAWN", 20)
    scale_fleet.make_fleet(tmp_path / "fleet", 60)
    return tmp_path / "fleet"


def test_a_multiplied_fleet_is_a_fleet_like_any_other(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        assert workspace.devices.counts().total == 60
        assert workspace.check().problems == ()


def test_each_command_runs_in_a_process_of_its_own(folder: Path, tmp_path: Path) -> None:
    with Folders(tmp_path, tmp_path) as places:
        for name in ("one_device", "renewal_of_half_the_fleet"):
            assert name in COMMANDS
            assert measure(name, places, str(folder), {}).process.peak > 1
    with Workspace.open(folder) as workspace:
        assert workspace.devices.counts().pending == 0  # it worked on a copy


def test_the_same_in_postgresql(
    folder: Path, tmp_path: Path, postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "")  # which it changes
    folder.rename(tmp_path / "fleet-60")
    with Databases(tmp_path, tmp_path) as places:
        address = places.fleet(60)
        with Workspace.open(place_of(address)) as workspace:
            assert workspace.devices.counts().total == 60
            assert workspace.check().problems == ()
        words = {"serial": a_serial_number(tmp_path, 60)}
        for name in ("one_device_by_its_serial_number", "renewal_of_half_the_fleet", "virtual_week"):
            cost = measure(name, places, address, words)
            assert cost.process.processors > 0
            assert cost.server > 0
        with Workspace.open(place_of(address)) as workspace:
            assert workspace.devices.counts().pending == 0


def test_a_cost_has_that_of_all_processes_in_it() -> None:
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    orphan = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {busy!r}])"
    assert cost_of([sys.executable, "-c", "pass"]).processors < cost_of([sys.executable, "-c", orphan]).processors
    assert cost_of([sys.executable, "-c", orphan]).processors > 0.5
    with pytest.raises(RuntimeError, match="no module named nothing"):
        cost_of([sys.executable, "-c", "import sys; print('no module named nothing'); sys.exit(3)"])
