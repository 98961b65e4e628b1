"""Tables: fitted to a terminal, or aligned and in full length for a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import click

from ...store.printable import printable

if TYPE_CHECKING:
    from rich.table import Table

GAP = 2
WIDEST = 100  # what a column is padded to, at most; longer texts stick out


class Column(NamedTuple):
    """A table's column. Where a terminal is too narrow, one with a ``least`` width gives way down to it, and the
    last of several such columns is left out; ``wraps`` breaks its text over lines instead of cutting it."""

    title: str
    right: bool = False
    least: int = 0
    wraps: bool = False


class Cell(NamedTuple):
    """A text with a style of rich's; pipes get the text alone."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Across:
    """A line across all columns: the title of the rows below it, or (``indent``) what belongs to the row above it."""

    text: str
    style: str = ""
    indent: int = 0


Cells = Sequence[Cell]


def table(columns: Sequence[Column], rows: Sequence[Sequence[str | Cell] | Across]) -> None:
    """Print a table."""
    lines = [row if isinstance(row, Across) else [_cell(cell) for cell in row] for row in rows]
    widths = _natural_widths(columns, [line for line in lines if not isinstance(line, Across)])
    if sys.stdout.isatty():
        _print_fitted(columns, lines, widths)
    else:
        _print_aligned(columns, lines, widths)


def _cell(cell: str | Cell) -> Cell:
    return Cell(printable(cell)) if isinstance(cell, str) else Cell(printable(cell.text), cell.style)


def fit(columns: Sequence[Column], natural: Sequence[int], width: int) -> dict[int, int]:
    """The columns to show in so many characters, and how wide each becomes."""
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


def _natural_widths(columns: Sequence[Column], rows: Sequence[Cells]) -> list[int]:
    from rich.cells import cell_len

    lines = [[column.title for column in columns], *([cell.text for cell in row] for row in rows)]
    return [max(cell_len(line[position]) for line in lines) for position in range(len(columns))]


def _print_fitted(columns: Sequence[Column], lines: Sequence[Cells | Across], natural: Sequence[int]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False)
    shown = fit(columns, natural, console.width)
    grid = _grid(columns, shown, header=True)
    for line in lines:
        if not isinstance(line, Across):
            grid.add_row(*(Text(line[position].text, style=line[position].style) for position in shown))
            continue
        if grid.show_header or grid.rows:
            console.print(grid)
        console.print(Padding(Text(printable(line.text), style=line.style), (0, 0, 0, line.indent)))
        grid = _grid(columns, shown, header=False)
    if grid.show_header or grid.rows:
        console.print(grid)


def _grid(columns: Sequence[Column], shown: Mapping[int, int], *, header: bool) -> Table:
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold", show_header=header)
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


def _print_aligned(columns: Sequence[Column], lines: Sequence[Cells | Across], natural: Sequence[int]) -> None:
    from rich.cells import cell_len

    # One endless name must not make every line as long as itself.
    natural = [min(width, WIDEST) for width in natural]
    for line in ([Cell(column.title) for column in columns], *lines):
        if isinstance(line, Across):
            click.echo(f"{' ' * line.indent}{printable(line.text)}")
            continue
        padded = []
        for column, width, cell in zip(columns, natural, line, strict=True):
            space = " " * (width - cell_len(cell.text))
            padded.append(space + cell.text if column.right else cell.text + space)
        click.echo((" " * GAP).join(padded).rstrip())
