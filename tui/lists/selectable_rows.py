"""A scrolling list of rows with a cursor, in which records are selected: one by one, in ranges, all but some."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic

from textual.binding import BindingType
from textual.geometry import Offset
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from .line_painter import R
from .list_keys import list_keys
from .selection import Range, Selection

_SELECTING = ("mark", "range", "turn_round", "extend", "extend_page", "extend_to")


class SelectableRows(ScrollView, Generic[R], can_focus=True):
    """``rows`` are the visible records. ``moved`` is called when the cursor is on another record, ``selected`` when
    others are selected. Without ``marks``, nothing can be selected."""

    BINDINGS: ClassVar[list[BindingType]] = list_keys()
    cursor: reactive[int] = reactive(0, repaint=False)

    def __init__(self, *, marks: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        self.has_marks = marks
        self.selection: Selection[R] = Selection()
        self._records_moved = False

    @property
    @abstractmethod
    def rows(self) -> Sequence[R]:
        """The visible records, in order."""

    @abstractmethod
    def row_of(self, id: int, likely: int) -> int | None:
        """The row of the record with this id, trying ``likely`` first; None if it isn't shown."""

    @abstractmethod
    def moved(self) -> None:
        """Tell the others that the cursor is on another record."""

    @abstractmethod
    def selected(self) -> None:
        """Tell the others that other records are selected."""

    @property
    def record(self) -> R | None:
        """The record under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def marked(self) -> set[int]:
        """The ids of the selected records, including hidden ones."""
        return self.selection.marked

    # Moving

    def _put_cursor(self, row: int) -> None:
        """Put the cursor on a row because the records have changed: that selects none on the way."""
        self._records_moved = True
        try:
            self.cursor = row
        finally:
            self._records_moved = False

    def watch_cursor(self, before: int, after: int) -> None:
        selection = self.selection
        if selection.range is not None and not self._records_moved:
            start = selection.began_at
            selection.extend(self.rows, None if start is None else self.row_of(start, before), after)
            self.selected()
        if selection.range is not None and abs(after - before) > 1:
            self.refresh()
        self.refresh_line(before + 1)
        self.refresh_line(after + 1)
        self.show_cursor()
        if self.is_mounted:
            self.moved()

    def show_cursor(self) -> None:
        height = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    @property
    def place_of_cursor(self) -> Offset | None:
        """Where the row under the cursor begins on the screen; None without rows."""
        return self.region.offset + Offset(0, 1 + self.cursor - self.scroll_offset.y) if self.rows else None

    def action_move(self, by: int) -> None:
        if self.selection.range is Range.SHIFT:
            self.selection.end()
        self._move(by)

    def _move(self, by: int) -> None:
        self.cursor = max(0, min(self.cursor + by, len(self.rows) - 1))

    def action_page(self, by: int) -> None:
        self.action_move(by * max(1, self.size.height - 2))

    def action_jump(self, to: int) -> None:
        self.action_move((0 if to == 0 else len(self.rows) - 1) - self.cursor)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.has_marks or action not in _SELECTING

    # Selecting

    def action_mark(self) -> None:
        if (record := self.record) is not None:
            self.selection.turn(record)
            self.refresh_line(self.cursor + 1)
            self.action_move(1)
            self.selected()

    def action_range(self) -> None:
        """Begin a range at the cursor, or end it."""
        if self.selection.range is Range.MOVES:
            self.selection.end()
        elif (record := self.record) is not None:
            self.selection.begin(Range.MOVES, record)
            self.refresh_line(self.cursor + 1)
        self.selected()

    def action_extend(self, by: int) -> None:
        """Move, and select the records on the way."""
        if (record := self.record) is not None:
            if self.selection.range is None:
                self.selection.begin(Range.SHIFT, record)
                self.refresh_line(self.cursor + 1)
                self.selected()
            self._move(by)

    def action_extend_page(self, by: int) -> None:
        self.action_extend(by * max(1, self.size.height - 2))

    def action_extend_to(self, to: int) -> None:
        self.action_extend((0 if to == 0 else len(self.rows) - 1) - self.cursor)

    def action_turn_round(self) -> None:
        """Select the visible records that aren't selected, instead of those that are."""
        self.selection.turn_round(self.rows)
        self._selected()

    def mark_all(self) -> None:
        """Select all visible records, or none if all are selected."""
        self.selection.all_or_none(self.rows)
        self._selected()

    def unmark(self) -> None:
        """Select nothing."""
        self.selection.clear()
        self._selected()

    def _selected(self) -> None:
        self.refresh()
        self.selected()
