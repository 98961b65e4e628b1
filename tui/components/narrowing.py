"""A filter over so many records that it is applied in steps: what is seen comes first, the rest while nobody waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import Generic

from .line_painter import R

FIRST = 200  # records that are shown before all are tested
SOON = 0.02  # seconds in which these are looked for
STEP = 2_000  # records tested before the clock is asked


class Narrowing(Generic[R]):
    """What is known so far of which ``records`` match ``predicate``. The list may grow, and records may be replaced
    (``changed``). ``within`` says which records have a chance (1), None: all."""

    def __init__(self, records: Sequence[R], predicate: Callable[[R], bool], within: bytearray | None) -> None:
        self.records, self.predicate = records, predicate
        self.fits = bytearray()
        self._within = within

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

    def first(self, order: Iterable[int]) -> list[int]:
        """The first matches in this order, as many as are found soon."""
        records, matches, within, found = self.records, self.predicate, self._within, list[int]()
        end = time.perf_counter() + SOON
        for tested, place in enumerate(order):
            if (within is None or place >= len(within) or within[place]) and matches(records[place]):
                found.append(place)
                if len(found) == FIRST:
                    break
            if tested % STEP == STEP - 1 and time.perf_counter() > end:
                break
        return found

    def go_on(self, seconds: float) -> bool:
        """Test more of them for about so many seconds. False when all are tested."""
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
                break
        return len(self.fits) < len(self.records)

    def changed(self, place: int, record: R) -> None:
        """Another record is at this place."""
        if self._within is not None and place < len(self._within):
            self._within[place] = True
        if place < len(self.fits):
            self.fits[place] = self.predicate(record)
