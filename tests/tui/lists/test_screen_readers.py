"""Where the terminal's own cursor is: screen readers and braille displays follow it."""

from __future__ import annotations

from textual.pilot import Pilot

from certfleet.store.workspace import Workspace

from ..conftest import Open
from ..driving import shows, text_of, type_text, until
from ..sample_inventory import fill


def read(pilot: Pilot[None]) -> str:
    """The line that it is in, from it on."""
    column, line = pilot.app.cursor_position
    return text_of(pilot).split("\n")[line][column:]


async def test_it_is_at_the_row_of_a_list_and_at_the_letter_of_a_field(console: Open, workspace: Workspace) -> None:
    fill(workspace)
    async with console(size=(80, 24)) as pilot:
        await pilot.press("2")
        await shows(pilot, "gateway.example.com")
        for name in ("partner-idp.example.com", "Device management push", "ldaps.example.com"):
            await until(pilot, lambda name=name: name in read(pilot))  # type: ignore[misc]  # the name of this round
            await pilot.press("down")

        await pilot.press("slash")
        await type_text(pilot, "gate")
        await until(pilot, lambda: text_of(pilot).split("\n")[2][: pilot.app.cursor_position.x].split() == ["gate"])
        await pilot.press("enter")
        await until(pilot, lambda: "gateway.example.com" in read(pilot))

        await pilot.press("x")
        await shows(pilot, "Cancel")
        await until(pilot, lambda: read(pilot).lstrip().startswith(("Delete", "Cancel", "Close")))
