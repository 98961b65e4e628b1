"""Esc goes back to where somebody came from, as long as they only look at what they came for."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen

from ..components.list_page import ListPage
from ..components.tabbed_details import DetailPage


class WayBack:
    """Open on the screen that the person came to, while its list has the same filter or none, and no selection.
    Otherwise Esc first does what it always does there."""

    def __init__(self) -> None:
        self._origin = ""
        self._screen: Screen[Any] | None = None
        self._filter = ""

    def arrived(self, origin: str, screen: Screen[Any]) -> None:
        """Somebody came from the mode ``origin``."""
        self._origin, self._screen = origin, screen
        self._filter = screen.typed_filter if isinstance(screen, ListPage) else ""
        screen.refresh_bindings()

    def forget(self) -> None:
        """They went on to somewhere else."""
        self._screen = None

    def is_open(self, screen: Screen[Any]) -> bool:
        """Whether Esc goes back from a screen."""
        if screen is not self._screen:
            return False
        if not isinstance(screen, ListPage):
            return True
        as_it_was = screen.typed_filter in ("", self._filter) and not screen.table.marked
        return screen.table.has_focus and as_it_was

    def leave(self) -> str:
        """Take the way: which mode it leads to."""
        screen, self._screen = self._screen, None
        if isinstance(screen, ListPage):
            screen.set_filter("")
        elif isinstance(screen, DetailPage):
            screen.action_back()
        return self._origin
