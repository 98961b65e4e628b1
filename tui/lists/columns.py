"""The columns of a list table: what each shows, and how they share the width."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rich.cells import cell_len

from ...store.text_tables import Value
from ..components.fitted_text import fit
from ..components.text_styles import Tone

R = TypeVar("R")

GAP = 2


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column.

    ``text`` returns the cell, ``order`` the sort key (None: the text), ``tone`` the tone. ``width`` is the width, or
    the minimum if ``grow`` is a share of the remaining width. ``keep``: if the width doesn't suffice for all columns,
    those with the highest number are dropped first; 0 is never dropped. ``tail`` stands at the right end of the cell,
    after a text that may be cut, and is never cut itself. ``optional``: shown only to those who choose it. ``fixed``:
    it neither gives room to other columns nor takes any. ``value`` is the cell for other programs (None: the text).
    ``heading`` stands above the column instead of its title. ``told_in``: the width of a name that is shown whole at
    the cost of others, which give up their shares, and those with a ``keep`` go, unless one ``stays``. ``cut`` is the
    text in so many cells, where not its beginning is what matters.
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
    optional: bool = False
    fixed: bool = False
    value: Callable[[R], Value] | None = None
    heading: str | None = None
    told_in: int = 0
    stays: bool = False
    cut: Callable[[R, int], str] | None = None

    @property
    def called(self) -> str:
        """What it is called where it has to be named: its title, or its name."""
        return self.title.strip() or self.name.replace("-", " ").capitalize()

    def cell(self, record: R, width: int) -> str:
        """The cell of a record, exactly ``width`` cells wide."""
        tail = "" if self.tail is None else self.tail(record)
        left = width - cell_len(tail) - 1
        if not tail or left < 1:
            return fit(self.text(record) if self.cut is None else self.cut(record, width), width, self.right)
        return f"{fit(self.text(record), left)} {tail}"

    def need(self, record: R) -> int:
        """The width in which nothing of a record's cell is cut."""
        tail = "" if self.tail is None else self.tail(record)
        return cell_len(self.text(record)) + (cell_len(tail) + 1 if tail else 0)

    def asks(self, need: int) -> int:
        """The width that a name with this need asks others for; one that is cut all the same is told in less."""
        return need if need <= self.told_in else self.told_in * 2 // 3

    def exported(self, record: R) -> Value:
        """The whole cell of a record, for other programs."""
        if self.value is not None:
            return self.value(record)
        tail = "" if self.tail is None else self.tail(record)
        return f"{self.text(record)} {tail}".strip() if tail else self.text(record).strip()

    def sort_key(self, record: R) -> Any:
        """The value that the column sorts a record by."""
        return self.text(record).lower() if self.order is None else self.order(record)


@dataclass(frozen=True)
class Slot(Generic[R]):
    """A column's position: ``x`` cells from the left, ``width`` wide."""

    column: Column[R]
    x: int
    width: int


def lay_out(
    columns: Sequence[Column[R]],
    width: int,
    start: int = 0,
    needs: Mapping[str, int] | None = None,
    asks: Mapping[str, int] | None = None,
    sorted_by: Collection[str] = (),
) -> list[Slot[R]]:
    """Place the columns in ``width`` cells, the first at ``start``.

    ``needs`` are the widths in which nothing is cut, by the columns' names: a column that needs more than its share
    gets what others have and don't need. ``asks`` are what names ask for (``Column.asks``): they get it from less
    important columns, too. What the list is ``sorted_by`` doesn't go for that.
    """
    shown, asked = list(columns), asks or {}
    while start + _needed(shown) > width and (last := _least(shown)) is not None:
        shown.remove(last)
    widths = _widths(shown, width - start, needs or {}, asked)
    while _lacking(shown, widths, asked):
        others = [column for column in shown if not column.stays and column.name not in sorted_by]
        if (last := _least(others)) is None:
            break
        shown.remove(last)
        widths = _widths(shown, width - start, needs or {}, asked)
    slots: list[Slot[R]] = []
    x = start
    for column, wide in zip(shown, widths, strict=True):
        slots.append(Slot(column, x, wide))
        x += wide + GAP
    return slots


def _least(columns: Sequence[Column[R]]) -> Column[R] | None:
    """The column to be dropped first; None if none may be."""
    last = max(columns, key=lambda column: column.keep, default=None)
    return None if last is None or last.keep == 0 else last


def _widths(columns: Sequence[Column[R]], room: int, needs: Mapping[str, int], asks: Mapping[str, int]) -> list[int]:
    left = max(0, room - _needed(columns))
    shares = sum(column.grow for column in columns)
    widths: list[int] = []
    for column in columns:
        more = left * column.grow // shares if shares else 0
        left, shares = left - more, shares - column.grow
        widths.append(column.width + more)
    _balance(columns, widths, left, needs)
    _yield_to_names(columns, widths, asks)
    return widths


def _lacking(columns: Sequence[Column[R]], widths: Sequence[int], asks: Mapping[str, int]) -> dict[int, int]:
    """How many cells names lack, by their places."""
    lacks = {
        place: asks.get(column.name, 0) - wide
        for place, (column, wide) in enumerate(zip(columns, widths, strict=True))
        if column.told_in
    }
    return {place: lack for place, lack in lacks.items() if lack > 0}


def _yield_to_names(columns: Sequence[Column[R]], widths: list[int], asks: Mapping[str, int]) -> None:
    """Let other columns give names what they have above their least width, the least important first."""
    others = [place for place, column in enumerate(columns) if not column.told_in and not column.fixed]
    others.sort(key=lambda place: -columns[place].keep)
    for name, lack in _lacking(columns, widths, asks).items():
        for place in others:
            if lack and (over := widths[place] - columns[place].width) > 0:
                given = min(over, lack)
                widths[place], widths[name], lack = widths[place] - given, widths[name] + given, lack - given


def _balance(columns: Sequence[Column[R]], widths: list[int], left: int, needs: Mapping[str, int]) -> None:
    """Let columns that are cut have the room that nobody else needs; ``left`` cells are nobody's."""
    over = [
        0 if column.fixed else wide - needs.get(column.name, wide) for column, wide in zip(columns, widths, strict=True)
    ]
    lacking = sum(-one for one in over if one < 0)
    to_take = max(0, min(lacking - left, sum(one for one in over if one > 0)))
    to_give = min(lacking, left + to_take)
    spare = sum(one for one in over if one > 0)
    for place, one in enumerate(over):
        if one > 0 and spare:
            taken = -(-to_take * one // spare)
            widths[place] -= taken
            to_take, spare = to_take - taken, spare - one
        elif one < 0 and lacking:
            given = to_give * -one // lacking
            widths[place] += given
            to_give, lacking = to_give - given, lacking + one


def _needed(columns: Sequence[Column[R]]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)
