"""In a terminal of a few cells no key ends anything or shows an error, and the console comes to rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.widgets import OptionList

from certfleet.store.workspace import Workspace

from .conftest import Open
from .driving import shows, until
from .sample_inventory import fill
from .settling import settled

TINY = ((1, 1), (2, 3), (3, 10), (4, 12), (10, 3), (20, 5))
PAGES = ("pagedown", "pageup", "end", "down", "pagedown", "up", "pageup")


@pytest.mark.parametrize(
    ("opened", "text"),
    [
        pytest.param(["ctrl+p"], "Search for commands…", id="commands"),
        pytest.param(["5", "n", *["tab"] * 3, "down"], "IKEv2 Always On", id="menu"),
        pytest.param(["2", "i", "down"], "one.pem", id="files"),
    ],
)
async def test_page_keys_of_a_list_without_room_do_nothing(
    console: Open, own_folders: Path, opened: Sequence[str], text: str
) -> None:
    own_folders.joinpath("one.pem").touch()
    own_folders.joinpath("two.pem").touch()
    async with console(size=(80, 24)) as pilot:
        await pilot.press(*opened)
        await shows(pilot, text)
        screen = pilot.app.screen
        await until(pilot, lambda: any(options.option_count for options in screen.query(OptionList)))
        for size in TINY:
            await pilot.resize_terminal(*size)
            await pilot.press(*PAGES)
        await pilot.resize_terminal(80, 24)
        assert pilot.app.is_running and pilot.app.screen is screen


@pytest.mark.prepared(by=fill)
@pytest.mark.parametrize(
    ("opened", "text"),
    [
        pytest.param("1", "What stops next", id="overview"),
        pytest.param("2", "gateway", id="certificates"),
        pytest.param("4", "Root CA", id="authorities"),
        pytest.param("5", "No policy", id="policies"),
        pytest.param("6b", "Bind", id="binding"),
        pytest.param("6,", "Site", id="site"),
        pytest.param("8", "notice", id="notices"),
    ],
)
async def test_a_screen_comes_to_rest_without_room_for_scrollbars(
    console: Open, workspace: Workspace, opened: str, text: str
) -> None:
    async with console(workspace, size=(80, 24)) as pilot:
        await pilot.press(*("comma" if key == "," else key for key in opened))
        await shows(pilot, text)
        bar = pilot.app.screen.query("ListTable, VerticalScroll").first()
        room = bar.styles.scrollbar_size_vertical
        for size in TINY:
            await pilot.resize_terminal(*size)
            await settled(pilot)
        await pilot.resize_terminal(80, 24)
        await shows(pilot, text)
        assert bar.styles.scrollbar_size_vertical == room
