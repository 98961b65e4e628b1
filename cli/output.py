"""What the commands print: one JSON document, sentences, or a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import click

from .text import clean


class Column(NamedTuple):
    """A table's column. A ``flexible`` one gives way where a terminal is too narrow."""

    title: str
    right: bool = False
    flexible: bool = False


class Cell(NamedTuple):
    """A text with a style of rich's; pipes get the text alone."""

    text: str
    style: str = ""


def emit(document: Mapping[str, Any]) -> None:
    """Print the one JSON document, in ASCII, which survives every terminal and every encoding."""
    import msgspec

    click.echo(json.dumps(msgspec.to_builtins(document), indent=2))


def say(text: str, *, err: bool = False) -> None:
    """Print a sentence."""
    click.echo(clean(text), err=err)


def table(columns: Sequence[Column], rows: Sequence[Sequence[str | Cell]]) -> None:
    """A table that fits the terminal; aligned text in full length where the output is no terminal."""
    cells = [[Cell(clean(cell)) if isinstance(cell, str) else _cleaned(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _fitted(columns, cells)
    else:
        _aligned(columns, cells)


def details(pairs: Sequence[tuple[str, str | Cell]]) -> None:
    """Names and values, one pair a line; a value of several lines is indented."""
    width = max(len(name) for name, _ in pairs) + 2
    for name, value in pairs:
        cell = Cell(value) if isinstance(value, str) else value
        text = clean(cell.text, lines=True).replace("\n", "\n" + " " * width)
        click.echo(f"{name:<{width}}{text}".rstrip())


def _cleaned(cell: Cell) -> Cell:
    return cell._replace(text=clean(cell.text))


def _fitted(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        grid.add_column(
            column.title,
            justify="right" if column.right else "left",
            no_wrap=True,
            overflow="ellipsis",
            min_width=8 if column.flexible else max(len(row[len(grid.columns)].text) for row in rows),
        )
    for row in rows:
        grid.add_row(*(Text(cell.text, style=cell.style) for cell in row))
    Console(file=sys.stdout, highlight=False).print(grid)


def _aligned(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    from rich.cells import cell_len

    lines = [[column.title for column in columns], *([cell.text for cell in row] for row in rows)]
    widths = [max(cell_len(line[position]) for line in lines) for position in range(len(columns))]
    for line in lines:
        padded = []
        for column, width, text in zip(columns, widths, line, strict=True):
            space = " " * (width - cell_len(text))
            padded.append(space + text if column.right else text + space)
        click.echo("  ".join(padded).rstrip())
