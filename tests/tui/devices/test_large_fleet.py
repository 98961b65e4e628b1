"""Devices with a fleet that is too large for its records to be in memory: the list has the facts of each, the store
the rest."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from certfleet.store.clock import FixedClock
from certfleet.store.model.audit import Actor
from certfleet.store.model.device import DeviceState
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.devices.columns import FLEET
from certfleet.tui.devices.device_row import DeviceRow
from certfleet.tui.devices.device_rows import DeviceRows
from certfleet.tui.devices.page import DevicesPage
from certfleet.tui.lists import record_list
from certfleet.tui.lists.list_table import ListTable
from tests.material import NOW

from ..conftest import Open
from ..driving import paste, shows, text_of, until
from ..sample_devices import DEVICES, fill


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any fleet counts as large."""
    monkeypatch.setattr(DeviceRows, "most_whole", 0)


def table_of(pilot: Pilot[None]) -> ListTable[DeviceRow]:
    return pilot.app.screen.query_one("#table", ListTable)


async def test_rows_and_details_show_what_the_store_has(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console(size=(140, 45)) as pilot:
        await pilot.press("3", "slash")
        await paste(pilot, "id:2")
        await pilot.press("enter")
        device = workspace.devices.get(2)
        await shows(pilot, device.owner)
        await shows(pilot, "▏ #2 ")
        await shows(pilot, device.serial_number)
        await shows(pilot, device.udid or "")


async def test_devices_are_read_in_advance_after_a_minute_has_passed_too(console: Open) -> None:
    clock = FixedClock(NOW)
    with Workspace.open(None, clock=clock) as workspace:
        fill(workspace, simulated=True)
        async with console(workspace) as pilot:
            app = pilot.app
            assert isinstance(app, CertfleetApp)
            clock.at += timedelta(minutes=1)
            app.poll_now()
            await pilot.pause()
            fill(workspace, len(DEVICES) + 50, simulated=True)
            await until(pilot, lambda: len(app.fleet.rows) == len(DEVICES) + 50 and not app.fleet.prepare(0))


async def test_words_fields_and_columns_work_as_with_a_small_one(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console(size=(140, 45)) as pilot:
        await pilot.press("3", "slash")
        await paste(pilot, workspace.devices.get(5).serial_number)
        await until(pilot, lambda: [row.id for row in table_of(pilot).rows] == [5])
        await paste(pilot, " platform:macos")
        await pilot.press("escape")
        await until(pilot, lambda: len(table_of(pilot).rows) == len(DEVICES))

        devices = workspace.devices.all()
        for name, expected in (
            ("owner", [device.owner.lower() for device in devices]),
            ("serial", [device.serial_number.lower() for device in devices]),
            ("upn", [device.upn.lower() for device in devices]),
            ("device-name", [device.device_name.lower() or "–" for device in devices]),
        ):
            table_of(pilot).sort_by(name)
            column = next(column for column in FLEET if column.name == name)
            assert [column.sort_key(row) for row in table_of(pilot).rows] == sorted(expected)
            assert {column.text(row).lower() for row in table_of(pilot).rows} == set(expected)


async def test_it_says_that_it_is_sorted_and_shows_the_former_order_until_then(
    console: Open, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(workspace)
    async with console(size=(140, 45)) as pilot:
        await pilot.press("3")
        await shows(pilot, f"{len(DEVICES)}")
        monkeypatch.setattr(record_list, "AT_ONCE", 0)
        table, page = table_of(pilot), pilot.app.screen
        assert isinstance(page, DevicesPage)
        before = [row.id for row in table.rows]
        table.sort_by("owner")
        assert [row.id for row in table.rows] == before
        assert page.amount().strip() == "sorting … 0%"
        await until(pilot, lambda: table.sorted is None)
        assert [row.device.owner for row in table.rows] == sorted(
            device.owner.lower() for device in workspace.devices.all()
        )
        assert page.amount().strip() == f"{len(DEVICES)}"


async def test_what_another_process_does_appears_by_itself(console: Open, tmp_path: Path) -> None:
    path = tmp_path / "shared"
    with (
        Workspace.open(path, actor=Actor("alice"), clock=FixedClock(NOW)) as alice,
        Workspace.open(path, actor=Actor("bob"), clock=FixedClock(NOW)) as bob,
    ):
        fill(alice)
        async with console(alice) as pilot:
            await pilot.press("3")
            await shows(pilot, "renew: check-in")
            before = text_of(pilot).count("renew: check-in")
            bob.devices.renew([1, 11])
            await until(pilot, lambda: text_of(pilot).count("renew: check-in") == before + 2)
            bob.device_changes.change(11, {"owner": "Zoe Changed"})
            await shows(pilot, "Zoe Changed")
            bob.deletions.delete([11])
            await until(pilot, lambda: "Zoe Changed" not in text_of(pilot))
            assert len(table_of(pilot).rows) == len(DEVICES) - 1


async def test_a_selection_is_renewed(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    workspace.authorities.refresh(ready_after=timedelta(0))
    async with console(size=(100, 40)) as pilot:
        await pilot.press("3", "ctrl+a")
        await shows(pilot, "12 selected")
        await pilot.press("s")
        await shows(pilot, "2 devices run Windows")
        await pilot.press("enter")
        await shows(pilot, "Certificate Renewal: done")
        assert workspace.devices.get(9).state is DeviceState.RE_ENROLLMENT_REQUIRED


async def test_the_list_is_written_to_a_file(console: Open, workspace: Workspace, own_folders: Path) -> None:
    fill(workspace)
    async with console(size=(140, 45)) as pilot:
        await pilot.press("3", "E")
        await shows(pilot, "CSV, for a spreadsheet")
        await pilot.press("enter")
        await shows(pilot, "Written to")
    (file,) = own_folders.iterdir()
    with file.open(newline="") as lines:
        written = list(csv.DictReader(lines))
    assert [line["Owner"] for line in written] == [
        workspace.devices.get(id).owner for id in (6, 4, 10, 3, 2, 12, 5, 1, 9, 11, 7, 8)
    ]


async def test_overview_counts_it(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console(size=(140, 45)) as pilot:
        await shows(pilot, "12 devices")


def test_the_register_has_the_facts_and_hands_out_records(workspace: Workspace) -> None:
    fill(workspace, 30)
    register = DeviceRows(workspace)
    assert not register.has_records
    assert register.counts() == workspace.devices.counts()
    assert list(register.devices()) == workspace.devices.all()

    rows = [register.rows[id] for id in (3, 5, 8)]
    some = register.records_of(rows)
    assert len(some) == 3
    assert list(some) == [some[0], some[1], some[2]] == [workspace.devices.get(id) for id in (3, 5, 8)]
    assert [row.whole for row in rows] == list(some)
