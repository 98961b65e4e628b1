"""ListTable: a table that draws only the visible lines, so that 100,000 records are as fast as ten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic

from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ...store.settings.console_memory import ConsoleMemory
from ..components.text_styles import Tone
from .arrangement import Arrangement, Order, arranged, clicked
from .columns import GAP, Column
from .filtered_rows import FilteredRows
from .line_painter import GUTTER, LinePainter, R
from .list_keys import tool_keys
from .list_memory import arrangement_of

LOOKING = "Looking for what matches …"


class ListTable(FilteredRows[R], Generic[R]):
    """A sortable table of records with a cursor and marks.

    ``row_tone`` draws a whole row in one tone. It is sorted by ``sort`` (a column's
    name), and then by others; if it isn't ``sortable``, it keeps the records' order. ``columns`` are all that there
    are; ``show_as`` chooses among them. ``list_name`` is what it is called in files, and in what the console
    remembers of a person (its id, unless it is set); a list that is no more than a choice has no tools.
    """

    BINDINGS: ClassVar[list[BindingType]] = tool_keys()
    has_tools = True  # its columns can be chosen, its values copied, its lines written to a file

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list-table--header", "list-table--cursor"}

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
        sortable: bool = True,
        id: str | None = None,
    ) -> None:
        super().__init__(marks=marks, id=id)
        self.columns = list(columns)
        self.usual = Arrangement(order=() if sort is None else ((sort, reverse),))
        self.arrangement = self.usual
        self.order = self.usual.order
        self.empty, self.sortable = empty, sortable
        self.list_name = id or "list"
        self.before_showing: Callable[[Sequence[R]], object] | None = None  # gets what is needed to show some records
        self._list.sort(self._keys())
        self._painter = LinePainter(self, arranged(self.columns, self.usual), row_tone)
        self._painter.order = self.order

    # Columns and order

    @property
    def sort(self) -> str | None:
        """The column that the table is sorted by before others."""
        return self.order[0][0] if self.order else None

    @property
    def reverse(self) -> bool:
        """Whether it is sorted by that column in reverse."""
        return bool(self.order) and self.order[0][1]

    def sort_by(self, name: str, reverse: bool = False) -> None:
        """Sort by a column."""
        self.sort_in(((name, reverse),))

    def sort_in(self, order: Order) -> None:
        """Sort by several columns: where the first is equal by the second, and so on."""
        if not self.sortable:
            return
        self.order = self._painter.order = order
        self.sort_records(self._keys())
        self.post_message(self.Changed(self))

    def on_mount(self) -> None:
        """Show it as the person wanted it the last time."""
        memory: ConsoleMemory | None = getattr(self.app, "memory", None)  # other apps have lists too
        if memory is not None and self.has_tools:
            arrangement = arrangement_of(memory.state.list(self.list_name))
            if arrangement != self.arrangement and arrangement != Arrangement():
                self.show_as(arrangement)
        self._go_on()

    def show_as(self, arrangement: Arrangement) -> None:
        """Show the columns that somebody chose, and sort as they did."""
        self.arrangement = arrangement
        self._painter.arrange(arranged(self.columns, arrangement))
        self.sort_in(arrangement.order or self.usual.order)
        self.refresh()

    @property
    def shown(self) -> list[Column[R]]:
        """The columns that there is room for."""
        return [slot.column for slot in self._painter.slots]

    @property
    def asks(self) -> Mapping[str, int]:
        """The room that names have asked other columns for (``Column.asks``), by their columns."""
        return self._painter.asks

    @property
    def chosen_columns(self) -> list[Column[R]]:
        """The columns that are to be shown, whether there is room for them or not."""
        return arranged(self.columns, self.arrangement)

    def _keys(self) -> tuple[tuple[Callable[[R], Any], bool], ...]:
        known = {column.name: column.order or column.sort_key for column in self.columns}
        return tuple((known[name], reverse) for name, reverse in self.order if name in known)

    def repaint(self) -> None:
        """Redraw the visible lines after a change that they depend on. Only lines that look different are sent."""

        def forget() -> None:
            self._painter.forget()
            if self._measure():
                self.refresh()

        self.draw_changes(forget)

    def cells_changed(self, *names: str) -> None:
        """Cells of these columns changed, though the records are the same."""
        if any(name in names for name, _ in self.order):
            self._painter.forget()
            self.sort_in(self.order)
        else:
            self.repaint()

    def move_to(self, id: int) -> bool:
        """Put the cursor on the record with this id; False if it isn't shown."""
        index = self._list.index_of(id, self.cursor)
        if index is not None:
            self.cursor = index
        return index is not None

    def show_rows(
        self, before: R | None, *, otherwise: int | None = None, quietly: bool = False, still: bool = False
    ) -> None:
        extent = self.virtual_size
        self._extend()
        is_taller = self.styles.is_auto_height and self.virtual_size != extent
        top, place = self.scroll_offset.y, self.cursor
        is_found = before is not None and self._follow(before.id)
        if not is_found:
            self._put_cursor(max(0, min(place if otherwise is None else otherwise, len(self.rows) - 1)))
        elif still and top and top <= place < top + self.size.height - 1 and self.cursor != place:
            self.scroll_to(y=max(0, top + self.cursor - place), animate=False, force=True)
        self.show_cursor()
        if self._measure():
            quietly = False
        if not quietly or is_taller:
            self.refresh(layout=self.styles.is_auto_height)
        if self.record is not before:
            self.post_message(self.Highlighted(self, self.record))

    def _follow(self, id: int) -> bool:
        """Put the cursor on the record with this id, wherever it is by now; False if it isn't shown."""
        if (index := self._list.index_of(id, self.cursor)) is not None:
            self._put_cursor(index)
        return index is not None

    def _extend(self) -> None:
        """Tell the scrollbar the number of rows. The screen's layout changes only when the scrollbar appears or
        disappears."""
        extent = Size(self.size.width, len(self.rows) + 1)
        if self.styles.is_auto_height or not self.is_mounted:
            self.virtual_size = extent
        elif extent != self.virtual_size:
            self.set_reactive(Widget.virtual_size, extent)
            self._scroll_update(extent)

    def _measure(self) -> bool:
        """Give columns the room that the visible records need. True if columns moved."""
        top = self.scroll_offset.y
        if not self._painter.slots:
            return False
        shown = self.rows[top : top + self.size.height]
        if self.before_showing is not None:
            self.before_showing(shown)
        return self._painter.measure(shown)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._measure():
            self.refresh()

    # Selected records

    def selected(self) -> None:
        self.post_message(self.Changed(self))

    def moved(self) -> None:
        self.post_message(self.Highlighted(self, self.record))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.sortable if action.startswith("sort") else super().check_action(action, parameters)

    @property
    def chosen(self) -> list[R]:
        """The marked records by id, including hidden ones; otherwise the one under the cursor."""
        if self.marked:
            return [record for id in sorted(self.marked) if (record := self._list.find(id)) is not None]
        return [] if self.record is None else [self.record]

    @property
    def hidden(self) -> int:
        """The number of marked records that the filter hides."""
        if self.marked:
            self.complete()
        return len(self.marked - {record.id for record in self.rows}) if self.marked else 0

    def mark_all(self) -> None:
        self.complete()
        super().mark_all()

    def action_turn_round(self) -> None:
        self.complete()
        super().action_turn_round()

    def action_jump(self, to: int) -> None:
        self.complete()
        super().action_jump(to)

    def action_extend_to(self, to: int) -> None:
        self.complete()
        super().action_extend_to(to)

    # Opening and sorting

    def action_open(self) -> None:
        if (record := self.record) is not None:
            self.post_message(self.Opened(self, record))

    def action_sort_next(self) -> None:
        names = [column.name for column in self.shown] or [self.columns[0].name]
        at = names.index(self.sort) if self.sort in names else -1
        self.sort_by(names[(at + 1) % len(names)])

    def action_sort_turn(self) -> None:
        if self.order:
            (name, reverse), *others = self.order
            self.sort_in(((name, not reverse), *others))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0:
            for slot in self._painter.slots:
                if slot.x <= offset.x < slot.x + slot.width + GAP:
                    self.sort_in(clicked(self.order, slot.column.name, also=event.shift or event.ctrl))
            return
        index = self.scroll_offset.y + offset.y - 1
        if index < len(self.rows):
            self.cursor = index
            if offset.x < GUTTER and self.has_marks:
                self.action_mark()
            elif event.chain == 2:
                self.action_open()

    # Drawing

    def _lines(self) -> list[Strip]:
        """The visible lines."""
        return [self.render_line(y) for y in range(self.size.height)] if self._painter.slots else []

    def draw_changes(self, change: Callable[[], None]) -> None:
        before, top = self._lines(), self.scroll_offset
        change()
        after = self._lines()
        if top != self.scroll_offset or len(after) != len(before):
            self.refresh()
            return
        for y, (was, line) in enumerate(zip(before, after, strict=True)):
            if line != was:
                self.refresh_line(y + self.scroll_offset.y)

    def on_resize(self, event: events.Resize) -> None:
        self.virtual_size = Size(self.size.width, len(self.rows) + 1)
        self._painter.lay_out(self.size.width)
        self.show_cursor()
        self._measure()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.forget()

    def render_line(self, y: int) -> Strip:
        if self._painter.width != self.size.width:  # after scrolling, Textual may not tell who appears
            self._painter.lay_out(self.size.width)
            self._measure()
        if y == 0:
            return self._painter.header()
        index = self.scroll_offset.y + y - 1
        if index >= len(self.rows):
            empty = self.empty if self.tested is None else LOOKING
            return self._painter.blank(empty if index == 0 else "")
        record = self.rows[index]
        return self._painter.line(record, cursor=index == self.cursor, marked=record.id in self.marked)
