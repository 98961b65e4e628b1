"""Rows that are sorted and filtered: of very many records in steps, between keystrokes."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable
from typing import Any, Generic

from ..shell.error_boundary import TellsFailures
from .line_painter import R
from .record_list import RecordList, Rows
from .selectable_rows import SelectableRows

SLICE = 0.006  # seconds of filtering or sorting between keystrokes
PAINTED = 0.02  # seconds until what was found first is on the screen


class FilteredRows(TellsFailures, SelectableRows[R], Generic[R]):
    """``set_rows`` gives it the records, ``update_rows`` the changed ones, ``narrow`` filters them by a predicate; all
    keep the cursor on its record. ``show_rows`` and ``draw_changes`` draw what came of it."""

    def __init__(self, *, marks: bool = True, id: str | None = None) -> None:
        super().__init__(marks=marks, id=id)
        self._list: RecordList[R] = RecordList()
        self._works = False  # a worker goes on filtering and sorting
        self._rests_until = 0.0

    @abstractmethod
    def show_rows(
        self, before: R | None, *, otherwise: int | None = None, quietly: bool = False, still: bool = False
    ) -> None:
        """Show the present records, with the cursor on the record ``before`` if it is still there, ``otherwise`` on
        this row. ``quietly``: the caller draws what looks different. ``still``: the cursor stays where it is on the
        screen unless the list was at its top, where new records appear."""

    @abstractmethod
    def draw_changes(self, change: Callable[[], None]) -> None:
        """Make a change, and draw the visible lines that it makes look different."""

    @property
    def rows(self) -> Rows[R]:
        """The visible records, in order."""
        return self._list.rows

    @property
    def total(self) -> int:
        """The number of records, including hidden ones."""
        return len(self._list)

    def row_of(self, id: int, likely: int) -> int | None:
        return self._list.index_of(id, likely)

    def set_rows(self, rows: Iterable[R]) -> None:
        """Show these records; marks of other ones are removed. Only lines that look different are drawn."""
        at = self.record

        def replace() -> None:
            self._list.replace(rows)
            self.selection.keep({id for id in self.marked if id in self._list})
            self.show_rows(at, quietly=True, still=True)

        self.draw_changes(replace)
        self._go_on()

    def update_rows(self, changed: Iterable[R], gone: Collection[int] = (), *, more: bool = False) -> None:
        """Replace records by id, add new ones, and remove some. ``more`` as in ``RecordList.update``.

        Equivalent to ``set_rows`` with all records, but faster.
        """
        at = self.record

        def update() -> None:
            self._list.update(changed, gone, more=more)
            if gone:
                self.selection.keep(self.marked - set(gone))
            self.show_rows(at, quietly=True, still=True)

        self.draw_changes(update)
        self._go_on()

    # Filtering and sorting

    def narrow(
        self,
        predicate: Callable[[R], bool] | None,
        *,
        within: Callable[[R], bool] | None = None,
        quietly: bool = False,
    ) -> None:
        """Show only records that match ``predicate``, None shows all; ``within`` and ``quietly`` as in
        ``RecordList.narrow``."""
        at = self.record
        self._list.narrow(predicate, within=within, quietly=quietly)
        self.show_rows(at, otherwise=None if quietly else 0)
        self._rests_until = time.monotonic() + PAINTED
        self._go_on()

    def sort_records(self, keys: tuple[tuple[Callable[[R], Any], bool], ...]) -> None:
        """Sort as ``RecordList.sort`` does; the former order of many records is seen until that is done."""
        at = self.record
        self._list.sort(keys)
        self.show_rows(at)
        self._go_on()

    @property
    def tested(self) -> float | None:
        """The part of very many records that the filter was applied to; None: to all."""
        return self._list.tested

    @property
    def sorted(self) -> float | None:
        """How much of the work for a new order is done; None: nothing is being sorted."""
        return self._list.sorted

    def complete(self) -> None:
        """Apply the filter to all records, for whoever needs all that match and not only those that are seen."""
        shown, at = self.rows, self.record
        while self.tested is not None:
            self._list.go_on(1)
        if self.rows is not shown:
            self._shown_anew(at)

    def _go_on(self) -> None:
        """Have a worker do what is left to do."""
        if not self._works and self.is_attached and (self.tested is not None or self.sorted is not None):
            self._works = True
            self.run_worker(self._work(), group="rows", exit_on_error=False)

    async def _work(self) -> None:
        """Filter and sort the rest between keystrokes; what comes later takes the place of what isn't done."""
        told = -1
        more = True
        try:
            while more:
                if (rest := self._rests_until - time.monotonic()) > 0:
                    await asyncio.sleep(rest)
                shown, at = self.rows, self.record
                more = self._list.go_on(SLICE)
                if self.rows is not shown:
                    self._shown_anew(at)
                elif (tenths := int(10 * (self.tested or self.sorted or 0))) != told:
                    told = tenths
                    self.selected()
                await asyncio.sleep(SLICE / 4)
        finally:  # after a failure, the next change tries again
            self._works = False
        self._go_on()  # something new may have come in the last pause

    def _shown_anew(self, at: R | None) -> None:
        self.show_rows(at)
        self.selected()
