"""The keys of every list, also of those in dialogs and on screens that aren't lists."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from certfleet.store.settings.console_memory import ConsoleMemory
from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.dialogs.path_input import PathInput
from certfleet.tui.dialogs.question import Question
from certfleet.tui.lists.list_table import ListTable
from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look

from ..driving import shows, until
from ..sample_inventory import fill

SIZE = (140, 45)


@pytest.fixture
def app(workspace: Workspace, tmp_path: Path) -> CertfleetApp:
    fill(workspace)
    memory = ConsoleMemory(tmp_path / "console.json")
    return CertfleetApp(workspace, title="fleet", settings=ConsoleSettings(look=Look.DARK, memory=memory), steady=False)


async def test_a_value_of_overviews_list_is_copied(app: CertfleetApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        line = app.screen.query_one("#stops", ListTable).record
        assert line is not None
        await pilot.press("y")
        await shows(pilot, "Copy")
        await pilot.press("end", "enter")
        await until(pilot, lambda: app.clipboard == line.prevent)
        assert "Copied: Prevent it" in app.current_note


async def test_overviews_list_is_written_with_its_chosen_columns(app: CertfleetApp, tmp_path: Path) -> None:
    target = tmp_path / "stops.csv"
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("c")
        await shows(pilot, "Columns")
        await pilot.press("space", "enter")  # not when
        await pilot.press("E")
        await shows(pilot, "to a file")
        app.screen.query_one(PathInput).value = str(target)
        await pilot.press("enter")
        await until(pilot, target.exists)
    header, *lines = csv.reader(target.read_text().splitlines())
    assert header == ["Left", "What stops", "Devices", "Because of", "Prevent it"]
    assert lines
    assert "stops" in json.loads((tmp_path / "console.json").read_bytes())["lists"]


async def test_the_list_of_a_dialog_is_copied_from_and_keeps_its_columns(app: CertfleetApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2", "V")
        await shows(pilot, "What is wrong")
        table = app.screen.query_one("#findings", ListTable)
        await until(pilot, lambda: bool(table.rows))
        await pilot.press("c")
        await shows(pilot, "Columns")
        await pilot.press("space", "enter")  # not the number
        await pilot.press("y")
        await shows(pilot, "Copy")
        await pilot.press("down", "enter")
        record = table.record
        assert record is not None
        await until(pilot, lambda: app.clipboard == record.name)
        await shows(pilot, "Copied: Certificate")

        await pilot.press("escape", "V")
        await shows(pilot, "What is wrong")
        again = app.screen.query_one("#findings", ListTable)
        assert again is not table
        assert [column.name for column in again.shown] == ["name", "problem"]


async def test_a_list_that_is_only_a_choice_has_no_such_keys(app: CertfleetApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2", "c")
        await shows(pilot, "Columns")
        dialog = app.screen
        await pilot.press("c", "E")
        await pilot.pause()
        assert app.screen is dialog


async def test_help_tells_these_keys(app: CertfleetApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2", "V")
        await shows(pilot, "What is wrong")
        await pilot.press("question_mark")
        await shows(pilot, "Write the list")


async def test_yes_goes_ahead_even_while_a_list_has_the_focus(app: CertfleetApp) -> None:
    answers: list[object] = []
    async with app.run_test(size=SIZE) as pilot:
        app.ask(Question("Really?", "Do it", ListTable((), id="what")), answers.append)
        await shows(pilot, "Really?")
        app.screen.query_one("#what").focus()
        await pilot.press("y")
        await until(pilot, lambda: answers == [True])
