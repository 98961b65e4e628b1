"""Copying to the clipboard of the person's terminal (OSC 52), which also works over SSH."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

from textual.app import App

from ...store.printable import printable
from ...store.text_tables import csv_cell
from ...store.words import capitalised, plural
from ..components.text_styles import Tone
from ..shell.keys.keys import keyed
from .columns import Column
from .line_painter import R
from .table_dialog import TableDialog

MOST_BYTES = 74_000  # xterm takes no more than 100,000 bytes of Base64, and drops what is longer without a word
PREVIEWED = 3  # records
MOST_RECORDS = 20_000  # more have no room anyway

_TAB = "\t"  # between the cells of a row, as spreadsheets paste them


@dataclass(frozen=True)
class Copyable(Generic[R]):
    """Something of a record that can be copied. Of several records, one follows the other, a line each."""

    title: str
    of: Callable[[R], str]


@dataclass(frozen=True)
class _Line:
    """A line of the dialog."""

    id: int
    what: Copyable[Any]
    shown: str


def of_columns(columns: Sequence[Column[R]]) -> list[Copyable[R]]:
    """The row, and each of its values."""

    named = [column for column in columns if column.title.strip()]
    row: Copyable[R] = Copyable(
        "row", lambda record: _TAB.join(str(csv_cell(column.exported(record))) for column in named)
    )
    return [row, *(Copyable(column.title.strip(), partial(_value, column)) for column in named)]


def _value(column: Column[R], record: R) -> str:
    value = column.exported(record)
    return "" if value is None else str(value)


def copied_text(records: Iterable[R], what: Copyable[R]) -> str | None:
    """What is copied: printable text, a line or more for each record; None if it is more than terminals take."""
    lines: list[str] = []
    size = 0
    for record in records:
        text = "\n".join(_TAB.join(map(printable, line.split("\t"))) for line in what.of(record).split("\n"))
        lines.append(text.rstrip("\n"))
        size += len(lines[-1].encode()) + 1
        if size > MOST_BYTES:
            return None
    return "\n".join(lines)


def copy_dialog(records: Sequence[R], what: Sequence[Copyable[R]]) -> TableDialog[Copyable[R], Any]:
    """Asks what of the records to copy, and returns it."""
    lines = []
    once: dict[str, Copyable[R]] = {}
    for one in what:
        once.setdefault(one.title.casefold(), one)  # a column of the same name says it again
    for id, one in enumerate(once.values(), 1):
        shown = copied_text(records[:PREVIEWED], one)
        if shown is None or shown.strip():
            lines.append(_Line(id, one, "" if shown is None else shown))

    def more(line: _Line) -> str:
        first = line.shown.split("\n")[:PREVIEWED]
        hidden = len(records) - PREVIEWED
        return "\n".join([*first, *([f"and {hidden:,} more"] if hidden > 0 else [])])

    columns = (
        Column[_Line]("what", "What", lambda line: capitalised(line.what.title), None, lambda _: Tone.STRONG, 16),
        Column[_Line]("text", "Text", lambda line: line.shown.split("\n")[0].replace("\t", "  "), width=30, grow=1),
    )
    heading = "Copy" if len(records) == 1 else f"Copy of {plural(len(records), 'record')}"
    return TableDialog(heading, columns, lines, more=more, opened=lambda line: line.what, lines=12, list_name=None)


def copy(app: App[Any], records: Sequence[R], what: Copyable[R]) -> str:
    """Put it on the clipboard. Returns the sentence about it."""
    text = None if len(records) > MOST_RECORDS else copied_text(records, what)
    if text is None:
        return keyed("That is more than a terminal's clipboard takes. {save-list} writes the list to a file.")
    app.copy_to_clipboard(text)
    of = "" if len(records) == 1 else f" of {plural(len(records), 'record')}"
    return f"Copied: {what.title}{of}. Nothing arrived? The terminal, or tmux, may not allow it (OSC 52)."
