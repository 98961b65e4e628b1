"""The dialog of the last days to start: computing them beside the console, and change freezes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from certfleet.simulator.engine.state.start import first_monday
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.model.audit import Actor
from certfleet.store.workspace import Workspace
from certfleet.tui.start_by.dialog import StartByDialog
from certfleet.tui.start_by.freezes_dialog import FreezesDialog
from tests.material import NOW
from tests.test_start_by_faces import keep

from ..conftest import Open
from ..driving import shows, text_of, type_text, until


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace in a folder, on a virtual clock, with a small fleet."""
    with Workspace.open(tmp_path / "rehearsal", actor=Actor("alice"), start=first_monday(NOW)) as workspace:
        draw_fleet(workspace, FleetPlan(devices=3, seed=7))
        workspace.poll()
        yield workspace


async def test_they_are_computed_beside_the_console_and_kept(console: Open, rehearsal: Workspace) -> None:
    async with console(rehearsal, size=(140, 45)) as pilot:
        await pilot.press("S")
        await shows(pilot, "Nothing is computed yet: R runs forecasts")
        await pilot.press("R")
        await until(pilot, lambda: rehearsal.poll() or rehearsal.start_by.get() is not None)
        await shows(pilot, "device certificates of CA group default: ")
        await shows(pilot, "computed on ")


async def test_the_sentence_is_that_of_the_other_faces_and_freezes_make_it_old(
    console: Open, workspace: Workspace
) -> None:
    workspace.authorities.provision()
    start = keep(workspace, 5)
    async with console(size=(140, 45)) as pilot:
        await shows(pilot, "Start  ")
        await pilot.press("S")
        await until(pilot, lambda: isinstance(pilot.app.screen, StartByDialog))
        known = workspace.impact.known_starts()
        assert known is not None
        said = f"{start.title}: {known.said(start)}"
        await until(pilot, lambda: said[:60] in text_of(pilot))
        await pilot.press("d")
        await shows(pilot, "Add a change freeze")
        await type_text(pilot, "20.12.")
        await pilot.press("enter")
        await shows(pilot, "'20.12.' is not a date")
        await pilot.press(*["backspace"] * 6)
        await type_text(pilot, "2026-12-20")
        await pilot.press("enter")
        await until(pilot, lambda: len(workspace.site.get().freezes) == 1)
        await shows(pilot, "old: certificates, CA groups or settings have changed since")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, FreezesDialog))
        await pilot.press("shift+tab", "down", "down", "enter")  # opens the menu, whose second choice is to remove it
        await shows(pilot, "Remove 2026-12-20..2026-12-20")
        await pilot.press("tab", "enter")
        await until(pilot, lambda: not workspace.site.get().freezes)
