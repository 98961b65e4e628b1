"""The records of a table, sorted and filtered. Fast with 100,000."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import compress
from typing import Any, Generic, TypeAlias, overload

from .line_painter import R
from .narrowing import Narrowing
from .places_by_id import PlacesById

MERGED = 8  # if more than one in this many records changed, all are sorted
REMEMBERED = 8  # filters
AT_ONCE = 200_000  # records that are filtered at once; more of them in steps

Key = Callable[[R], Any]
Predicate = Callable[[R], bool]

# An array of numbers: the garbage collector would go through a list of 100,000 every time.
Places: TypeAlias = "array[int]"


def _places(of: Iterable[int] = ()) -> Places:
    return array("I", of)


class Turned:
    """A value that sorts the other way round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: Turned) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Turned) and bool(self.value == other.value)


class Rows(Sequence[R]):
    """The visible records in order, as positions among all records, so that no record has to be touched."""

    def __init__(self, records: list[R], places: Places) -> None:
        self._records, self._places = records, places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> list[R]: ...
    def __getitem__(self, index: int | slice) -> R | list[R]:
        if isinstance(index, slice):
            return [self._records[place] for place in self._places[index]]
        return self._records[self._places[index]]

    def __iter__(self) -> Iterator[R]:
        return map(self._records.__getitem__, self._places)

    def index_of(self, place: int | None, likely: int) -> int | None:
        """The row of the record at a position, trying ``likely`` first; None if it isn't shown."""
        if place is None:
            return None
        if likely < len(self._places) and self._places[likely] == place:
            return likely
        try:
            return self._places.index(place)
        except ValueError:
            return None


