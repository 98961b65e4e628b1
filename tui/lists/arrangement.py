"""How somebody wants to see a list: which columns, in what order and how wide, and sorted by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from msgspec import Struct, field

from .columns import Column, R

Order: TypeAlias = tuple[tuple[str, bool], ...]
LEAST, MOST = 3, 120  # cells of a column


class Arrangement(Struct, frozen=True):
    """``columns`` by name (none: the list's own choice), ``widths`` where they are not the list's own, and ``order``:
    the columns to sort by, each with whether in reverse (none: the list's own order)."""

    columns: tuple[str, ...] = ()
    widths: dict[str, int] = field(default_factory=dict)
    order: Order = ()


def arranged(columns: Sequence[Column[R]], arrangement: Arrangement) -> list[Column[R]]:
    """The columns that ``arrangement`` asks for. In little room, the last of chosen columns are dropped first; none of
    them goes for the sake of a name.

    Names that no column has are ignored: they were chosen in another release.
    """
    by_name = {column.name: column for column in columns}
    chosen = [by_name[name] for name in arrangement.columns if name in by_name]
    if chosen:
        chosen = [replace(column, keep=place, told_in=0) for place, column in enumerate(chosen)]
    else:
        chosen = [column for column in columns if not column.optional]
    return [_widened(column, arrangement.widths.get(column.name)) for column in chosen]


def _widened(column: Column[R], width: int | None) -> Column[R]:
    if width is None:
        return column
    return replace(column, width=max(LEAST, min(width, MOST)), grow=0, fixed=True)


def clicked(order: Order, name: str, *, also: bool) -> Order:
    """The order after a click on a column's title: by this column, in reverse if it was the first already; ``also``
    adds it as the last one, or turns it."""
    known = dict(order)
    if also:
        return tuple({**known, name: not known.get(name, True)}.items())
    return ((name, bool(order) and order[0] == (name, False)),)


def turned_order(order: Order, name: str) -> Order:
    """The order with a column sorted by too, at last; if it was already, in reverse; if in reverse, no longer."""
    known = dict(order)
    if known.get(name):
        return tuple(one for one in order if one[0] != name)
    return tuple({**known, name: name in known}.items())
