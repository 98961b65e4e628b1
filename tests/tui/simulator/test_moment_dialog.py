"""Keeping a moment in the console, and going back to one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certfleet.simulator.engine.status.status import simulation_status
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace

from ..conftest import Open
from ..driving import shows, text_of

START = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace in a folder, on a virtual clock, with a small fleet."""
    with Workspace.open(tmp_path / "rehearsal", actor=Actor("alice"), start=START) as workspace:
        draw_fleet(workspace, FleetPlan(devices=12, seed=7))
        yield workspace


async def test_a_moment_is_kept_and_gone_back_to(console: Open, rehearsal: Workspace) -> None:
    async with console(rehearsal, size=(140, 45)) as pilot:
        await pilot.press("7", "M")
        await shows(pilot, "Keep the present state under a name")
        await pilot.press("tab", *"start", "enter")
        await shows(pilot, "kept: moment 'start'")
        log = simulation_status(rehearsal).event_log
        rehearsal.devices.revoke([3])
        assert simulation_status(rehearsal).event_log != log
        await pilot.press("M")
        await shows(pilot, "Keep the present state under a name")
        await pilot.press("down", "down", "down", "enter")  # the last one of the menu is the oldest
        await shows(pilot, "Undo: go back to the moment that is kept before it: M on Simulator")
        await pilot.press("tab", "enter")
        await shows(pilot, "went back: moment 'start'")
        assert simulation_status(rehearsal).event_log == log


async def test_without_devices_there_is_no_dialog(console: Open, workspace: Workspace) -> None:
    async with console() as pilot:
        await pilot.press("7", "M")
        assert "Keep the present state" not in text_of(pilot)
