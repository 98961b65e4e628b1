"""Sorting: at once, or in steps for so many records that it would hold up the keys."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import compress, islice
from typing import Any, Generic, TypeAlias

from .line_painter import R

STEP = 2_000  # records compared in a step, which takes some milliseconds
FEW = 250  # records that are put in their places in a step
MOST_EDGES = 500
SAMPLES = 8  # records looked at for each edge

Key = Callable[[R], Any]
Keys = tuple[tuple[Key[R], bool], ...]

# An array of numbers: the garbage collector would go through a list of 100,000 every time.
Places: TypeAlias = "array[int]"


def places_of(some: Iterable[int] = ()) -> Places:
    """Positions of records."""
    return array("I", some)


class Turned:
    """A value that sorts the other way round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: Turned) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Turned) and bool(self.value == other.value)


def in_order(records: Sequence[R], places: Iterable[int], keys: Keys[R]) -> list[int]:
    """These places, sorted by several keys. Records that are equal in all stay as they are."""
    found = list(places)
    for key, reverse in reversed(keys):
        values = list(map(key, map(records.__getitem__, found)))
        ranks = sorted(range(len(found)), key=values.__getitem__, reverse=reverse)
        found = list(map(found.__getitem__, ranks))
    return found


def put_in(records: Sequence[R], keys: Keys[R], order: Places, gone: Mapping[int, R], come: Collection[int]) -> Places:
    """``order`` without the places ``gone``, and with those that ``come``: a place that moves is in both. Records are
    the present ones; ``gone`` has what was there when ``order`` was made. What doesn't move is not looked at."""

    def rank(record: R, place: int) -> tuple[Any, ...]:
        return (*(Turned(of(record)) if turned else of(record) for of, turned in keys), place)

    def before(place: int) -> tuple[Any, ...]:
        return rank(gone[place] if place in gone else records[place], place)

    def now(place: int) -> tuple[Any, ...]:
        return rank(records[place], place)

    cuts: list[int] = []
    for place in gone:
        at = bisect_left(order, before(place), key=before)
        if at == len(order) or order[at] != place:  # keys that change by themselves: the order is out of date
            order = places_of(one for one in order if one not in gone)
            cuts = []
            break
        cuts.append(at)
    done, kept = 0, places_of()
    for at in sorted(cuts):
        kept += order[done:at]
        done = at + 1
    kept += order[done:]
    done, merged = 0, places_of()
    for place in sorted(come, key=now):
        at = bisect_right(kept, now(place), lo=done, key=now)
        merged += kept[done:at]
        merged.append(place)
        done = at
    merged += kept[done:]
    return merged


class Sorting(Generic[R]):
    """Sorts ``records`` in steps, but for those at ``dead`` places. The list may grow, and records may be replaced or
    die (``moved``) meanwhile. When ``go_on`` has returned False, ``order`` is sorted, and ``late`` are so many new
    places that it is better to sort again.

    Records are spread over parts by values of the key that are between the parts, and then each part is sorted.
    """

    def __init__(self, records: Sequence[R], keys: Keys[R], dead: AbstractSet[int] = frozenset()) -> None:
        self.order, self.late = places_of(), set[int]()
        self._records, self._keys, self._count = records, keys, len(records)
        self._spread = 0
        self._dead = dead
        self._moved, self._put_in = set(dead), set[int]()
        self._steps = self._all()

    @property
    def share(self) -> float:
        """The part of the work that is done."""
        return min(1.0, (min(self._spread, self._count) + len(self.order)) / max(1, 2 * self._count))

    def moved(self, place: int) -> None:
        """A new record is at this place, or one with another key, or none any more."""
        if place < self._count or place in self._put_in:
            self._moved.add(place)
        else:
            self.late.add(place)

    def go_on(self, seconds: float) -> bool:
        """Sort for about so many seconds. False when all is sorted."""
        end = time.perf_counter() + seconds
        return any(time.perf_counter() > end for _ in self._steps)

    def _all(self) -> Iterator[None]:
        yield from self._sort(range(self._count), self._keys)
        while self._moved or 0 < len(self.late) <= max(FEW, len(self.order) // SAMPLES):
            if self._moved:  # they are where what they were before belongs, or between
                gone, self._moved = self._moved, set()
                yield from self._without(gone)
                self.late = (self.late | gone) - self._dead
            else:
                some = set(islice(self.late, FEW))
                self.late -= some
                self._put_in |= some
                self.order = put_in(self._records, self._keys, self.order, {}, some)
                yield

    def _without(self, gone: set[int]) -> Iterator[None]:
        stays = bytearray(b"\x01") * len(self._records)
        for place in gone:
            stays[place] = False
        order, self.order = self.order, places_of()
        for start in range(0, len(order), STEP * SAMPLES):
            part = order[start : start + STEP * SAMPLES]
            self.order.extend(compress(part, map(stays.__getitem__, part)))
            yield

    def _sort(self, places: Sequence[int], keys: Keys[R]) -> Iterator[None]:
        if not keys:
            for start in range(0, len(places), STEP * SAMPLES):
                self.order.extend(places[start : start + STEP * SAMPLES])
                yield
            return
        if len(places) <= STEP:
            self.order.extend(in_order(self._records, places, keys))
            yield
            return
        (key, reverse), others = keys[0], keys[1:]
        edges = self._edges(places, key)
        parts = [places_of() for _ in range(2 * len(edges) + 1)]  # below an edge, equal to it, above the last
        for start in range(0, len(places), STEP):
            some = places[start : start + STEP]
            for place, value in zip(some, map(key, map(self._records.__getitem__, some)), strict=True):
                at = bisect_left(edges, value)
                parts[2 * at + (at < len(edges) and edges[at] == value)].append(place)
            self._spread += len(some)
            yield
        for at in range(len(parts) - 1, -1, -1) if reverse else range(len(parts)):
            part, parts[at] = parts[at], places_of()
            if part:
                yield from self._sort(part, others if at % 2 else keys)

    def _edges(self, places: Sequence[int], key: Key[R]) -> list[Any]:
        """Different values, in order, with about as many records between each two."""
        wanted = min(MOST_EDGES, 2 * len(places) // STEP)
        apart = max(1, len(places) // (wanted * SAMPLES))
        edges: list[Any] = []
        for value in sorted(map(key, map(self._records.__getitem__, places[::apart])))[SAMPLES // 2 :: SAMPLES]:
            if not edges or edges[-1] < value:
                edges.append(value)
        return edges
