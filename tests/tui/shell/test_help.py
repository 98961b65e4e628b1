"""Help: on every screen and in every dialog, for the field that has the focus; what it says can be searched."""

from __future__ import annotations

from certfleet.tui.shell.help_screen import HelpScreen

from ..conftest import Open
from ..driving import paste, shows, text_of, until


async def test_a_dialog_helps_with_the_field_that_has_the_focus(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "i", "question_mark")
        await shows(pilot, "Type the path: tab completes it, ↓ browses. What is in the file is")
        assert "This dialog" in text_of(pilot)
        await pilot.press("question_mark")
        await shows(pilot, "Import a certificate")


async def test_what_is_typed_is_no_cry_for_help_and_f1_is_one(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "i", "a", "question_mark")
        await shows(pilot, "a?")
        assert not isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        await pilot.press("escape")
        await shows(pilot, "a?")


async def test_help_is_searched(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "question_mark", "slash")
        await paste(pilot, "replace")
        await until(pilot, lambda: "Import a file" not in text_of(pilot))
        assert "Replace by a newer one" in text_of(pilot)
        await pilot.press("escape")
        await shows(pilot, "Import a file")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, HelpScreen))


async def test_an_empty_filter_line_helps_with_the_filter(console: Open) -> None:
    async with console(size=(80, 50)) as pilot:
        await pilot.press("2", "slash", "question_mark")
        await shows(pilot, "critical too; also: critical")


async def test_what_a_key_does_goes_on_below_where_it_began(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "question_mark")
        await shows(pilot, "Select a range: from here")
        lines = text_of(pilot).splitlines()
        first = next(number for number, line in enumerate(lines) if "Select a range" in line)
        assert lines[first].index("Select a range") == lines[first + 1].index("to the cursor")
