"""A look that is chosen while the console is open looks as if it had been there from the start."""

from __future__ import annotations

import pytest
from rich.color import Color
from textual.pilot import Pilot

from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.themes import Look

from ..conftest import Open
from ..driving import painted, shows, until
from ..sample_deployment import deploy

SECOND = "Last check-in 2 h ago"  # in the details, which follow once the cursor rests: until then they are the first's
PAGES = [
    pytest.param(["1"], "What stops next", id="overview"),
    pytest.param(["2", "down"], "Issuer", id="certificates"),
    pytest.param(["2", "down", "enter"], "Summary", id="certificate"),
    pytest.param(["3", "down"], SECOND, id="devices"),
    pytest.param(["3", "down", "enter"], SECOND, id="device"),
    pytest.param(["4", "down"], "Serial no.", id="authorities"),
    pytest.param(["5"], "No policy yet", id="policies"),
    pytest.param(["6", "down"], "Next step", id="checklist"),
    pytest.param(["6", "0"], "No endpoint", id="endpoints"),
    pytest.param(["7"], "CA group", id="simulator"),
    pytest.param(["7", "0"], "n runs a copy", id="forecast"),
    pytest.param(["8", "down"], "Notices", id="notices"),
    pytest.param(["9", "down"], "workspace created", id="audit"),
]


def letters(pilot: Pilot[None]) -> set[tuple[int, str, Color | None, Color | None]]:
    """The words below the top line, which has a note, with their colours."""
    found = set()
    for line, strip in enumerate(painted(pilot)[1:]):
        for text, style, _ in strip:
            if style is not None and text.strip():
                found.add((line, text.strip(), style.color, style.bgcolor))
    return found


@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize(("keys", "shown"), PAGES)
async def test_a_look_chosen_later_is_that_look(console: Open, keys: list[str], shown: str) -> None:
    async with console(size=(140, 45), settings=ConsoleSettings(look=Look.LIGHT)) as pilot:
        await pilot.press(*keys)
        await shows(pilot, shown)
        await pilot.pause()
        expected = letters(pilot)
    async with console(size=(140, 45), settings=ConsoleSettings(look=Look.DARK)) as pilot:
        await pilot.press(*keys)
        await shows(pilot, shown)
        await pilot.press("T")

        await until(pilot, lambda: letters(pilot) == expected)
