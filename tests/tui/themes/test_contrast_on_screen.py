"""Every letter that a screen of ours paints can be read on the ground behind it, in our own dark and light looks."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.filter import dim_color
from textual.pilot import Pilot
from textual.widgets import Button

from certfleet.tui.shell.settings import ConsoleSettings
from certfleet.tui.themes.contrast import LEAST, contrast
from certfleet.tui.themes.themes import Look

from ..conftest import Open
from ..driving import painted
from ..sample_deployment import deploy
from ..settling import settled

_GRAPHIC = set("╸╺━─│╭╮╰╯├┤┬┴┼━┃▏▎▍▌▋▊▉█▁▂▃▄▅▆▇░▒▓▔▕▐▀⣿┈╌·╶╴└┌┐┘╵╷")


def faint(pilot: Pilot[None]) -> list[str]:
    """What can't be read well: lines, bars and the screen behind a dialog left out, as WCAG leaves out what is no text
    or can't be used now."""
    dialog = pilot.app.screen.query("#dialog")
    region = dialog.first().region if dialog else pilot.app.screen.region
    unusable = [button.region for button in pilot.app.screen.query(Button) if button.disabled]
    found = {}
    for y, strip in enumerate(painted(pilot)):
        x = 0
        for text, style, _ in strip:
            for letter in text:
                seen = letter.strip() and letter not in _GRAPHIC and region.contains(x, y)
                if seen and style is not None and not any(area.contains(x, y) for area in unusable):
                    assert style.color is not None and style.bgcolor is not None, f"{text!r} has no colour of its own"
                    ground = style.bgcolor
                    letters = dim_color(ground, style.color) if style.dim else style.color
                    if style.reverse:
                        letters, ground = ground, letters
                    ratio = contrast(Color.from_rich_color(letters), Color.from_rich_color(ground))
                    if ratio < LEAST:
                        found[text.strip(), letters.name, ground.name] = round(ratio, 2)
                x += 1
    return [f"{text!r}: {ratio}, {letters} on {ground}" for (text, letters, ground), ratio in found.items()]


SCREENS = [
    pytest.param([], id="overview"),
    pytest.param(["2", "down", "space", "down"], id="certificates"),
    pytest.param(["2", "slash", "x", "y", "colon", "z"], id="filter"),
    pytest.param(["2", "i"], id="import"),
    pytest.param(["2", "n"], id="request"),
    pytest.param(["3", "space", "down"], id="devices"),
    pytest.param(["3", "F", "down"], id="pane"),
    pytest.param(["4", "down"], id="authorities"),
    pytest.param(["6", "down"], id="checklist"),
    pytest.param(["6", "down", "b"], id="bind"),
    pytest.param(["5", "n"], id="policy"),
    pytest.param(["7"], id="simulator"),
    pytest.param(["8", "down"], id="notices"),
    pytest.param(["8", "down", "enter"], id="notice"),
    pytest.param(["8", "comma"], id="delivery"),
    pytest.param(["9", "down"], id="audit"),
    pytest.param(["2", "question_mark"], id="help"),
]


@pytest.mark.prepared(by=deploy)
@pytest.mark.parametrize("keys", SCREENS)
@pytest.mark.parametrize("look", [Look.DARK, Look.LIGHT])
async def test_what_is_on_screen_can_be_read(console: Open, look: Look, keys: list[str]) -> None:
    async with console(size=(140, 45), settings=ConsoleSettings(look=look)) as pilot:
        await pilot.press(*keys)
        await settled(pilot)

        assert not faint(pilot)
