"""Draws the lines of a list table, and caches them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip
from textual.widget import Widget

from .columns import GAP, Column, Slot, fit, lay_out
from .text_styles import Tone, style_of

GUTTER = 2
MARK = "■"
KEPT = 1024


class Record(Protocol):
    """Anything with an id can be a row."""

    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=Record)


class LinePainter(Generic[R]):
    """Draws in the styles of a widget, for the width of the last ``lay_out``."""

    def __init__(
        self, widget: Widget, columns: Sequence[Column[R]], row_tone: Callable[[R], Tone | None] | None = None
    ) -> None:
        self.slots: list[Slot[R]] = []
        self._widget, self._columns, self._row_tone = widget, columns, row_tone
        self.width = 0
        self._kept: LRUCache[tuple[int, bool, bool, bool], tuple[R, Strip]] = LRUCache(KEPT)

    def lay_out(self, width: int) -> None:
        """Share a new width among the columns; one cell is the scrollbar's."""
        self.width = width
        self.slots = lay_out(self._columns, width - 1, GUTTER)
        self.forget()

    def forget(self) -> None:
        """Clear the cache, since the styles changed."""
        self._kept.clear()

    def header(self, sort: str | None, reverse: bool) -> Strip:
        """The titles, with an arrow at the sorted column."""
        style = self._widget.get_component_rich_style("list-table--header")
        segments = [Segment(" " * GUTTER, style)]
        for slot in self.slots:
            column = slot.column
            arrow = ("↓" if reverse else "↑") if column.name == sort else ""
            title = fit(column.title + arrow, slot.width, column.right)
            segments += [Segment(title, style + Style(bold=bool(arrow))), Segment(" " * GAP, style)]
        return Strip(segments).adjust_cell_length(self.width, style)

    def blank(self, text: str = "") -> Strip:
        """A line without a record."""
        style = self._widget.rich_style + style_of(self._widget.app, Tone.DIM)
        return Strip([Segment(fit(" " * GUTTER + text, self.width), style)], self.width)

    def line(self, record: R, *, cursor: bool, marked: bool) -> Strip:
        """A record's line. A changed record is a new object with the same id, and is drawn anew."""
        key = (record.id, cursor, self._widget.has_focus, marked)
        kept = self._kept.get(key)
        if kept is None or kept[0] is not record:
            kept = self._kept[key] = (record, self._draw(record, cursor, marked))
        return kept[1]

    def _draw(self, record: R, cursor: bool, marked: bool) -> Strip:
        app = self._widget.app
        base = self._widget.get_component_rich_style("list-table--cursor") if cursor else self._widget.rich_style
        plain = cursor and app.native_ansi_color  # the row is reversed, and a tone would be too
        whole = None if self._row_tone is None else self._row_tone(record)
        if whole is not None and not cursor:
            base += style_of(app, whole)
        mark_style = base if plain else base + style_of(app, Tone.ACCENT)
        segments = [Segment((MARK if marked else " ").ljust(GUTTER), mark_style)]
        for slot in self.slots:
            column, style = slot.column, base
            tone = column.tone(record) if column.tone is not None and whole is None and not plain else None
            if tone is not None:
                style += style_of(app, tone)
            segments += [Segment(column.cell(record, slot.width), style), Segment(" " * GAP, base)]
        return Strip(segments).adjust_cell_length(self.width, base)
