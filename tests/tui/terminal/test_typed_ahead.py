"""Esc and other keys in one piece, as a paste, a script or a slow line delivers them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from certfleet.store.workspace import Workspace
from certfleet.tui.app import CertfleetApp
from certfleet.tui.dialogs.question import Question
from certfleet.tui.lists.list_table import ListTable
from certfleet.tui.terminal.keyboard_parser import KeyboardParser
from certfleet.tui.terminal.typed_ahead import KeyHandled
from tests.material import NOW

from ..conftest import Open
from ..driving import text_of, until
from ..jobs.console_screen import console_in
from ..sample_inventory import fill


async def test_what_follows_esc_reaches_what_is_behind_the_dialog(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    before = len(workspace.inventory.list())

    async with console() as pilot:
        app = pilot.app
        await pilot.press("2", "x")
        await until(pilot, lambda: isinstance(app.screen, Question))
        for event in KeyboardParser().feed("\x1b/days" + "y" * 40):
            assert isinstance(event, Key)
            app.post_message(event)
        await until(pilot, lambda: isinstance(app.focused, Input) and app.focused.value == "days" + "y" * 40)

    assert len(workspace.inventory.list()) == before


async def test_a_key_goes_where_the_one_before_has_led(console: Open, workspace: Workspace) -> None:
    fill(workspace)

    async with console() as pilot:
        app = pilot.app
        for event in KeyboardParser().feed("2/mail\rd"):
            app.post_message(event)
        await until(pilot, lambda: "Describe" in text_of(pilot) and "mail.example.com" in text_of(pilot))
        for event in KeyboardParser().feed("\x7f" * 40 + "new words\r"):
            app.post_message(event)
        await until(pilot, lambda: any(entry.description == "new words" for entry in workspace.inventory.list()))


async def test_a_paste_waits_for_the_keys_before_it(console: Open, workspace: Workspace) -> None:
    fill(workspace)

    async with console() as pilot:
        for event in KeyboardParser().feed("2x\x1b/\x1b[200~mail\x1b[201~\r"):
            pilot.app.post_message(event)
        await until(pilot, lambda: "1 of 12" in text_of(pilot) and isinstance(pilot.app.focused, ListTable))

    assert len(workspace.inventory.list()) == 12


async def test_alt_in_a_text_field_leaves_the_dialog_open(console: Open, workspace: Workspace) -> None:
    fill(workspace)

    async with console() as pilot:
        app = pilot.app
        await pilot.press("2", "d")
        await until(pilot, lambda: isinstance(app.focused, Input))
        dialog = app.screen
        await pilot.press("a", "space", "b")
        for event in KeyboardParser().feed("\x1bb"):
            app.post_message(event)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.focused, Input) and app.focused.value.endswith("a cb"))
        assert app.screen is dialog


async def test_a_key_that_arrives_while_the_console_closes_is_nobodys(console: Open) -> None:
    async with console() as pilot:
        app = pilot.app
    assert isinstance(app, CertfleetApp)
    assert not app.screen_stack

    for character in "2x":
        await app.on_event(Key(character, character))
    await app.on_key_handled(KeyHandled(1, None))

    assert not app.has_keys_ahead


@pytest.mark.slow
@pytest.mark.parametrize("burst", ["\x1by", "\x1b>>3/daysy", "\x1b\x1byy", "\x1b[yy", "\x1b3y", "\x1bby"])
def test_esc_in_a_burst_leaves_a_question_unanswered(tmp_path: Path, burst: str) -> None:
    with Workspace.open(tmp_path / "workspace", start=NOW) as workspace:
        fill(workspace)
        before = {entry.id for entry in workspace.inventory.list()}

    with console_in(tmp_path) as screen:
        screen.wait_for("Overview")
        screen.press("2")
        screen.wait_for("Import")
        screen.press("x")
        screen.wait_for("Delete (y)")
        screen.press(burst)
        screen.wait_until_gone("Delete (y)")
        screen.press("^q")
        screen.ended()

    with Workspace.open(tmp_path / "workspace", create=False) as workspace:
        assert {entry.id for entry in workspace.inventory.list()} == before
