"""Beginning, seeing and ending a simulated outage."""

from __future__ import annotations

from certfleet.simulator.engine.state.outages import outages
from certfleet.store.model.simulated_outage import OutageOf
from certfleet.store.workspace import Workspace

from ..conftest import Open
from ..driving import shows, text_of, until
from ..sample_fleet import add_fleet, add_history


async def test_an_outage_begins_after_a_warning_is_shown_and_ended(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)
    add_history(workspace)
    async with console(size=(140, 45)) as pilot:
        await pilot.press("7")
        await shows(pilot, "Devices by CA group")
        await pilot.press("exclamation_mark")
        await shows(pilot, "STOPS: no device checks in or enrolls")
        await shows(pilot, "of 200 devices with something pending")
        await shows(pilot, "Undo: end it: [!] on Simulator")
        await pilot.press("tab", "enter")
        await shows(pilot, "y goes ahead")
        assert outages(workspace) == []
        await pilot.press("y")
        await shows(pilot, "× Outage of the server until")
        [outage] = outages(workspace)
        assert outage.service is OutageOf.SERVER
        await pilot.press("exclamation_mark")
        await shows(pilot, "Simulated outage")
        await pilot.press("escape")
        assert "Simulated outage" not in text_of(pilot)


async def test_without_devices_there_is_no_outage(console: Open, workspace: Workspace) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("7", "exclamation_mark")
        assert "Simulated outage" not in text_of(pilot)


async def test_the_key_of_outages_is_seen_in_80_columns(console: Open, workspace: Workspace) -> None:
    add_fleet(workspace)
    add_history(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("7")
        await shows(pilot, "Devices by CA group")
        await until(pilot, lambda: "! Outage" in text_of(pilot).splitlines()[-1])
