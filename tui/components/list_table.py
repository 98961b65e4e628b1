"""ListTable: a table that draws only the visible lines, so that 100,000 records are as fast as ten."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, ClassVar, Generic

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from .columns import GAP, Column
from .line_painter import GUTTER, LinePainter, R
from .list_keys import list_keys
from .record_list import RecordList, Rows
from .text_styles import Tone


class ListTable(ScrollView, Generic[R], can_focus=True):
    """A sortable table of records with a cursor and marks.

    ``set_rows`` gives it the records, ``update_rows`` the changed ones, ``narrow`` filters them by a predicate; all
    keep the cursor on its record. ``row_tone`` draws a whole row in one tone. It is sorted by ``sort`` (a column's
    name); if it isn't ``sortable``, it keeps the records' order.
    """

    BINDINGS: ClassVar[list[BindingType]] = list_keys()
    COMPONENT_CLASSES: ClassVar[set[str]] = {"list-table--header", "list-table--cursor"}

    sortable: ClassVar[bool] = True
    cursor: reactive[int] = reactive(0, repaint=False)

    class OfTable(Message):
        """An event of a table."""

        def __init__(self, table: ListTable[Any], record: Any | None = None) -> None:
            super().__init__()
            self.table, self.record = table, record

        @property
        def control(self) -> ListTable[Any]:
            return self.table

    class Highlighted(OfTable):
        """The cursor moved to another record; None in an empty table."""

    class Opened(OfTable):
        """Enter or a double click on a record."""

        record: Any

    class Changed(OfTable):
        """The marks or the sort order changed."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        sort: str | None = None,
        reverse: bool = False,
        marks: bool = True,
        row_tone: Callable[[R], Tone | None] | None = None,
        empty: str = "Nothing here.",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.columns = list(columns)
        self.sort, self.reverse = sort, reverse
        self.empty = empty
        self.marked: set[int] = set()
        self._list: RecordList[R] = RecordList()
        self._list.sort(self._key(), reverse)
        self._marks = marks
        self._painter = LinePainter(self, self.columns, row_tone)

    # Contents

    @property
    def rows(self) -> Rows[R]:
        """The visible records, in order."""
        return self._list.rows

    @property
    def total(self) -> int:
        """The number of records, including hidden ones."""
        return len(self._list)

    @property
    def record(self) -> R | None:
        """The record under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    def set_rows(self, rows: Iterable[R]) -> None:
        """Show these records; marks of other ones are removed."""
        at = self.record
        self._list.replace(rows)
        self.marked = {id for id in self.marked if id in self._list}
        self._show_rows(at)

    def update_rows(self, changed: Iterable[R], gone: Collection[int] = ()) -> None:
        """Replace records by id, add new ones, and remove some.

        Equivalent to ``set_rows`` with all records, but faster, and it only redraws lines that look different.
        """
        lines, top, at = self._lines(), self.scroll_offset, self.record
        self._list.update(changed, gone)
        self.marked -= set(gone)
        self._show_rows(at, quietly=True)
        self._draw_changes(lines, same=top == self.scroll_offset)

    def narrow(self, predicate: Callable[[R], bool] | None, *, within: Callable[[R], bool] | None = None) -> None:
        """Show only records that match ``predicate``, None shows all; ``within`` as in ``RecordList.narrow``."""
        at = self.record
        self._list.narrow(predicate, within=within)
        self._show_rows(at, otherwise=0)

    def sort_by(self, name: str, reverse: bool = False) -> None:
        """Sort by a column."""
        if not self.sortable:
            return
        at = self.record
        self.sort, self.reverse = name, reverse
        self._list.sort(self._key(), reverse)
        self._show_rows(at)
        self.post_message(self.Changed(self))

    def repaint(self) -> None:
        """Redraw the visible lines after a change that they depend on. Only lines that look different are sent."""
        before = self._lines()
        self._painter.forget()
        self._draw_changes(before)

    def move_to(self, id: int) -> bool:
        """Put the cursor on the record with this id; False if it isn't shown."""
        index = self._list.index_of(id, self.cursor)
        if index is not None:
            self.cursor = index
        return index is not None

    def _key(self) -> Callable[[R], Any] | None:
        """The sort key."""
        column = next((column for column in self.columns if column.name == self.sort), None)
        return None if column is None else column.order or column.sort_key

    def _show_rows(self, before: R | None, *, otherwise: int | None = None, quietly: bool = False) -> None:
        """Show the list's present records, with the cursor on the record ``before`` if it is still there."""
        self._extend()
        if before is None or not self.move_to(before.id):
            place = self.cursor if otherwise is None else otherwise
            self.cursor = max(0, min(place, len(self.rows) - 1))
        self._show_cursor()
        if not quietly or self.styles.is_auto_height:
            self.refresh(layout=self.styles.is_auto_height)
        if self.record is not before:
            self.post_message(self.Highlighted(self, self.record))

    def _extend(self) -> None:
        """Tell the scrollbar the number of rows. The screen's layout changes only when the scrollbar appears or
        disappears."""
        extent = Size(self.size.width, len(self.rows) + 1)
        if self.styles.is_auto_height or not self.is_mounted:
            self.virtual_size = extent
        elif extent != self.virtual_size:
            self.set_reactive(Widget.virtual_size, extent)
            self._scroll_update(extent)

    # Moving

    def watch_cursor(self, before: int, after: int) -> None:
        self.refresh_line(before + 1)
        self.refresh_line(after + 1)
        self._show_cursor()
        if self.is_mounted:
            self.post_message(self.Highlighted(self, self.record))

    def _show_cursor(self) -> None:
        height = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def action_move(self, by: int) -> None:
        self.cursor = max(0, min(self.cursor + by, len(self.rows) - 1))

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self.size.height - 2))

    def action_jump(self, to: int) -> None:
        self.cursor = 0 if to == 0 else max(0, len(self.rows) - 1)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.sortable if action.startswith("sort") else action != "mark" or self._marks

    # Marks

    def action_mark(self) -> None:
        if (record := self.record) is not None:
            self.marked ^= {record.id}
            self.refresh_line(self.cursor + 1)
            self.action_move(1)
            self.post_message(self.Changed(self))

    def mark_all(self) -> None:
        """Mark all visible records, or none if all are marked."""
        shown = {record.id for record in self.rows}
        self._mark(self.marked - shown if shown <= self.marked else self.marked | shown)

    def unmark(self) -> None:
        """Clear the marks."""
        self._mark(set())

    def _mark(self, ids: set[int]) -> None:
        self.marked = ids
        self.refresh()
        self.post_message(self.Changed(self))

    @property
    def chosen(self) -> list[R]:
        """The marked records by id, including hidden ones; otherwise the one under the cursor."""
        if self.marked:
            return [record for id in sorted(self.marked) if (record := self._list.find(id)) is not None]
        return [] if self.record is None else [self.record]

    @property
    def hidden(self) -> int:
        """The number of marked records that the filter hides."""
        return len(self.marked - {record.id for record in self.rows}) if self.marked else 0

    # Opening and sorting

    def action_open(self) -> None:
        if (record := self.record) is not None:
            self.post_message(self.Opened(self, record))

    def action_sort_next(self) -> None:
        names = [slot.column.name for slot in self._painter.slots] or [self.columns[0].name]
        at = names.index(self.sort) if self.sort in names else -1
        self.sort_by(names[(at + 1) % len(names)])

    def action_sort_turn(self) -> None:
        if self.sort is not None:
            self.sort_by(self.sort, not self.reverse)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0:
            for slot in self._painter.slots:
                if slot.x <= offset.x < slot.x + slot.width + GAP:
                    self.sort_by(slot.column.name, slot.column.name == self.sort and not self.reverse)
            return
        index = self.scroll_offset.y + offset.y - 1
        if index < len(self.rows):
            self.cursor = index
            if offset.x < GUTTER and self._marks:
                self.action_mark()
            elif event.chain == 2:
                self.action_open()

    # Drawing

    def _lines(self) -> list[Strip]:
        """The visible lines."""
        return [self.render_line(y) for y in range(self.size.height)] if self._painter.slots else []

    def _draw_changes(self, before: list[Strip], *, same: bool = True) -> None:
        """Redraw the visible lines that differ from ``before``."""
        after = self._lines()
        if not same or len(after) != len(before):
            self.refresh()
            return
        for y, (was, line) in enumerate(zip(before, after, strict=True)):
            if line != was:
                self.refresh_line(y + self.scroll_offset.y)

    def on_resize(self, event: events.Resize) -> None:
        self.virtual_size = Size(self.size.width, len(self.rows) + 1)
        self._painter.lay_out(self.size.width)
        self._show_cursor()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.forget()

    def render_line(self, y: int) -> Strip:
        if self._painter.width != self.size.width:  # after scrolling, Textual may not tell who appears
            self._painter.lay_out(self.size.width)
        if y == 0:
            return self._painter.header(self.sort, self.reverse)
        index = self.scroll_offset.y + y - 1
        if index >= len(self.rows):
            return self._painter.blank(self.empty if index == 0 else "")
        record = self.rows[index]
        return self._painter.line(record, cursor=index == self.cursor, marked=record.id in self.marked)
