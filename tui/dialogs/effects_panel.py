"""The panel of a dialog that shows what confirming would change and take down."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import App
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from ...store.effects.effects import Effects
from ...store.views.effects import EffectLine, effect_lines
from ...store.views.styles import Style
from ...store.words import plural
from ..components.text_styles import TONES, Tone, style_of
from ..shell.keys.hints import with_keys
from ..shell.keys.keys import keyed

SMALL = 30  # rows of a terminal in which a dialog has little room
TINY = 24  # rows below which it has almost none
ROOM = 2  # lines of a typical difference
PAGE = 5  # rows of it that a small terminal shows at a time


class EffectsPanel(Static):
    """Hidden until ``show`` gives it a difference. From then on it only grows, so that nothing jumps while somebody
    types: ``outdate`` dims its text, and ``clear`` leaves its room empty. In a small terminal it shows a page at a
    time: first the counts, what stops or strands, and the notes."""

    class Resized(Message):
        """Its height changed."""

    def __init__(self) -> None:
        super().__init__(id="effects", markup=False)
        self.display = False
        self._effects: Effects | None = None
        self._asks = False
        self._page = 0

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
        if effects != self._effects:
            self._page = 0
        self._effects, self._asks = effects, asks
        self.remove_class("-outdated")
        self._say_effects()
        self.display = True

    def turn(self, by: int) -> None:
        """Show the page after, or before the one that is shown."""
        if self._effects is not None:
            self._page += by
            self._say_effects()

    def _say_effects(self) -> None:
        assert self._effects is not None
        parent = self.parent
        width = (
            self.size.width or (parent.content_size.width if isinstance(parent, Widget) else 0) or self.app.size.width
        )
        pages = pages_of(self.app, self._effects, width)
        self._page = min(max(0, self._page), len(pages) - 1)
        lines = list(pages[self._page])
        left = sum(map(len, pages[self._page + 1 :]))
        if left:
            lines.append(EffectLine(Style.QUIET, keyed(f"{{details-down}} shows {plural(left, 'more line')}")))
        elif self._page:
            lines.append(EffectLine(Style.QUIET, keyed("{details-up} goes back")))
        self.update(_text_of(self.app, lines, asks=self._asks))

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
            self._say_effects()

    def on_resize(self, event: events.Resize) -> None:
        self._reserve(event.size.height)
        self.post_message(self.Resized())


def pages_of(app: App[object], effects: Effects, width: int) -> list[list[EffectLine]]:
    """The lines of a difference by pages: one, unless the terminal is small."""
    lines = effect_lines(effects)
    if app.size.height >= SMALL:
        return [lines]
    if effects.is_harmful:
        lines = [lines[0], lines[-1], *lines[1:-1]]
    notes = [line for line in lines[1:] if line.style is Style.WARNING]
    first = 2 if effects.is_harmful else 1
    lines = [*lines[:first], *notes, *(line for line in lines[first:] if line not in notes)]
    if app.size.height < TINY:
        return [lines[:2]]
    rows = [len(Text(with_keys(line.text)).wrap(app.console, max(1, width))) for line in lines]
    if sum(rows) <= PAGE:
        return [lines]
    pages: list[list[EffectLine]] = [[]]
    left = PAGE - 1  # the last row says that there is more
    for line, needed in zip(lines, rows, strict=True):
        if needed > left and pages[-1]:
            pages.append([])
            left = PAGE - 1
        pages[-1].append(line)
        left -= needed
    return pages


def _text_of(app: App[object], lines: Sequence[EffectLine], *, asks: bool) -> RenderableType:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(overflow="fold")
    for line in lines:
        tone = TONES.get(line.style)
        text = Text(with_keys(line.text), "" if tone is None else style_of(app, tone))
        if app.size.height < TINY and line is lines[0]:
            text.no_wrap, text.overflow = True, "ellipsis"
        grid.add_row(text)
    if asks:
        grid.add_row(Text(keyed("Nothing has been changed yet. {yes} goes ahead, {Back} or {Open} doesn't.")))
    return grid
