"""Draws the lines of a list table, and caches them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip
from textual.widget import Widget

from ..components.fitted_text import fit
from ..components.text_styles import Tone, style_of
from .columns import GAP, Column, Slot, lay_out

GUTTER = 2
MARK = "■"
KEPT = 1024


class HasId(Protocol):
    """Anything with an id can be a row."""

    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=HasId)


def arrow_of(name: str, order: Sequence[tuple[str, bool]]) -> str:
    """``↑`` or ``↓`` for a column that is sorted by; with its place, if several are."""
    for place, (sorted_by, reverse) in enumerate(order, 1):
        if sorted_by == name:
            return ("↓" if reverse else "↑") + (str(place) if len(order) > 1 else "")
    return ""


class LinePainter(Generic[R]):
    """Draws in the styles of a widget, for the width of the last ``lay_out``."""

    def __init__(
        self, widget: Widget, columns: Sequence[Column[R]], row_tone: Callable[[R], Tone | None] | None = None
    ) -> None:
        self.slots: list[Slot[R]] = []
        self._widget, self._columns, self._row_tone = widget, columns, row_tone
        self.width = 0
        self._order: Sequence[tuple[str, bool]] = ()
        self._needs: dict[str, int] = {}
        self.asks: dict[str, int] = {}  # what names have asked for, by their columns
        self._measured: LRUCache[int, R] = LRUCache(KEPT)
        self._kept: LRUCache[tuple[int, bool, bool, bool], tuple[R, Strip]] = LRUCache(KEPT)
        self._styles: dict[tuple[bool, bool], Style] = {}  # of lines: Textual works them out anew each time

    def lay_out(self, width: int) -> None:
        """Share a new width among the columns; one cell is the scrollbar's."""
        if width != self.width:
            self.width = width
            self._needs = {column.name: cell_len(self._title(column)) for column in self._columns}
            self.asks = {column.name: 0 for column in self._columns if column.told_in}
            self._measured.clear()
        self.slots = self._placed()
        self.forget()

    @property
    def order(self) -> Sequence[tuple[str, bool]]:
        """What is sorted by, for the titles."""
        return self._order

    @order.setter
    def order(self, order: Sequence[tuple[str, bool]]) -> None:
        self._order = order
        if self.width:
            self.slots = self._placed()
            self.forget()

    def _title(self, column: Column[R]) -> str:
        return (column.heading or column.title) + arrow_of(column.name, self._order)

    def _placed(self) -> list[Slot[R]]:
        order = {name for name, _ in self._order}
        columns = [
            replace(column, width=max(column.width, cell_len(self._title(column)))) if column.name in order else column
            for column in self._columns
        ]
        return lay_out(columns, self.width - 1, GUTTER, self._needs, self.asks, order)

    def arrange(self, columns: Sequence[Column[R]]) -> None:
        """Show these columns from now on."""
        self._columns = columns
        width, self.width = self.width, 0
        if width:
            self.lay_out(width)

    def measure(self, records: Iterable[R]) -> bool:
        """Look at what these records need, and share the width anew if one of them is cut and needn't be. True if the
        columns moved. What was needed once stays needed, so that columns don't move to and fro."""
        cut = False
        for record in records:
            if self._measured.get(record.id) is record:
                continue
            self._measured[record.id] = record
            for slot in self.slots:
                column = slot.column
                need = column.need(record)
                if need > self._needs[column.name]:
                    self._needs[column.name] = need
                    cut = cut or need > slot.width
                if column.told_in and (asked := column.asks(need)) > self.asks[column.name]:
                    self.asks[column.name] = asked
                    cut = cut or asked > slot.width
        if not cut:
            return False
        before = [(slot.x, slot.width) for slot in self.slots]
        self.slots = self._placed()
        if moved := before != [(slot.x, slot.width) for slot in self.slots]:
            self.forget()
        return moved

    def forget(self) -> None:
        """Clear the cache, since styles or cells changed."""
        self._kept.clear()
        self._measured.clear()
        self._styles.clear()

    def header(self) -> Strip:
        """The titles, with an arrow at the sorted columns, and a number where there are several."""
        style = self._widget.get_component_rich_style("list-table--header")
        segments = [Segment(" " * GUTTER, style)]
        for slot in self.slots:
            column = slot.column
            title = fit(self._title(column), slot.width, column.right)
            is_sorted = bool(arrow_of(column.name, self._order))
            segments += [Segment(title, style + Style(bold=is_sorted)), Segment(" " * GAP, style)]
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

    def _style(self, cursor: bool) -> Style:
        widget = self._widget
        key = (cursor, widget.has_focus)
        if (known := self._styles.get(key)) is None:
            known = widget.get_component_rich_style("list-table--cursor") if cursor else widget.rich_style
            self._styles[key] = known
        return known

    def _draw(self, record: R, cursor: bool, marked: bool) -> Strip:
        app = self._widget.app
        base = self._style(cursor)
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
