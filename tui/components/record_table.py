"""RecordTable: a table that draws only the lines in view, so that 100,000 records are as quick as ten."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import compress
from typing import Any, ClassVar, Generic, TypeAlias, overload

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from .columns import GAP, Column
from .line_painter import GUTTER, LinePainter, R
from .text_styles import Tone

MERGED = 8  # more than one in so many that changed: all are sorted
REMEMBERED = 8  # filters


# Numbers in an array: a list of 100,000 is gone through by the garbage collector every time.
Places: TypeAlias = "array[int]"


class Rows(Sequence[R]):
    """The records that are shown, in order: their places among all of them, so that none has to be touched."""

    def __init__(self, records: list[R], places: Places) -> None:
        self._records, self._places = records, places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> list[R]: ...
    def __getitem__(self, index: int | slice) -> R | list[R]:
        if isinstance(index, slice):
            return [self._records[place] for place in self._places[index]]
        return self._records[self._places[index]]

    def __iter__(self) -> Iterator[R]:
        return map(self._records.__getitem__, self._places)

    def index_of(self, place: int | None, likely: int) -> int | None:
        """Where the record in a place is shown, ``likely`` looked at first; None where it isn't."""
        if place is None:
            return None
        if likely < len(self._places) and self._places[likely] == place:
            return likely
        try:
            return self._places.index(place)
        except ValueError:
            return None


