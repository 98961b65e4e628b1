"""What confirming would change and take down, in a dialog."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import App
from textual.message import Message
from textual.widgets import Static

from ...store.effects.effects import Effects
from ...store.views.effects import effect_lines, harm_of
from .text_styles import TONES, style_of

LINES = 12
LINES_IN_A_SMALL_TERMINAL = 5
SMALL = 30  # rows


class EffectsPanel(Static):
    """Hidden until ``show`` gives it a difference; ``clear`` hides it again."""

    class Resized(Message):
        """It takes more or less room than before."""

    def __init__(self) -> None:
        super().__init__(id="effects", markup=False)
        self.display = False

    def show(self, effects: Effects, *, asks: bool = False) -> None:
        """Show a difference. ``asks``: it waits for a yes."""
        longest = LINES_IN_A_SMALL_TERMINAL if self.app.size.height < SMALL else LINES
        self.update(effects_text(self.app, effects, longest - asks, asks=asks))
        self.display = True

    def clear(self) -> None:
        """Show nothing."""
        if self.display:
            self.display = False
            self.post_message(self.Resized())

    def on_resize(self) -> None:
        self.post_message(self.Resized())


def effects_text(app: App[object], effects: Effects, longest: int, *, asks: bool = False) -> RenderableType:
    """The lines of a difference in their tones; in little room what stops or strands is left, with its count."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(overflow="fold")
    lines = effect_lines(effects, longest=longest)
    for line in lines:
        tone = TONES.get(line.style)
        text = Text(line.text, "" if tone is None else style_of(app, tone))
        if longest < LINES - 1 and line is not lines[-1]:  # a line each, so that there is room for the last
            text.no_wrap, text.overflow = True, "ellipsis"
        grid.add_row(text)
    if asks and harm_of(effects):
        grid.add_row(Text("Nothing has been changed yet. y goes ahead, Esc or Enter leaves it as it is."))
    return grid
