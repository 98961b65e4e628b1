"""The selected records of a list: single ones, ranges, all but these."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Generic

from .line_painter import R


class Range(Enum):
    """What extends a range."""

    SHIFT = auto()  # moves with shift held
    MOVES = auto()  # every move, until it is ended


class Selection(Generic[R]):
    """``marked`` are the ids of the selected records. A range goes from where it began to the cursor, and comes on top
    of what was selected before."""

    def __init__(self) -> None:
        self.marked: set[int] = set()
        self.range: Range | None = None
        self._from: int | None = None  # the id of the record that the range began at
        self._before: frozenset[int] = frozenset()

    def turn(self, record: R) -> None:
        """Select a record, or no longer."""
        self.end()
        self.marked = self.marked ^ {record.id}

    def begin(self, kind: Range, record: R) -> None:
        """Begin a range at a record."""
        self.range, self._from, self._before = kind, record.id, frozenset(self.marked)
        self.marked = self.marked | {record.id}

    def end(self) -> None:
        """End the range; what is selected stays."""
        self.range = self._from = None

    def extend(self, rows: Sequence[R], start: int | None, cursor: int) -> None:
        """Select from ``start``, the row of the record that the range began at, to the cursor."""
        if start is None:  # the record is gone, or hidden by a filter
            self.end()
            return
        first, last = sorted((start, cursor))
        self.marked = set(self._before).union(record.id for record in rows[first : last + 1])

    @property
    def began_at(self) -> int | None:
        """The id of the record that the range began at."""
        return self._from

    def turn_round(self, rows: Sequence[R]) -> None:
        """Select what isn't selected of these rows, and the other way round."""
        self.end()
        self.marked = self.marked ^ {record.id for record in rows}

    def all_or_none(self, rows: Sequence[R]) -> None:
        """Select all these rows, or none of them if all are selected."""
        self.end()
        shown = {record.id for record in rows}
        self.marked = self.marked - shown if shown <= self.marked else self.marked | shown

    def keep(self, ids: set[int]) -> None:
        """Only these stay selected."""
        self.marked, self._before = ids, self._before & ids

    def clear(self) -> None:
        """Select nothing."""
        self.end()
        self.marked = set()
