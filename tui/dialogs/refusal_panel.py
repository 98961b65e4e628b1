"""A refusal in a dialog: the reason, the hint, and the code to look up."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.widget import Widget
from textual.widgets import Static

from ...store.errors import Refusal
from ...store.printable import printable
from ..components.text_styles import Tone, style_of
from ..shell.keys.hints import hint_of
from ..shell.keys.keys import keyed
from ..shell.keys.way_out import WayOut, is_open, way_out


def refusal_text(panel: Widget, refusal: Refusal, way: str = "") -> Table:
    """The refusal as a text, in the styles of ``panel``; ``way`` says how its hint is followed."""
    message = printable(refusal.message)  # unchanged: its first word may be the name of a file
    message += "" if message.endswith(".") else "."
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1, style=style_of(panel.app, Tone.EXPIRED))
    grid.add_column(overflow="fold")
    grid.add_row("×", Text(message))
    if hint := hint_of(refusal):
        grid.add_row("", Text(printable(hint), style_of(panel.app, Tone.STRONG)))
    if way:
        grid.add_row("", Text(way, style_of(panel.app, Tone.ACCENT)))
    grid.add_row("", Text(refusal.code, style_of(panel.app, Tone.DIM)))
    return grid


class RefusalPanel(Static):
    """Hidden unless it has a refusal, from the beginning or by ``show``; ``clear`` hides it again."""

    def __init__(self, refusal: Refusal | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._first = refusal
        self.way: WayOut | None = None
        self.display = refusal is not None

    def on_mount(self) -> None:
        if self._first is not None:
            self.update(refusal_text(self, self._first))

    def show(self, refusal: Refusal) -> None:
        """Show a refusal, and the way out of it."""
        way = way_out(refusal)
        self.way = way if way is not None and is_open(self.app, way) else None
        self.update(refusal_text(self, refusal, keyed("{way-out} leads there") if self.way is not None else ""))
        self.display = True
        self.call_after_refresh(self.scroll_visible, animate=False)

    def clear(self) -> None:
        """Hide the last refusal."""
        self.display, self.way = False, None
