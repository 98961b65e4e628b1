"""Choosing the columns of a list: which, in what order, how wide, and sorted by which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from ...store.words import plural
from ..components.key_hints import KeyHints
from ..components.text_styles import Tone
from ..dialogs.form_dialog import FormDialog
from ..shell.keys.keys import bound
from .arrangement import LEAST, MOST, Arrangement, Order, arranged, turned_order
from .columns import Column, lay_out
from .fixed_table import FixedTable
from .line_painter import GUTTER, arrow_of
from .list_table import ListTable


@dataclass(frozen=True)
class ColumnLine:
    """A column as it is chosen. ``width`` None is the list's own; ``order`` is what the list is sorted by."""

    id: int
    column: Column[Any]
    chosen: bool
    width: int | None
    order: Order

    @property
    def title(self) -> str:
        """What the column is called."""
        return self.column.called

    @property
    def wide(self) -> str:
        """Its width in words."""
        if self.width is not None:
            return f"{self.width:,}"
        return f"{self.column.width} or more" if self.column.grow else f"{self.column.width}"


_COLUMNS = (
    Column[ColumnLine]("chosen", "", lambda line: "[x]" if line.chosen else "[ ]", width=3),
    Column[ColumnLine]("title", "Column", lambda line: line.title, None, None, 20, grow=1),
    Column[ColumnLine]("width", "Width", lambda line: line.wide, width=10, right=True),
    Column[ColumnLine](
        "sort", "Sorted", lambda line: arrow_of(line.column.name, line.order), tone=lambda _: Tone.ACCENT, width=6
    ),
)


class ColumnChoice(FixedTable[ColumnLine]):
    """The columns of a list, those that are shown first and in their order."""

    has_tools = False

    def __init__(self, columns: Sequence[Column[Any]], arrangement: Arrangement, *, sortable: bool) -> None:
        super().__init__(_COLUMNS, row_tone=lambda line: None if line.chosen else Tone.DIM, id="columns")
        self.sorts = sortable
        self.start(columns, arrangement)

    def start(self, columns: Sequence[Column[Any]], arrangement: Arrangement) -> None:
        """Begin with an arrangement."""
        shown = [column.name for column in arranged(columns, arrangement)]
        by_name = {column.name: column for column in columns}
        self.set_rows(
            ColumnLine(id, by_name[name], name in shown, arrangement.widths.get(name), arrangement.order)
            for id, name in enumerate([*shown, *(name for name in by_name if name not in shown)], 1)
        )

    @property
    def choice(self) -> Arrangement:
        """What is chosen."""
        lines = list(self.rows)
        return Arrangement(
            columns=tuple(line.column.name for line in lines if line.chosen),
            widths={line.column.name: line.width for line in lines if line.width is not None},
            order=lines[0].order if lines else (),
        )

    def tick(self) -> None:
        """Show the column under the cursor, or no longer; one is always shown."""
        line = self.record
        if line is not None and (not line.chosen or sum(one.chosen for one in self.rows) > 1):
            self._put(replace(line, chosen=not line.chosen))

    def shift(self, by: int) -> None:
        """Move the column under the cursor."""
        lines, at = list(self.rows), self.cursor
        if self.record is not None and 0 <= at + by < len(lines):
            lines[at], lines[at + by] = lines[at + by], lines[at]
            self.set_rows(lines)

    def widen(self, by: int) -> None:
        """Give the column under the cursor another width."""
        if (line := self.record) is not None:
            width = line.column.width if line.width is None else line.width
            self._put(replace(line, width=max(LEAST, min(width + by, MOST))))

    def sort_also(self) -> None:
        """Sort by the column under the cursor too; in reverse; no longer."""
        if self.sorts and (line := self.record) is not None:
            order = turned_order(line.order, line.column.name)
            self.set_rows([replace(one, order=order) for one in self.rows])

    def _put(self, line: ColumnLine) -> None:
        self.set_rows([line if one.id == line.id else one for one in self.rows])


class ColumnsDialog(FormDialog[Arrangement]):
    """Returns the arrangement. ``room`` is the list's width in cells."""

    heading = "Columns"
    confirm_label = "Show these"
    more_buttons = (("usual", "The usual ones"),)
    AUTO_FOCUS = "#columns"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("select", "tick", "Show or hide"),
        bound("move-up", "shift(-1)", "Further to the left"),
        bound("move-down", "shift(1)", "Further to the right"),
        bound("narrower", "widen(-2)", "Narrower"),
        bound("wider", "widen(2)", "Wider"),
        bound("sort", "sort", "Sort by it too; in reverse; no longer"),
    ]

    def __init__(self, table: ListTable[Any]) -> None:
        super().__init__()
        self._all, self._usual, self._room, self._asks = table.columns, table.usual, table.size.width, table.asks
        self._choice = ColumnChoice(
            table.columns,
            Arrangement(table.arrangement.columns, table.arrangement.widths, table.order),
            sortable=table.sortable,
        )

    def compose_form(self) -> Iterable[Widget]:
        yield self._choice
        yield Static("", id="fits", markup=False)
        sorts = ["{sort} sorts by it too"] if self._choice.sorts else []
        yield KeyHints(
            "{select} shows or hides", "{move-up} {move-down} move", "{narrower} {wider} narrower, wider", *sorts
        )

    def on_mount(self) -> None:
        self._say()

    def _say(self) -> None:
        columns, order = arranged(self._all, self._chosen()), {name for name, _ in self._choice.choice.order}
        slots = lay_out(columns, self._room - 1, GUTTER, asks=self._asks, sorted_by=order)
        shown = {slot.column.name for slot in slots}
        out = [column.called for column in columns if column.name not in shown]
        said = f"All of them fit into the {self._room} cells of the list."
        if out:
            said = f"No room in {self._room} cells, until the list is wider: {', '.join(out)}."
        self.query_one("#fits", Static).update(f"{plural(len(columns), 'column')}. {said}")

    @on(ListTable.Opened, "#columns")
    def _opened(self) -> None:
        self.press("confirm")

    def action_tick(self) -> None:
        self._choice.tick()
        self._say()

    def action_shift(self, by: int) -> None:
        self._choice.shift(by)
        self._say()

    def action_widen(self, by: int) -> None:
        self._choice.widen(by)
        self._say()

    def action_sort(self) -> None:
        self._choice.sort_also()

    def action_usual(self) -> None:
        self._choice.start(self._all, self._usual)
        self._say()
        self._choice.focus()

    def action_confirm(self) -> None:
        self.dismiss(self._chosen())

    def _chosen(self) -> Arrangement:
        """What is chosen; the usual columns in the usual widths, or the usual order, are no choice."""
        chosen = self._choice.choice
        usual = tuple(column.name for column in arranged(self._all, self._usual))
        columns = () if chosen.columns == usual and not chosen.widths else chosen.columns
        return Arrangement(columns, chosen.widths, () if chosen.order == self._usual.order else chosen.order)
