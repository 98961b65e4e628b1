"""Whole workspaces for tests, and a clock that a test moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace
from certfleet.testing import STANDARD_TIME, FixtureClock, clock, workspace


def test_a_workspace_in_memory_has_a_fleet_and_an_inventory() -> None:
    with workspace(devices=3, certificates=True) as made:
        assert made.devices.counts().total == 3
        assert len(made.inventory.list()) > 10
        assert made.now() == STANDARD_TIME


def test_a_workspace_in_a_folder_is_there_for_others(tmp_path: Path) -> None:
    with workspace(tmp_path / "ours", devices=2, seed=3, mix={"windows": 1}) as made:
        names = [one.known_by for one in made.devices.records.all()]
    with Workspace.open(tmp_path / "ours", create=False) as opened:
        assert [one.known_by for one in opened.devices.records.all()] == names
        assert {one.platform for one in opened.devices.records.all()} == {"windows"}


def test_a_clock_moves_the_time_of_a_workspace() -> None:
    time = clock()
    with workspace(devices=2, clock=time) as made:
        time.move(days=400)
        assert made.now() == time.now() == time() == STANDARD_TIME + timedelta(days=400)
        assert {one.state for one in made.devices.records.all()} == {"enrolled"}
        made.settle()
        assert {one.state for one in made.devices.records.all()} != {"enrolled"}


def test_a_clock_goes_to_a_time_with_a_zone() -> None:
    time = FixtureClock(STANDARD_TIME)
    assert (
        time.move(datetime.fromisoformat("2027-01-01T01:00:00+01:00"), hours=2).isoformat()
        == "2027-01-01T02:00:00+00:00"
    )
    with pytest.raises(ValueError, match="with its zone"):
        time.move(datetime(2027, 1, 1))  # noqa: DTZ001


def test_the_fixture_makes_several(workspace: Callable[..., Workspace]) -> None:
    assert workspace() is not workspace()
