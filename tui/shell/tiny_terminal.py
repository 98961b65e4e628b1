"""A terminal of a few columns has no scrollbars: with one, no room is left for a text, and a text without room needs
none, so that Textual would lay the screen out sixty times a second."""

from __future__ import annotations

from textual import events
from textual.app import App

LEAST = 20  # columns
_SOURCE = ("tiny terminal", "")
_NO_SCROLLBARS = "* { scrollbar-size: 0 0 !important; }"


class TinyTerminal(App[None]):
    """Part of the console's app: what it does without where there is no room."""

    _is_tiny = False

    def on_resize(self, event: events.Resize) -> None:
        """Take the scrollbars away, or give them back."""
        if (is_tiny := event.size.width < LEAST) != self._is_tiny:
            self._is_tiny = is_tiny
            self.stylesheet.add_source(_NO_SCROLLBARS if is_tiny else "", read_from=_SOURCE)
            self._css_update_count += 1  # hidden screens get their styles when they are shown
            self.refresh_css(animate=False)
