"""The size of the details beside a list or below it: resized, alone, or away; remembered for the person."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from ...store.settings.console_memory import ConsoleMemory

STEP_ACROSS, STEP_DOWN = 4, 1  # cells
LEAST_ACROSS, LEAST_DOWN = 24, 4  # cells that list and details keep


class Zoom(IntEnum):
    """What is shown of the two; remembered as a number."""

    BOTH = 0
    LIST = 1
    DETAILS = 2


class Panes:
    """``list`` and ``details`` select the two widgets that share the room, across or down. ``name`` is the screen's in
    what is remembered."""

    def __init__(self, screen: Screen[Any], memory: ConsoleMemory, name: str, list: str, details: str) -> None:
        self._screen, self._memory, self._name = screen, memory, name
        self._list, self._details = list, details

    @property
    def zoom(self) -> Zoom:
        """What is shown where there is room for both."""
        number = self._memory.state.panes.get(f"{self._name}-zoom", 0)
        return Zoom(int(number)) if number in (0, 1, 2) else Zoom.BOTH

    def apply(self, *, both: bool) -> None:
        """Show the two as they are remembered, in the present room; without ``both`` there is none for the details."""
        list, details = self._screen.query_one(self._list), self._screen.query_one(self._details)
        zoom = self.zoom if both else Zoom.BOTH
        list.display = zoom is not Zoom.DETAILS
        for name in ("width", "height", "display"):
            details.styles.clear_rule(name)
        share = self._memory.state.panes.get(self._key(details))
        if zoom is Zoom.LIST:
            details.display = False
        elif zoom is Zoom.DETAILS:
            details.styles.width = details.styles.height = "1fr"
        elif both and share is not None and 0 < share < 1:
            self._set(details, round(share * _room(details)))

    def resize(self, by: int) -> None:
        """Make the details larger by so many steps."""
        details = self._screen.query_one(self._details)
        across, size = _across(details), details.outer_size
        wanted = (size.width if across else size.height) + by * (STEP_ACROSS if across else STEP_DOWN)
        share, key = self._set(details, wanted) / _room(details), self._key(details)
        self._memory.change(lambda state: state.with_pane(key, share))

    def next_zoom(self) -> Zoom:
        """Show the list alone, then the details alone, then both."""
        zoom = Zoom((self.zoom + 1) % len(Zoom))
        self.set_zoom(zoom)
        return zoom

    def set_zoom(self, zoom: Zoom) -> None:
        """Show one of the two, or both."""
        self._memory.change(lambda state: state.with_pane(f"{self._name}-zoom", float(zoom) or None))
        self.apply(both=True)

    def _set(self, details: Widget, wanted: int) -> int:
        """Give the details this size, within reason. Returns the size."""
        across = _across(details)
        least = LEAST_ACROSS if across else LEAST_DOWN
        size = max(least, min(wanted, _room(details) - least))
        if across:
            details.styles.width = size
        else:
            details.styles.height = size
        return size

    def _key(self, details: Widget) -> str:
        return f"{self._name}-{'beside' if _across(details) else 'below'}"


def _holder(details: Widget) -> Widget:
    holder = details.parent
    assert isinstance(holder, Widget)
    return holder


def _across(details: Widget) -> bool:
    """Whether the details are beside the list."""
    return str(_holder(details).styles.layout) == "<horizontal>"


def _room(details: Widget) -> int:
    """The cells that the two share."""
    size = _holder(details).size
    return max(1, size.width if _across(details) else size.height)