class RecordTable(ScrollView, Generic[R], can_focus=True):
    """A sortable table of records with a cursor and marks.

    ``set_rows`` gives it the records, ``update_rows`` those that changed, ``narrow`` shows those that a predicate
    lets through; all keep the cursor on its record. ``row_tone`` writes a whole row in one tone. Sorted by ``sort``
    (a column's name).
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
        row_tone: Callable[[R], Tone | None] | None = None,
        empty: str = "Nothing here.",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.columns = list(columns)
        self.sort, self.reverse = sort, reverse
        self.empty = empty
        self.marked: set[int] = set()
        self.rows: Rows[R] = Rows([], _places())
        self._records: list[R] = []  # as they came; the order is made of their places
        self._places: dict[int, int] = {}
        self._order = _places()
        self._fits: dict[Callable[[R], bool], bytearray] = {}  # which records the last filters let through
        self._predicate: Callable[[R], bool] | None = None
        self._marks = marks
        self._painter = LinePainter(self, self.columns, row_tone)

    # What it shows

    def set_rows(self, rows: Iterable[R]) -> None:
        """Show these records; marks of those that are gone go too."""
        self._records = list(rows)
        self._places = {record.id: place for place, record in enumerate(self._records)}
        self._order = self._sorted(range(len(self._records)))
        if self.marked:
            self.marked &= self._places.keys()
        self._look_at_all()
        self._refill(self.cursor)

    def update_rows(self, changed: Iterable[R], gone: Collection[int] = ()) -> None:
        """Put records in place of those with their ids, or add them, and take some out.

        The same as ``set_rows`` with all of them; quicker, and nothing is drawn that looks as before.
        """
        lines, top, at = self._lines(), self.scroll_offset, self.record
        moved = {place for record in changed if (place := self._put(record)) is not None}
        if gone:
            self._take_out(gone)
        elif moved:
            self._order = self._merged(_places(place for place in self._order if place not in moved), moved)
        self._refill(self.cursor, quietly=True, was=at)
        self._draw_changes(lines, same=top == self.scroll_offset)

    def _put(self, record: R) -> int | None:
        """Put a record in its place, which is given where it may be another one in order."""
        place, key = self._places.setdefault(record.id, len(self._records)), self._key()
        is_new = place == len(self._records)
        stays = not is_new and (key is None or key(self._records[place]) == key(record))
        self._records[place : place + 1] = [record]
        for predicate, fits in self._fits.items():
            fits[place : place + 1] = (predicate(record),)
        return None if stays else place

    def _take_out(self, gone: Collection[int]) -> None:
        self._records = [record for record in self._records if record.id not in gone]
        self._places = {record.id: place for place, record in enumerate(self._records)}
        self._order = self._sorted(range(len(self._records)))
        self.marked -= set(gone)
        self._look_at_all()

    def narrow(self, predicate: Callable[[R], bool] | None, *, within: Callable[[R], bool] | None = None) -> None:
        """Show only what ``predicate`` lets through; None shows all.

        ``within``: one from before that lets all of that through as well, so that the rest needn't be looked at.
        """
        self._predicate = predicate
        if predicate is not None and predicate not in self._fits:
            wider = self._fits.pop(within, None) if within is not None else None
            if within is not None and wider is not None:
                self._fits[within] = wider  # the last to be forgotten
                fits = bytearray(wider)
                for place in compress(range(len(fits)), wider):
                    fits[place] = predicate(self._records[place])
            else:
                fits = self._looked_at(predicate)
            self._fits[predicate] = fits
            if len(self._fits) > REMEMBERED:
                del self._fits[next(iter(self._fits))]
        self._refill(0)

    def _looked_at(self, predicate: Callable[[R], bool]) -> bytearray:
        # One after the other as they came, since that is how they lie in memory: in sorted order it takes three times
        # as long.
        return bytearray(map(predicate, self._records))

    def _look_at_all(self) -> None:
        predicate = self._predicate
        self._fits = {} if predicate is None else {predicate: self._looked_at(predicate)}

    def repaint(self) -> None:
        """Draw the lines in view anew, after something that they follow from; only what looks other is sent."""
        before = self._lines()
        self._painter.forget()
        self._draw_changes(before)

    def sort_by(self, name: str, reverse: bool = False) -> None:
        """Sort by a column."""
        self.sort, self.reverse = name, reverse
        self._order = self._sorted(self._order)
        self._refill(self.cursor)
        self.post_message(self.Changed(self))

    @property
    def record(self) -> R | None:
        """The record under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    def move_to(self, id: int) -> bool:
        """Put the cursor on the record with this id; False where it isn't shown."""
        index = self.rows.index_of(self._places.get(id), self.cursor)
        if index is not None:
            self.cursor = index
        return index is not None

    def _sorted(self, places: Iterable[int]) -> Places:
        key, records = self._key(), self._records
        if key is None:
            return _places(places)
        return _places(sorted(places, key=lambda place: key(records[place]), reverse=self.reverse))

    def _key(self) -> Callable[[R], Any] | None:
        """What records are sorted by."""
        column = next((column for column in self.columns if column.name == self.sort), None)
        return None if column is None else column.order or column.sort_key

    def _merged(self, order: Places, more: Collection[int]) -> Places:
        """Both in order: a few are put where they belong, of many all are sorted."""
        of = self._key()
        if of is None or len(more) * MERGED > len(order):
            return self._sorted([*order, *more])

        def key(place: int) -> Any:
            return of(self._records[place])

        added = sorted(more, key=key)
        if self.reverse:
            order.reverse()
        merged = _places()
        done = 0
        for place in added:
            at = bisect_right(order, key(place), lo=done, key=key)
            merged += order[done:at]
            merged.append(place)
            done = at
        merged += order[done:]
        if self.reverse:
            merged.reverse()
        return merged

    def _refill(self, otherwise: int, *, quietly: bool = False, was: R | None = None) -> None:
        before = was or self.record
        shown = self._order
        if self._predicate is not None:
            shown = _places(compress(shown, map(self._fits[self._predicate].__getitem__, shown)))
        self.rows = Rows(self._records, shown)
        self._extend()
        if before is None or not self.move_to(before.id):
            self.cursor = max(0, min(otherwise, len(self.rows) - 1))
        self._show_cursor()
        if not quietly or self.styles.is_auto_height:
            self.refresh(layout=self.styles.is_auto_height)
        if self.record is not before:
            self.post_message(self.Highlighted(self, self.record))

    def _extend(self) -> None:
        """Let the scrollbar know how many rows there are; the screen is laid out anew only where it comes or goes."""
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

    def _lines(self) -> list[Strip]:
        """The lines in view."""
        return [self.render_line(y) for y in range(self.size.height)] if self._painter.slots else []

    def _draw_changes(self, before: list[Strip], *, same: bool = True) -> None:
        """Draw the lines in view that were other ``before``."""
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
        if y == 0:
            return self._painter.header(self.sort, self.reverse)
        index = self.scroll_offset.y + y - 1
        if index >= len(self.rows):
            return self._painter.blank(self.empty if index == 0 else "")
        record = self.rows[index]
        return self._painter.line(record, cursor=index == self.cursor, marked=record.id in self.marked)


def _places(of: Iterable[int] = ()) -> Places:
    return array("I", of)
