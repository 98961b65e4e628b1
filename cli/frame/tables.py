"""Tables: fitted to a terminal, or aligned at full length for a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from enum import StrEnum
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ...store.printable import printable
from ...store.views.styles import Style
from .color import color_setting, in_color, without_color
from .many_records import TOGETHER, ManyRecords

if TYPE_CHECKING:
    from rich.table import Table as Grid

ON_A_TERMINAL = 200  # rows, unless --limit is given
GAP = 2
WIDEST = 100  # the maximum padding of a column; longer texts stick out


RICH_STYLES = {
    Style.PLAIN: "",
    Style.OK: "green",
    Style.PENDING: "cyan",
    Style.WARNING: "yellow",
    Style.CRITICAL: "bold red",
    Style.BAD: "red",
    Style.QUIET: "dim",
}


class TableColumn(NamedTuple):
    """A table's column. In a narrow terminal, a column with a ``least`` width shrinks down to it, and the last of
    several such columns is dropped; ``wraps`` breaks its text over lines instead of cutting it."""

    title: str
    right: bool = False
    least: int = 0
    wraps: bool = False


class Cell(NamedTuple):
    """A text with a style of rich's; pipes get only the text."""

    text: str
    style: str = ""


def styled(value: StrEnum, styles: Mapping[Any, Style]) -> Cell:
    """A status or a state, in its style from ``store.views``."""
    return Cell(value.value, RICH_STYLES[styles[value]])


@dataclass(frozen=True)
class SpanningRow:
    """A line across all columns: the title of the rows below it, or (``indent``) a note to the row above it."""

    text: str
    style: str = ""
    indent: int = 0


Cells = Sequence[Cell]
Row = Sequence[str | Cell] | SpanningRow
Line = Cells | SpanningRow


@dataclass(frozen=True)
class Table:
    """A table in a command's answer. Rows that come from an iterator are printed some at a time: the columns are as
    wide as the first of them and those of ``sample`` need, and wider from there on where a longer text comes."""

    columns: Sequence[TableColumn]
    rows: Iterable[Row]
    sample: Callable[[], Iterable[Row]] = tuple


class Total(NamedTuple):
    """How many there are of something, listed or not; ``all_rows`` if every row was asked for by number."""

    number: int
    one: str
    all_rows: bool = False


@dataclass(frozen=True)
class Listing:
    """A table of records: rows by column title, computed only if they are printed. ``right``, ``least`` and ``wraps``
    name columns (see ``TableColumn``); ``none`` is printed if there are no rows, a row's note in a line below it. With
    ``total`` the table says how many there are beyond its rows. With ``many``, which has no notes, the rows are never
    all in memory."""

    rows: Iterable[Mapping[str, str | Cell]]
    _: KW_ONLY
    right: Sequence[str] = ()
    least: Mapping[str, int] = field(default_factory=dict)
    wraps: Sequence[str] = ()
    none: str = ""
    notes: Sequence[str] = ()
    total: Total | None = None
    many: ManyRecords[Any] | None = None

    def table(self) -> Table | None:
        """The table; None without rows."""
        rows = iter(self.rows)
        if (first := next(rows, None)) is None:
            return None
        columns = [
            TableColumn(title, title in self.right, self.least.get(title, 0), title in self.wraps) for title in first
        ]
        if self.many is not None:
            many = self.many
            lines = (list(row.values()) for row in chain([first], rows))
            return Table(columns, lines, lambda: (list(many.row(one).values()) for one in many.sample()))
        return Table(columns, list(self._lines([first, *rows])))

    def _lines(self, rows: Sequence[Mapping[str, str | Cell]]) -> Iterator[Row]:
        for row, note in zip(rows, self.notes or [""] * len(rows), strict=True):
            yield list(row.values())
            if note:
                yield SpanningRow(note, indent=GAP)

    def shortened(self) -> Listing:
        """With ``total``, only the first 200 on a terminal, where nobody reads more."""
        if self.total is None or self.total.all_rows or not sys.stdout.isatty():
            return self
        return replace(self, rows=list(islice(self.rows, ON_A_TERMINAL)), many=None)


