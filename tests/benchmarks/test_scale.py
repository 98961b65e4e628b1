"""The fleets that the measurement of scale multiplies on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import scale_fleet
from benchmarks.scale import COMMANDS, measure
from certfleet.store.workspace import Workspace


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
    for name in ("one_device", "renewal_of_half_the_fleet"):
        assert name in COMMANDS
        assert measure(name, folder, 60, tmp_path).peak > 1
    with Workspace.open(folder) as workspace:
        assert workspace.devices.counts().pending == 0  # it worked on a copy
