"""Choosing columns, copying, writing to a file, resizing: on the real lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from certfleet.store.settings.console_memory import ConsoleMemory
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.certificates.certificate_rows import CertificateRow
from certfleet.tui.lists.list_table import ListTable
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look

from ..driving import shows, text_of, until
from ..sample_inventory import fill

WIDE = (170, 45)


@pytest.fixture
def app(workspace: Workspace, tmp_path: Path) -> CertfleetApp:
    fill(workspace)
    return CertfleetApp(workspace, title="fleet", settings=settings(tmp_path), steady=False)


def settings(folder: Path) -> ConsoleSettings:
    return ConsoleSettings(look=Look.DARK, memory=ConsoleMemory(folder / "console.json"))


def table_of(app: CertfleetApp) -> ListTable[CertificateRow]:
    return app.screen.query_one("#table", ListTable)


def titles(app: CertfleetApp) -> list[str]:
    return [column.name for column in table_of(app).shown]


async def test_columns_are_chosen_ordered_sorted_by_and_remembered(app: CertfleetApp, tmp_path: Path) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("2", "c")
        await shows(pilot, "Columns")
        await pilot.press("space", "down")  # no status
        await pilot.press("alt+down")  # days after the name
        await pilot.press("o", "o")  # sorted by days in reverse, after the status
        await pilot.press("end", "space", "enter")
        await pilot.pause()

        assert titles(app)[:2] == ["name", "days"]
        assert table_of(app).chosen_columns[-1].name == "fingerprint"
        assert table_of(app).order == (("status", False), ("days", True))

    kept = json.loads((tmp_path / "console.json").read_bytes())["lists"]["certificates"]
    assert [column["name"] for column in kept["columns"]][:2] == ["name", "days"]
    assert kept["sort"] == ["status", "-days"]

    again = CertfleetApp(app.workspace, title="fleet", settings=settings(tmp_path), steady=False)
    async with again.run_test(size=WIDE) as pilot:
        await pilot.press("2")
        await pilot.pause()
        assert titles(again)[:2] == ["name", "days"]

        await pilot.press("c")
        await shows(pilot, "Columns")
        await pilot.press("tab", "tab", "enter")  # The usual ones
        await pilot.press("enter")
        await pilot.pause()
        assert titles(again)[:2] == ["status", "days"]


async def test_a_column_is_as_wide_as_the_person_wants_it(app: CertfleetApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("2", "c")
        await shows(pilot, "Columns")
        await pilot.press("right_curly_bracket", "right_curly_bracket", "enter")
        await pilot.pause()
        assert app.screen.query_one("#table", ListTable).chosen_columns[0].width == 14


async def test_what_is_copied_goes_to_the_terminals_clipboard(app: CertfleetApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("2", "y")
        await shows(pilot, "Copy")
        await pilot.press("down", "enter")
        await pilot.pause()
        record = table_of(app).record
        assert record is not None
        assert app.clipboard == app.workspace.inventory.export_pem(record.id).decode().rstrip("\n")
        assert "Copied: PEM." in text_of(pilot)

        await pilot.press("shift+down", "y")
        await shows(pilot, "Copy of 2 records")
        await pilot.press("enter")
        await pilot.pause()
        names = [row.certificate.name for row in table_of(app).chosen]
        assert app.clipboard == "\n".join(names)


async def test_the_list_is_written_as_it_is_shown(app: CertfleetApp, own_folders: Path) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("2", "slash", *"use:server", "enter")
        await pilot.press("E")
        await shows(pilot, "CSV, for a spreadsheet")
        await pilot.press("down", "space", "tab", "enter")  # JSON
        await shows(pilot, "Written to")
        shown = [row.certificate.name for row in table_of(app).rows]
        (file,) = own_folders.iterdir()
        written = json.loads(file.read_bytes())
        assert [one["name"] for one in written] == [row.listed for row in table_of(app).rows]
        assert len(written) == len(shown) > 0
        assert isinstance(written[0]["days"], int)


async def test_the_list_can_be_had_as_a_command(app: CertfleetApp, own_folders: Path) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("2", "slash", *"use:server", "enter", "E")
        await shows(pilot, "CSV, for a spreadsheet")
        await pilot.press("ctrl+y")
        file, columns = (
            own_folders / "certificates.csv",
            "status,days-left,name,expires,use-as,key,id,issuer,description",
        )
        wanted = f"certfleet certificate list --search use:server --columns {columns} --format csv > {file}"
        await until(pilot, lambda: app.clipboard == wanted)
        await shows(pilot, "Copied, without Then stops, Devices")
        assert not list(own_folders.iterdir())


async def test_panes_are_resized_and_zoomed_and_stay_so(app: CertfleetApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("2")
        await pilot.pause()
        before = app.screen.query_one("#details").outer_size.width
        await pilot.press("right_curly_bracket")
        await pilot.pause()
        assert app.screen.query_one("#details").outer_size.width == before + 4

        await pilot.press("Z")
        await pilot.pause()
        assert not app.screen.query_one("#details").display
        await pilot.press("Z")
        await pilot.pause()
        assert not app.screen.query_one("#list").display
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.query_one("#list").display
        assert table_of(app).has_focus
        assert app.screen.query_one("#details").outer_size.width == before + 4


async def test_what_stops_is_a_column_of_the_certificates(deployed_app: CertfleetApp) -> None:
    async with deployed_app.run_test(size=WIDE) as pilot:
        await pilot.press("2")
        await shows(pilot, "Then stops")
        found = deployed_app.workspace.impact.all_dependences()
        assert found
        rows = {row.id: row for row in table_of(deployed_app).rows}
        stops = {column.name: column for column in table_of(deployed_app).columns}["stops"]
        assert {id for id, row in rows.items() if stops.text(row) != "–"} == set(found)


@pytest.fixture
def deployed_app(workspace: Workspace, tmp_path: Path) -> CertfleetApp:
    from ..sample_deployment import deploy

    deploy(workspace)
    return CertfleetApp(workspace, title="fleet", settings=settings(tmp_path), steady=False)


async def test_a_dialog_says_the_command_that_would_do_what_it_does(app: CertfleetApp) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("2")
        record = table_of(app).record
        assert record is not None
        await pilot.press("d")
        await shows(pilot, "Description")
        app.screen.query_one("#description", Input).value = "it's ours"
        await pilot.press("ctrl+y")
        wanted = f"certfleet certificate describe {record.id} 'it'\"'\"'s ours'"
        await until(pilot, lambda: app.clipboard == wanted)
        assert app.workspace.inventory.get(record.id).description == record.certificate.description  # nothing was done
