"""A line of keys breaks between two of them, never between a key and its words."""

from __future__ import annotations

from ..conftest import Open
from ..driving import shows, text_of


async def test_a_hint_that_has_no_room_goes_to_the_next_line_whole(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        await pilot.press("7", "0", "t")
        await shows(pilot, "enter carries on")
        lines = [line.strip("│ ") for line in text_of(pilot).splitlines()]
        assert "enter carries on   n opens a plan file   space marks what you did" in lines
        assert "p pauses, resumes   x stops it" in lines
