"""The columns of a list table: what each shows, and how they share the width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rich.cells import cell_len, set_cell_size

from .text_styles import Tone

R = TypeVar("R")

GAP = 2


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column.

    ``text`` returns the cell, ``order`` the sort key (None: the text), ``tone`` the tone. ``width`` is the width, or
    the minimum if ``grow`` is a share of the remaining width. ``keep``: if the width doesn't suffice for all columns,
    those with the highest number are dropped first; 0 is never dropped. ``tail`` stands at the right end of the cell,
    after a text that may be cut, and is never cut itself.
    """

    name: str
    title: str
    text: Callable[[R], str]
    order: Callable[[R], Any] | None = None
    tone: Callable[[R], Tone | None] | None = None
    width: int = 10
    grow: int = 0
    right: bool = False
    keep: int = 0
    tail: Callable[[R], str] | None = None

    def cell(self, record: R, width: int) -> str:
        """The cell of a record, exactly ``width`` cells wide."""
        tail = "" if self.tail is None else self.tail(record)
        left = width - cell_len(tail) - 1
        if not tail or left < 1:
            return fit(self.text(record), width, self.right)
        return f"{fit(self.text(record), left)} {tail}"

    def sort_key(self, record: R) -> Any:
        """The value that the column sorts a record by."""
        return self.text(record).lower() if self.order is None else self.order(record)


@dataclass(frozen=True)
class Slot(Generic[R]):
    """A column's position: ``x`` cells from the left, ``width`` wide."""

    column: Column[R]
    x: int
    width: int


def lay_out(columns: Sequence[Column[R]], width: int, start: int = 0) -> list[Slot[R]]:
    """Place the columns in ``width`` cells, the first at ``start``."""
    shown = list(columns)
    while len(shown) > 1 and start + _needed(shown) > width:
        last = max(shown, key=lambda column: column.keep)
        if last.keep == 0:
            break
        shown.remove(last)
    left = max(0, width - start - _needed(shown))
    shares = sum(column.grow for column in shown)
    slots: list[Slot[R]] = []
    x = start
    for column in shown:
        more = left * column.grow // shares if shares else 0
        left, shares = left - more, shares - column.grow
        slots.append(Slot(column, x, column.width + more))
        x += column.width + more + GAP
    return slots


def _needed(columns: Sequence[Column[R]]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def fit(text: str, width: int, right: bool = False) -> str:
    """``text`` in exactly ``width`` cells, with an ellipsis if it is cut."""
    if text.isascii():
        if len(text) > width:
            return text[: width - 1] + "…" if width > 0 else ""
        return text.rjust(width) if right else text.ljust(width)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - 1) + "…" if width > 0 else ""
    return " " * (width - length) + text if right else text + " " * (width - length)
