"""The top line, when there is much to say in it."""

from __future__ import annotations

from certfleet.tui.shell.masthead import Masthead

from ..conftest import Open
from ..driving import shows, text_of, until

LONG_NOTE = "Field VPN added: 20 devices get it at their next check-in"


async def test_a_note_has_the_room_that_it_needs(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        top = pilot.app.query_one(Masthead)
        clock = top.clock.removesuffix(" UTC")[5:]
        await shows(pilot, clock)
        top.note = LONG_NOTE
        await shows(pilot, f"» {LONG_NOTE} ")
        assert clock not in text_of(pilot).splitlines()[0]
        top.note = "Done"
        await shows(pilot, "» Done ")
        await until(pilot, lambda: clock in text_of(pilot).splitlines()[0])


async def test_a_long_note_has_both_lines(console: Open) -> None:
    async with console(size=(80, 24)) as pilot:
        top = pilot.app.query_one(Masthead)
        top.note = (
            "Outside of here: ask the users of 13 Windows devices to re-enroll, before the first ends on 2026-10-20"
        )
        await shows(pilot, "» Outside of here: ask the users of 13 Windows devices")
        assert "the first ends on 2026-10-20 " in text_of(pilot).splitlines()[1]
        assert "Notices" not in text_of(pilot).splitlines()[1]
        top.note = "Done"
        await until(pilot, lambda: "8 Notices" in text_of(pilot).splitlines()[1])
