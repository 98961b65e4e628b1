"""Choosing a file: it follows what is typed, completes as a shell does, and shows what a file is."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from certfleet.tui.dialogs.file_list import FileList
from certfleet.tui.dialogs.path_completion import certain, entries_for
from tests.material import issue

from ..conftest import Open
from ..driving import paste, shows, text_of, type_text, until


@pytest.fixture
def files(own_folders: Path) -> Path:
    """Two certificates that begin alike, a note, and a folder with a certificate in it."""
    for name in ("gateway-2026", "gateway-2027"):
        (own_folders / f"{name}.pem").write_bytes(issue(f"{name}.example").pem)
    (own_folders / "notes.txt").write_text("no certificate\n")
    (own_folders / "keys").mkdir()
    (own_folders / "keys" / "mdm.pem").write_bytes(issue("mdm.example").pem)
    (own_folders / ".hidden.pem").touch()
    return own_folders


def test_entries_begin_as_typed(files: Path) -> None:
    assert [one.text for one in entries_for("")] == ["keys/", "gateway-2026.pem", "gateway-2027.pem", "notes.txt"]
    assert [one.text for one in entries_for("gate")] == ["gateway-2026.pem", "gateway-2027.pem"]
    assert [one.text for one in entries_for("keys/")] == ["keys/mdm.pem"]
    assert [one.text for one in entries_for(".h")] == [".hidden.pem"]
    assert entries_for("nowhere/") == []


def test_what_is_certain_of_several_paths() -> None:
    assert certain(["gateway-2026.pem", "gateway-2027.pem"]) == "gateway-202"
    assert certain([]) == ""


async def test_tab_completes_what_is_certain_and_then_goes_round(console: Open, files: Path) -> None:
    async with console() as pilot:
        await pilot.press("2", "i")
        await type_text(pilot, "g")
        path = pilot.app.screen.query_one("#path", Input)
        values = []
        for key in ("tab", "tab", "tab", "tab", "shift+tab"):
            await pilot.press(key)
            values.append(path.value)
        first, second = "gateway-2026.pem", "gateway-2027.pem"
        assert values == ["gateway-202", first, second, first, second]
        assert path.has_focus
        await pilot.press("enter")
        await shows(pilot, "● 1 certificate: gateway-2027.example")


async def test_the_list_follows_what_is_typed(console: Open, files: Path) -> None:
    async with console() as pilot:
        await pilot.press("2", "i")
        names = pilot.app.screen.query_one(FileList)
        await until(pilot, lambda: len(names.entries) == 4)
        await type_text(pilot, "gat")
        await until(pilot, lambda: [one.name for one in names.entries] == ["gateway-2026.pem", "gateway-2027.pem"])
        await type_text(pilot, "x")
        await shows(pilot, "nothing here begins like that")


async def test_a_file_says_what_it_is_before_it_is_chosen(console: Open, files: Path) -> None:
    async with console() as pilot:
        await pilot.press("2", "i")
        await type_text(pilot, "not")
        await shows(pilot, "can't be used: ")
        await pilot.press("ctrl+u")
        await type_text(pilot, "gat")
        await pilot.press("down")
        await shows(pilot, "it is: 1 certificate: gateway-2026.example")
        await pilot.press("down")
        await shows(pilot, "it is: 1 certificate: gateway-2027.example")
        assert "It is a" not in text_of(pilot)  # it isn't chosen yet
        await pilot.press("enter")
        await shows(pilot, "It is a")


async def test_folders_are_gone_into_and_out_of(console: Open, files: Path) -> None:
    async with console() as pilot:
        await pilot.press("2", "i")
        path, names = pilot.app.screen.query_one("#path", Input), pilot.app.screen.query_one(FileList)
        await until(pilot, lambda: names.entries)
        await pilot.press("down", "enter")
        assert path.value == "keys/"
        await until(pilot, lambda: [one.name for one in names.entries] == ["mdm.pem"])
        await pilot.press("backspace")
        assert Path(path.value) == files.resolve()
        await until(pilot, lambda: len(names.entries) == 4)
        await pilot.press("n")
        assert path.value.endswith("/n")
        assert path.has_focus


async def test_a_password_is_shown_while_it_is_asked_for(console: Open, files: Path) -> None:
    async with console() as pilot:
        await pilot.press("2", "i")
        await paste(pilot, "gateway-2026.pem")
        await pilot.press("enter")
        await shows(pilot, "Key password")
        password = pilot.app.screen.query_one("#key-password", Input)
        password.focus()
        await type_text(pilot, "geheim")
        await shows(pilot, "^r shows it")
        assert "geheim" not in text_of(pilot)
        await pilot.press("ctrl+r")
        await shows(pilot, "geheim")
        await pilot.press("shift+tab")
        await until(pilot, lambda: "geheim" not in text_of(pilot))


async def test_placeholders_stand_in_parentheses(console: Open, files: Path) -> None:
    async with console() as pilot:
        await pilot.press("2", "i")
        await shows(pilot, "(optional)")
