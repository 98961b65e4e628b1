"""The panel of a dialog that shows what confirming would change and take down."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import App
from textual.message import Message
from textual.widgets import Static

from ...store.effects.effects import Effects
from ...store.views.effects import effect_lines
from ..components.text_styles import TONES, Tone, style_of
from ..shell.hints import with_keys
from ..shell.keys import keyed

SMALL = 30  # rows of a terminal in which a dialog has little room
ROOM = 2  # lines of a typical difference


class EffectsPanel(Static):
    """Hidden until ``show`` gives it a difference. From then on it only grows, so that nothing jumps while somebody
    types: ``outdate`` dims its text, and ``clear`` leaves its room empty."""

    class Resized(Message):
        """Its height changed."""

    def __init__(self) -> None:
        super().__init__(id="effects", markup=False)
        self.display = False
        self._effects: Effects | None = None
        self._asks = False

    def wait(self) -> None:
        """Reserve room for the coming difference, so that the buttons don't move when it arrives."""
        self.display = True
        self._reserve(ROOM)

    def _reserve(self, lines: int) -> None:
        present = self.styles.min_height
        if present is None or present.value < lines:
            self.styles.min_height = lines

    def show(self, effects: Effects, *, asks: bool = False) -> None:
        """Show a difference; ``asks`` adds the question whether to go ahead."""
        self._effects, self._asks = effects, asks
        self.remove_class("-outdated")
        self.update(effects_text(self.app, effects, asks=asks))
        self.display = True

    def outdate(self) -> None:
        """Mark the text as possibly out of date, and withdraw the question."""
        if self._effects is not None:
            if self._asks:
                self.show(self._effects)
            self.add_class("-outdated")

    def work_out(self) -> None:
        """Say that the difference is being worked out, where there is none to be seen until then."""
        if self._effects is None:
            self.say("Working out what it would change …")

    def say(self, text: str) -> None:
        """Say something in place of a difference."""
        self.clear()
        self.update(Text(text, style_of(self.app, Tone.DIM)))

    def clear(self) -> None:
        """Clear the text."""
        self._effects, self._asks = None, False
        self.update("")

    def refit(self) -> None:
        """The terminal has another size: say it in as many lines as it has room for now."""
        if self._effects is not None:
            self.styles.min_height = None
            self.update(effects_text(self.app, self._effects, asks=self._asks))

    def on_resize(self, event: events.Resize) -> None:
        self._reserve(event.size.height)
        self.post_message(self.Resized())


def effects_text(app: App[object], effects: Effects, *, asks: bool = False) -> RenderableType:
    """The lines of a difference in their tones. In a small terminal, only the counts and what stops or strands."""
    lines, small = effect_lines(effects), app.size.height < SMALL
    if small:
        lines = [lines[0], lines[-1]] if effects.is_harmful else lines[:2]
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(overflow="fold")
    for line in lines:
        tone = TONES.get(line.style)
        text = Text(with_keys(line.text), "" if tone is None else style_of(app, tone))
        if small and line is lines[0]:
            text.no_wrap, text.overflow = True, "ellipsis"
        grid.add_row(text)
    if asks:
        grid.add_row(Text(keyed("Nothing has been changed yet. {yes} goes ahead, {Back} or {Open} doesn't.")))
    return grid