def print_table(table: Table) -> int:
    """Print a table; returns the number of its rows."""
    put = _print_fitted if sys.stdout.isatty() else _print_aligned
    lines, count = map(_line, table.rows), 0
    some = list(lines if isinstance(table.rows, Sequence) else islice(lines, TOGETHER))
    sample = () if isinstance(table.rows, Sequence) or len(some) < TOGETHER else table.sample()
    widths = _natural_widths(table.columns, chain(some, map(_line, sample)))
    put(table.columns, some, widths, header=True)
    while some:
        count += sum(not isinstance(line, SpanningRow) for line in some)
        if some := list(islice(lines, TOGETHER)):
            widths = list(map(max, widths, _natural_widths(table.columns, some)))
            put(table.columns, some, widths, header=False)
    return count


def _line(row: Row) -> Line:
    return row if isinstance(row, SpanningRow) else [_cell(cell) for cell in row]


def _cell(cell: str | Cell) -> Cell:
    return Cell(printable(cell)) if isinstance(cell, str) else Cell(printable(cell.text), cell.style)


def fit(columns: Sequence[TableColumn], natural: Sequence[int], width: int) -> dict[int, int]:
    """The columns to show in this many characters, and the width of each."""
    flexible = [position for position, column in enumerate(columns) if column.least]
    shown = {position: natural[position] for position in range(len(columns))}
    for position in flexible:
        shown[position] = min(natural[position], columns[position].least)
    while len(flexible) > 1 and _total(shown) > width:
        del shown[flexible.pop()]
    for position in flexible:
        spare = width - _total(shown)
        shown[position] = max(1, min(natural[position], shown[position] + spare))
    return shown


def _total(shown: dict[int, int]) -> int:
    return sum(shown.values()) + GAP * (len(shown) - 1)


def _natural_widths(columns: Sequence[TableColumn], lines: Iterable[Line]) -> list[int]:
    from rich.cells import cell_len

    widths = [cell_len(column.title) for column in columns]
    for line in lines:
        if not isinstance(line, SpanningRow):
            widths = [max(width, cell_len(cell.text)) for width, cell in zip(widths, line, strict=True)]
    return widths


def _print_fitted(
    columns: Sequence[TableColumn], lines: Sequence[Line], natural: Sequence[int], *, header: bool
) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, no_color=without_color())
    shown = fit(columns, natural, console.width)
    grid = _grid(columns, shown, header=header)
    for line in lines:
        if not isinstance(line, SpanningRow):
            grid.add_row(*(Text(line[position].text, style=line[position].style) for position in shown))
            continue
        if grid.show_header or grid.rows:
            console.print(grid)
        console.print(Padding(Text(printable(line.text), style=line.style), (0, 0, 0, line.indent)))
        grid = _grid(columns, shown, header=False)
    if grid.show_header or grid.rows:
        console.print(grid)


def _grid(columns: Sequence[TableColumn], shown: Mapping[int, int], *, header: bool) -> Grid:
    from rich.table import Table as Grid

    grid = Grid(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold", show_header=header)
    for position, width in shown.items():
        column = columns[position]
        grid.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            overflow="fold" if column.wraps else "ellipsis",
            width=width,
        )
    return grid


def _print_aligned(
    columns: Sequence[TableColumn], lines: Sequence[Line], widths: Sequence[int], *, header: bool
) -> None:
    from rich.cells import cell_len

    # One very long name must not make every line as long as itself.
    widths = [min(width, WIDEST) for width in widths]
    colored = color_setting() == "always"
    for line in (*([[Cell(column.title) for column in columns]] if header else ()), *lines):
        if isinstance(line, SpanningRow):
            click.echo(f"{' ' * line.indent}{printable(line.text)}")
            continue
        padded = []
        for column, width, cell in zip(columns, widths, line, strict=True):
            space = " " * (width - cell_len(cell.text))
            text = in_color(cell.text, cell.style) if colored else cell.text
            padded.append(space + text if column.right else text + space)
        click.echo((" " * GAP).join(padded).rstrip(), color=colored or None)
