"""Several lines that are pasted into a field."""

from __future__ import annotations

from textual.widgets import Input

from ..conftest import Open
from ..driving import paste, shows, text_of


async def test_lines_that_a_field_leaves_out_are_told(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "slash")
        await paste(pilot, "gateway\nldaps\n\nmail\n")
        await shows(pilot, "Only the first of 3 pasted lines was taken.")
        assert isinstance(pilot.app.focused, Input)
        assert pilot.app.focused.value == "gateway"


async def test_one_line_is_taken_without_a_word(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2", "slash")
        await paste(pilot, "gateway\n")
        assert "was taken" not in text_of(pilot)
