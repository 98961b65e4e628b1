"""RecordTable: a table that draws only the lines in view, so that 100,000 records are as quick as ten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Generic

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ..looks import Ink
from .column import GAP, Column
from .line_painter import GUTTER, LinePainter, R


class RecordTable(ScrollView, Generic[R], can_focus=True):
    """A sortable table of records with a cursor and marks.

    ``set_rows`` gives it the records, ``narrow`` shows those that a predicate lets through; both keep the cursor
    on its record. ``row_ink`` writes a whole row in one ink. Sorted by ``sort`` (a column's name).
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "jump(0)", "First", show=False),
        Binding("end,G", "jump(-1)", "Last", show=False),
        Binding("space", "mark", "Select"),
        Binding("enter", "open", "Open", key_display="enter"),
        Binding("s", "sort_next", "Sort"),
        Binding("S", "sort_turn", "Turn the order", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"record-table--header", "record-table--cursor"}

    cursor: reactive[int] = reactive(0, repaint=False)

    class Highlighted(Message):
        """The cursor came to another record; None in an empty table."""

        def __init__(self, table: RecordTable[Any], record: Any | None) -> None:
            super().__init__()
            self.table, self.record = table, record

        @property
        def control(self) -> RecordTable[Any]:
            return self.table

    class Opened(Message):
        """Enter or a double click on a record."""

        def __init__(self, table: RecordTable[Any], record: Any) -> None:
            super().__init__()
            self.table, self.record = table, record

        @property
        def control(self) -> RecordTable[Any]:
            return self.table

    class Changed(Message):
        """The marks or the sort order changed."""

        def __init__(self, table: RecordTable[Any]) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> RecordTable[Any]:
            return self.table

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        sort: str | None = None,
        reverse: bool = False,
        marks: bool = True,
        row_ink: Callable[[R], Ink | None] | None = None,
        empty: str = "Nothing here.",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.columns = list(columns)
        self.sort, self.reverse = sort, reverse
        self.empty = empty
        self.marked: set[int] = set()
        self.rows: list[R] = []
        self._all: list[R] = []
        self._predicate: Callable[[R], bool] | None = None
        self._marks = marks
        self._painter = LinePainter(self, self.columns, row_ink)

    # What it shows

    def set_rows(self, rows: Iterable[R]) -> None:
        """Show these records; marks of those that are gone go too."""
        self._all = self._sorted(rows)
        if self.marked:
            self.marked &= {record.id for record in self._all}
        self._refill(self.cursor)

    def narrow(self, predicate: Callable[[R], bool] | None) -> None:
        """Show only what ``predicate`` lets through; None shows all."""
        self._predicate = predicate
        self._refill(0)

    def sort_by(self, name: str, reverse: bool = False) -> None:
        """Sort by a column."""
        self.sort, self.reverse = name, reverse
        self.set_rows(self._all)
        self.post_message(self.Changed(self))

    @property
    def record(self) -> R | None:
        """The record under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    def move_to(self, id: int) -> bool:
        """Put the cursor on the record with this id; False where it isn't shown."""
        for index, record in enumerate(self.rows):
            if record.id == id:
                self.cursor = index
                return True
        return False

    def _sorted(self, rows: Iterable[R]) -> list[R]:
        column = next((column for column in self.columns if column.name == self.sort), None)
        return list(rows) if column is None else sorted(rows, key=column.sort_key, reverse=self.reverse)

    def _refill(self, otherwise: int) -> None:
        before = self.record
        predicate = self._predicate
        self.rows = self._all if predicate is None else [record for record in self._all if predicate(record)]
        self.virtual_size = Size(self.size.width, len(self.rows) + 1)
        if before is None or not self.move_to(before.id):
            self.cursor = max(0, min(otherwise, len(self.rows) - 1))
        self._show_cursor()
        self.refresh(layout=self.styles.is_auto_height)
        if self.record is not before:
            self.post_message(self.Highlighted(self, self.record))

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
        return self._marks if action == "mark" else True

    def action_mark(self) -> None:
        if (record := self.record) is not None:
            self.marked ^= {record.id}
            self.refresh_line(self.cursor + 1)
            self.action_move(1)
            self.post_message(self.Changed(self))

    def mark_all(self) -> None:
        """Mark all that are shown, or none where they all are."""
        shown = {record.id for record in self.rows}
        self.marked = self.marked - shown if shown <= self.marked else self.marked | shown
        self.refresh()
        self.post_message(self.Changed(self))

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
                    name = slot.column.name
                    self.sort_by(name, name == self.sort and not self.reverse)
            return
        index = self.scroll_offset.y + offset.y - 1
        if index < len(self.rows):
            self.cursor = index
            if offset.x < GUTTER and self._marks:
                self.action_mark()
            elif event.chain == 2:
                self.action_open()

    # Drawing

    def on_resize(self, event: events.Resize) -> None:
        self.virtual_size = Size(self.size.width, len(self.rows) + 1)
        self._painter.lay_out(self.size.width)
        self._show_cursor()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.forget()

    def render_line(self, y: int) -> Strip:
        if y == 0:
            return self._painter.header(self.sort, self.reverse)
        index = self.scroll_offset.y + y - 1
        if index >= len(self.rows):
            return self._painter.blank(self.empty if index == 0 else "")
        record = self.rows[index]
        return self._painter.line(record, cursor=index == self.cursor, marked=record.id in self.marked)
