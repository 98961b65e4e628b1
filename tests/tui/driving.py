"""Typing, waiting and reading the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from textual import events
from textual._context import active_app, visible_screen_stack
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from ..waiting import LONG


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Press the keys of a text."""
    await pilot.press(*("space" if letter == " " else letter for letter in text))


async def paste(pilot: Pilot[None], text: str) -> None:
    """Put a text into the field at once, as a terminal does that pastes."""
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


async def until(pilot: Pilot[None], holds: Callable[[], object], within: float = LONG) -> None:
    """Wait until something holds."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, f"still not so after {within} s:\n{text_of(pilot)}"
        await pilot.pause()
        await asyncio.sleep(0.01)


async def shows(pilot: Pilot[None], text: str, within: float = LONG) -> None:
    """Wait until the screen shows a text."""
    await until(pilot, lambda: text in text_of(pilot), within)


def text_of(pilot: Pilot[None]) -> str:
    """What the screen shows, line by line."""
    return "\n".join(strip.text for strip in painted(pilot))


def painted(pilot: Pilot[None]) -> list[Strip]:
    """The lines of the screen, with their styles."""
    screen: Screen[object] = pilot.app.screen
    # A test may have several consoles, and what is behind a dialog is looked for in the one that is active.
    active = active_app.set(pilot.app)
    # Without it the first to look after a change would have the space around the dialog painted, and kept, empty.
    behind = visible_screen_stack.set(pilot.app._background_screens)
    try:
        return screen._compositor.render_strips()
    finally:
        visible_screen_stack.reset(behind)
        active_app.reset(active)