class RecordList(Generic[R]):
    """Records by id, sorted by keys (none: in the given order) and filtered by a predicate; ``rows`` are visible.

    Of very many records, ``rows`` are the first that match, and the others once ``go_on`` has tested all: it returns
    False then. ``tested`` is the part that it has tested, None if all are.
    """

    def __init__(self) -> None:
        self.rows: Rows[R] = Rows([], _places())
        self._records: list[R] = []  # in the given order; the sorted order is an array of positions
        self._places = PlacesById()
        self._order = _places()
        self._keys: tuple[tuple[Key[R], bool], ...] = ()
        self._predicate: Predicate[R] | None = None
        self._fits: dict[Predicate[R], bytearray] = {}  # the results of recent filters
        self._narrowing: Narrowing[R] | None = None

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, id: int) -> bool:
        return self._places.get(id) is not None

    def find(self, id: int) -> R | None:
        """The record with this id, shown or not."""
        place = self._places.get(id)
        return None if place is None else self._records[place]

    def index_of(self, id: int, likely: int) -> int | None:
        """The row of a record, trying ``likely`` first; None if it isn't shown."""
        return self.rows.index_of(self._places.get(id), likely)

    # Contents

    def replace(self, records: Iterable[R]) -> None:
        """Replace all records."""
        self._records = list(records)
        self._places = PlacesById([record.id for record in self._records])
        self._order = self._sorted(range(len(self._records)))
        self._fits, self._narrowing = {}, None
        self._filter(None)

    def update(self, changed: Iterable[R], gone: Collection[int] = ()) -> None:
        """Replace records by id, add new ones, and remove some."""
        moved = {place for record in changed if (place := self._put(record)) is not None}
        if gone:
            self.replace([record for record in self._records if record.id not in gone])
            return
        if moved:
            self._order = self._merged(_places(place for place in self._order if place not in moved), moved)
        self._refill()

    def _put(self, record: R) -> int | None:
        """Store a record at its position. Returns the position if the record's place in the order may change."""
        place = self._places.get(record.id)
        if is_new := place is None:
            place = len(self._records)
            self._places.put(record.id, place)
        stays = not is_new and all(key(self._records[place]) == key(record) for key, _ in self._keys)
        self._records[place : place + 1] = [record]
        for predicate, fits in self._fits.items():
            fits[place : place + 1] = (predicate(record),)
        if self._narrowing is not None:
            self._narrowing.changed(place, record)
        return None if stays else place

    # Order

    def sort(self, keys: Sequence[tuple[Key[R], bool]]) -> None:
        """Sort by keys, each forwards or in reverse: by the first, where that is equal by the second, and so on.
        Records that are equal in all stay in the given order."""
        self._keys = tuple(keys)
        self._order = self._sorted(range(len(self._records)))
        self._refill()

    def _sorted(self, places: Iterable[int]) -> Places:
        found = list(places)
        for key, reverse in reversed(self._keys):
            keys = list(map(key, self._records))
            found.sort(key=keys.__getitem__, reverse=reverse)
        return _places(found)

    def _merged(self, order: Places, more: Collection[int]) -> Places:
        """Both in order: few records are inserted one by one, for many all are sorted."""
        if not self._keys or len(more) * MERGED > len(order):
            return self._sorted(range(len(self._records)))
        records, keys = self._records, self._keys

        def key(place: int) -> tuple[Any, ...]:
            record = records[place]
            return (*(Turned(of(record)) if turned else of(record) for of, turned in keys), place)

        merged, done = _places(), 0
        for place in sorted(more, key=key):
            at = bisect_right(order, key(place), lo=done, key=key)
            merged += order[done:at]
            merged.append(place)
            done = at
        merged += order[done:]
        return merged

    # Filter

    def narrow(self, predicate: Predicate[R] | None, *, within: Predicate[R] | None = None) -> None:
        """Show only records that match ``predicate``; None shows all.

        ``within`` is an earlier predicate that matches all of these records as well, so that the others needn't be
        tested.
        """
        before, self._predicate, self._narrowing = self._narrowing, predicate, None
        self._filter(within, before)

    def _filter(self, within: Predicate[R] | None, before: Narrowing[R] | None = None) -> None:
        predicate = self._predicate
        if predicate is not None and predicate not in self._fits:
            wider = None if within is None else self._fits.pop(within, None)
            if within is not None and wider is not None:
                self._fits[within] = wider  # recently used: the last to be dropped
            if len(self._records) > AT_ONCE:
                chances = None if wider is None else bytearray(wider)
                if before is not None and before.predicate is within:
                    chances = before.chances()
                self._narrowing = Narrowing(self._records, predicate, chances)
            elif wider is None:
                self._found(predicate, self._judged(predicate))
            else:
                fits = bytearray(wider)
                for place in compress(range(len(fits)), wider):
                    fits[place] = predicate(self._records[place])
                self._found(predicate, fits)
        self._refill()

    def _found(self, predicate: Predicate[R], fits: bytearray) -> None:
        self._fits[predicate] = fits
        if len(self._fits) > REMEMBERED:
            del self._fits[next(iter(self._fits))]

    @property
    def tested(self) -> float | None:
        """The part of the records that the filter was applied to; None: to all."""
        return None if self._narrowing is None else self._narrowing.share

    def go_on(self, seconds: float) -> bool:
        """Apply the filter to more records for about so many seconds. False if that was all."""
        narrowing = self._narrowing
        if narrowing is None or narrowing.go_on(seconds):
            return narrowing is not None
        self._narrowing = None
        self._found(narrowing.predicate, narrowing.fits)
        self._refill()
        return False

    def _judged(self, predicate: Predicate[R]) -> bytearray:
        # In the given order, in which they lie in memory: in sorted order it takes three times
        # as long.
        return bytearray(map(predicate, self._records))

    def _refill(self) -> None:
        if self._predicate is None:
            self.rows = Rows(self._records, self._order)
            return
        if self._narrowing is not None:
            self.rows = Rows(self._records, _places(self._narrowing.first(self._order)))
            return
        fits = self._fits[self._predicate]
        self.rows = Rows(self._records, _places(compress(self._order, map(fits.__getitem__, self._order))))
