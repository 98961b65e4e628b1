"""A filter over so many records that it is applied in steps: what is seen comes first, the rest while nobody waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import compress
from typing import Generic

from .line_painter import R
from .sorting import Places, places_of

FIRST = 200  # records that are shown before all are tested
SOON = 0.008  # seconds in which these are looked for
STEP = 2_000  # records tested before the clock is asked
GATHERED = 20_000  # results put in order before the clock is asked


class Narrowing(Generic[R]):
    """What is known so far of which ``records`` match ``predicate``; then ``shown`` are the matches in order. The list
    may grow, records may be replaced (``changed``), and the order may change (``reordered``). ``within`` says which
    records have a chance (1), None: all; ``fits`` are results that are known already."""

    def __init__(
        self,
        records: Sequence[R],
        predicate: Callable[[R], bool],
        within: bytearray | None = None,
        fits: bytearray | None = None,
    ) -> None:
        self.records, self.predicate = records, predicate
        self.fits = bytearray() if fits is None else fits
        self.shown = places_of()
        self._within = within
        self._gathered = 0

    @property
    def share(self) -> float:
        """The part of the records that has been tested."""
        return len(self.fits) / max(1, len(self.records))

    def chances(self) -> bytearray:
        """Which records a narrower filter may let through, as far as it is known."""
        known = bytearray(self.fits)
        if self._within is not None:
            known += self._within[len(known) :]
        return known + b"\x01" * (len(self.records) - len(known))

    def first(self, order: Sequence[int]) -> Places:
        """The first matches in this order, as many as are found soon."""
        records, matches, found, tested = self.records, self.predicate, places_of(), len(self.fits)
        fits, within = self.fits, b"" if self._within is None else self._within
        end = time.perf_counter() + SOON
        for count, place in enumerate(order):
            if place < tested:
                is_match = bool(fits[place])
            else:
                is_match = (place >= len(within) or bool(within[place])) and matches(records[place])
            if is_match:
                found.append(place)
                if len(found) == FIRST:
                    break
            if count % STEP == STEP - 1 and time.perf_counter() > end:
                break
        return found

    def go_on(self, seconds: float, order: Places) -> bool:
        """Test more of them for about so many seconds, and put the matches in ``order``. False when that is done."""
        end = time.perf_counter() + seconds
        while (start := len(self.fits)) < len(self.records):
            some = self.records[start : start + STEP]
            # In the given order, in which they lie in memory: in sorted order it takes three times as long.
            if self._within is None or start + len(some) > len(self._within):
                self.fits.extend(map(self.predicate, some))
            else:
                chances = self._within[start : start + len(some)]
                tested = iter(list(map(self.predicate, compress(some, chances))))
                self.fits.extend(bool(chance) and next(tested) for chance in chances)
            if time.perf_counter() > end:
                return True
        while self._gathered < len(order):
            part = order[self._gathered : self._gathered + GATHERED]
            self.shown.extend(compress(part, map(self.fits.__getitem__, part)))
            self._gathered += len(part)
            if time.perf_counter() > end:
                return self._gathered < len(order)
        return False

    def changed(self, place: int, record: R) -> None:
        """Another record is at this place."""
        if self._within is not None and place < len(self._within):
            self._within[place] = True
        if place < len(self.fits):
            self.fits[place] = self.predicate(record)

    def reordered(self) -> None:
        """The order has changed, or results."""
        self.shown, self._gathered = places_of(), 0
