"""What confirming would change and take down, in a dialog."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import App
from textual.message import Message
from textual.widgets import Static

from ...store.effects.effects import Effects
from ...store.views.effects import effect_lines
from .text_styles import TONES, style_of

SMALL = 30  # rows of a terminal in which a dialog has little room


class EffectsPanel(Static):
    """Hidden until ``show`` gives it a difference; ``clear`` hides it again."""

    class Resized(Message):
        """It takes more or less room than before."""

    def __init__(self) -> None:
        super().__init__(id="effects", markup=False)
        self.display = False

    def show(self, effects: Effects, *, asks: bool = False) -> None:
        """Show a difference. ``asks``: it waits for a yes."""
        self.update(effects_text(self.app, effects, asks=asks))
        self.display = True

    def clear(self) -> None:
        """Show nothing."""
        if self.display:
            self.display = False
            self.post_message(self.Resized())

    def on_resize(self) -> None:
        self.post_message(self.Resized())


def effects_text(app: App[object], effects: Effects, *, asks: bool = False) -> RenderableType:
    """The lines of a difference in their tones; in little room the counts, and what stops or strands."""
    lines, small = effect_lines(effects), app.size.height < SMALL
    if small:
        lines = [lines[0], lines[-1]] if effects.is_harmful else lines[:2]
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(overflow="fold")
    for line in lines:
        tone = TONES.get(line.style)
        text = Text(line.text, "" if tone is None else style_of(app, tone))
        if small and line is lines[0]:
            text.no_wrap, text.overflow = True, "ellipsis"
        grid.add_row(text)
    if asks:
        grid.add_row(Text("Nothing has been changed yet. y goes ahead; Esc or Enter leaves it as it is."))
    return grid
