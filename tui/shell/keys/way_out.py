"""The way out of a refusal: the screen and the key that its hint names, to be taken by one key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from textual.screen import Screen

from ....store.errors import Refusal
from ..console_app import console_of
from ..pages import PAGES
from .hints import HINTS
from .keys import KEYS

if TYPE_CHECKING:
    from textual.app import App

_NAMED = re.compile(r"\{([a-z0-9-]+)\}(?: on (\w+))?")
_SCREEN = "screen-"
_MODES = {page.title: page.name for page in PAGES}


class WayOut(NamedTuple):
    """``mode`` is the screen to go to, None the one below the dialog; ``key`` names the key to press there, if any."""

    mode: str | None
    key: str | None


def way_out(refusal: Refusal) -> WayOut | None:
    """The way that the console's hint of a refusal names; None if it names none."""
    found = _NAMED.search(HINTS.get(refusal.code, ""))
    if found is None or found[1] not in KEYS:
        return None
    name, page = found[1], _MODES.get(found[2] or "")
    if name.startswith(_SCREEN):
        return WayOut(page or PAGES[int(name.removeprefix(_SCREEN)) - 1].name, None)
    return WayOut(page, name)


def is_open(app: App[object], way: WayOut) -> bool:
    """Whether the way can be taken: a key without a screen must be one of the screen below the dialog."""
    below = _below(app)
    if way.mode is not None:
        return below is not None
    return below is not None and _action(below, way.key) is not None


def take(app: App[object], way: WayOut) -> None:
    """Leave the dialogs, go to the screen, and do there what its key does."""
    below = _below(app)
    while app.screen is not below and len(app.screen_stack) > 1:
        app.pop_screen()
    if way.mode is not None:
        console_of(app).action_page(way.mode)
    if way.key is not None:
        app.call_after_refresh(_press, app, way.key)


async def _press(app: App[object], key: str) -> None:
    if (action := _action(app.screen, key)) is not None:
        await app.screen.run_action(action)


def _action(screen: Screen[object], key: str | None) -> str | None:
    bindings = (one for found in screen._bindings.key_to_bindings.values() for one in found)
    return next((one.action for one in bindings if one.id == key), None)


def _below(app: App[object]) -> Screen[object] | None:
    """The screen below all dialogs."""
    return next((screen for screen in reversed(app.screen_stack) if not screen.is_modal), None)
