"""The records of a table, sorted and filtered. Fast with 100,000; with many more in steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate, compress
from typing import Generic, overload

from .line_painter import R
from .narrowing import SOON, Narrowing
from .places_by_id import PlacesById
from .sorting import Keys, Places, Sorting, in_order, places_of, put_in

MERGED = 8  # if more than one in this many records changed, all are sorted
REMEMBERED = 8  # filters
AT_ONCE = 20_000  # records that are filtered or sorted at once; more of them in steps
AT_FIRST = 200_000  # records that are sorted at once when they are given: they are to be seen in order from the start
FEW = 1_000  # records of such a list that are put in their places at once

Predicate = Callable[[R], bool]


def _differ(keys: Keys[R], one: R, other: R) -> bool:
    return any(key(one) != key(other) for key, _ in keys)


class Rows(Sequence[R]):
    """The visible records in order, as positions among all records, so that no record has to be touched."""

    def __init__(self, records: list[R], places: Places) -> None:
        self._records, self.places = records, places

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, index: int) -> R: ...
    @overload
    def __getitem__(self, index: slice) -> list[R]: ...
    def __getitem__(self, index: int | slice) -> R | list[R]:
        if isinstance(index, slice):
            return [self._records[place] for place in self.places[index]]
        return self._records[self.places[index]]

    def __iter__(self) -> Iterator[R]:
        return map(self._records.__getitem__, self.places)

    def index_of(self, place: int | None, likely: int) -> int | None:
        """The row of the record at a position, trying ``likely`` first; None if it isn't shown."""
        if place is None:
            return None
        if likely < len(self.places) and self.places[likely] == place:
            return likely
        try:
            return self.places.index(place)
        except ValueError:
            return None


class RecordList(Generic[R]):
    """Records by id, sorted by keys (none: in the given order) and filtered by a predicate; ``rows`` are visible.

    Of many records, ``rows`` are the first that match, and the others once ``go_on`` has tested all: it returns False
    then. ``tested`` is the part that it has tested, None if all are. A new order is worked out by ``go_on``, too
    (``sorted`` is the part of that work that is done, None if there is none), and the former one is seen until then.
    """

    def __init__(self) -> None:
        self.rows: Rows[R] = Rows([], places_of())
        self._records: list[R] = []  # in the given order; the sorted order is an array of positions
        self._places = PlacesById()
        self._dead = set[int]()  # places whose records are gone, in no order: closing up a large list takes long
        self._order = places_of()
        self._order_keys: Keys[R] = ()  # what it is sorted by, while a new order is worked out
        self._keys: Keys[R] = ()
        self._sorting: Sorting[R] | None = None
        self._unsorted = 0  # new records that are in no order yet
        self._grows = False  # more new ones are about to come
        self._predicate: Predicate[R] | None = None
        self._fits: dict[Predicate[R], bytearray] = {}  # the results of recent filters
        self._narrowing: Narrowing[R] | None = None

    def __len__(self) -> int:
        return len(self._records) - len(self._dead)

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
        self._fits, self._narrowing, self._sorting, self._unsorted, self._dead = {}, None, None, 0, set()
        if len(self._records) > AT_FIRST and self._keys:
            self._order, self._order_keys = places_of(range(len(self._records))), ()
            self._sort_in_steps()
        else:
            self._sort_all()
        self._filter(None)

    def update(self, changed: Iterable[R], gone: Collection[int] = (), *, more: bool = False) -> None:
        """Replace records by id, add new ones, and remove some. Many new ones of a large list appear when all are
        sorted: if ``more`` are about to come, not before the list has doubled."""
        moves, leaves = dict[int, R](), dict[int, R]()  # what was at these places in the order, and in the rows
        come, enters = set[int](), set[int]()
        fits = None if self._predicate is None else self._fits.get(self._predicate)
        for record in {record.id: record for record in changed}.values():
            place = self._places.get(record.id)
            if place is None:
                place = len(self._records)
                self._places.put(record.id, place)
                self._records.append(record)
                was, did_fit, moved = record, False, True
            else:
                was, self._records[place] = self._records[place], record
                did_fit = fits is not None and bool(fits[place])
                moved = _differ(self._order_keys, was, record)
                if moved:
                    moves[place] = was
            self._judge(place, record)
            if self._sorting is not None and (moved if was is record else _differ(self._keys, was, record)):
                self._sorting.moved(place)
            if moved:
                come.add(place)
            does_fit = fits is not None and bool(fits[place])
            if did_fit and (moved or not does_fit):
                leaves[place] = was
            if does_fit and (moved or not did_fit):
                enters.add(place)
        self._grows = more
        self._put_in(moves, come, leaves, enters)
        if dead := {place: self._records[place] for id in gone if (place := self._places.get(id)) is not None}:
            if len(self._records) <= AT_ONCE or (len(self._dead) + len(dead)) * MERGED > len(self._records):
                self._close_up(self._dead | dead.keys())
            else:
                self._take_out(dead)

    def _judge(self, place: int, record: R) -> None:
        """A record is new at this place: ask the recent filters about it."""
        for predicate, fits in self._fits.items():
            fits[place : place + 1] = (predicate(record),)
        if self._narrowing is not None and self._narrowing.predicate not in self._fits:
            self._narrowing.changed(place, record)

    def _put_in(self, moves: dict[int, R], come: set[int], leaves: dict[int, R], enters: set[int]) -> None:
        records, keys = self._records, self._order_keys
        if len(records) <= AT_ONCE:
            if come:
                self._order = self._merged(moves, come)
            self._refill()
            return
        new = come - moves.keys()
        if new and (self._grows or self._unsorted or len(new) > FEW):
            self._unsorted += len(new)
            come -= new
            enters -= new
        if come:
            self._order = put_in(records, keys, self._order, moves, come)
        if self._unsorted and self._sorting is None and (not self._grows or self._unsorted >= len(self._order)):
            self._sort_in_steps()
        if self._narrowing is not None:
            self._narrowing.reordered()  # what was found first stays until it is done
        elif self._predicate is None:
            self.rows = Rows(records, self._order)
        elif leaves or enters:
            self.rows = Rows(records, put_in(records, keys, self.rows.places, leaves, enters))

    def _take_out(self, dead: dict[int, R]) -> None:
        """Remove these records from the order and the rows; their places stay."""
        self._dead.update(dead)
        for place, record in dead.items():
            self._places.remove(record.id)
            if self._sorting is not None:
                self._sorting.moved(place)
        self._order = put_in(self._records, self._order_keys, self._order, dead, ())
        fits = None if self._predicate is None else self._fits.get(self._predicate)
        if self._predicate is None:
            shown = self._order
        elif fits is None or self._narrowing is not None:
            shown = places_of(place for place in self.rows.places if place not in dead)
        else:
            seen = {place: record for place, record in dead.items() if fits[place]}
            shown = put_in(self._records, self._order_keys, self.rows.places, seen, ())
        self.rows = Rows(self._records, shown)
        if self._narrowing is not None:
            self._narrowing.reordered()

    def _close_up(self, dead: Iterable[int]) -> None:
        """Remove the records at these places, and the places. All others keep their order."""
        alive = bytearray(b"\x01") * len(self._records)
        for place in dead:
            alive[place] = False
        after = places_of(accumulate(alive, initial=0))

        def left(places: Places) -> Places:
            return places_of(map(after.__getitem__, compress(places, map(alive.__getitem__, places))))

        self._records, self._dead = list(compress(self._records, alive)), set()
        self._places = PlacesById([record.id for record in self._records])
        self._fits = {predicate: bytearray(compress(fits, alive)) for predicate, fits in self._fits.items()}
        self._order, self.rows = left(self._order), Rows(self._records, left(self.rows.places))
        if self._sorting is not None or self._unsorted:
            self._sort_in_steps()
        self._narrowing = None
        self._filter(None, quietly=True)

    # Order

    def sort(self, keys: Keys[R]) -> None:
        """Sort by keys, each forwards or in reverse: by the first, where that is equal by the second, and so on.
        Records that are equal in all stay in the given order."""
        self._keys, self._sorting = tuple(keys), None
        if len(self._records) > AT_ONCE:
            self._sort_in_steps()
        else:
            self._sort_all()
            self._refill()

    def _sort_in_steps(self) -> None:
        self._unsorted, self._sorting = 0, Sorting(self._records, self._keys, self._dead)

    def _sort_all(self) -> None:
        self._order = places_of(in_order(self._records, range(len(self._records)), self._keys))
        self._order_keys = self._keys

    def _merged(self, moves: dict[int, R], come: set[int]) -> Places:
        """The order with what moves or is new: few records are put in one by one, for many all are sorted."""
        if not self._keys or len(come) * MERGED > len(self._order):
            return places_of(in_order(self._records, range(len(self._records)), self._keys))
        return put_in(self._records, self._keys, self._order, moves, come)

    @property
    def sorted(self) -> float | None:
        """The part of the work for a new order that is done; None: nothing is being sorted."""
        return None if self._sorting is None else self._sorting.share

    def _ordered(self, sorting: Sorting[R]) -> None:
        """A new order is worked out."""
        self._sorting, self._order, self._order_keys = None, sorting.order, self._keys
        self._unsorted += len(sorting.late)
        if self._unsorted and not self._grows:
            self._sort_in_steps()
        if self._predicate is None:
            self.rows = Rows(self._records, self._order)
        elif self._narrowing is not None:
            self._narrowing.reordered()
        else:  # they are put in the new order in steps, too
            fits = self._fits[self._predicate]
            self._narrowing = Narrowing(self._records, self._predicate, fits=fits)

    # Filter

    def narrow(
        self, predicate: Predicate[R] | None, *, within: Predicate[R] | None = None, quietly: bool = False
    ) -> None:
        """Show only records that match ``predicate``; None shows all.

        ``within`` is an earlier predicate that matches all of these records as well, so that the others needn't be
        tested. ``quietly``: of a large list, what is shown stays until all records are tested.
        """
        before, self._predicate, self._narrowing = self._narrowing, predicate, None
        self._filter(within, before, quietly=quietly)

    def _filter(
        self, within: Predicate[R] | None, before: Narrowing[R] | None = None, *, quietly: bool = False
    ) -> None:
        predicate = self._predicate
        if predicate is None:
            self._refill()
            return
        fits = self._fits.get(predicate)
        wider = None if within is None else self._fits.pop(within, None)
        if within is not None and wider is not None:
            self._fits[within] = wider  # recently used: the last to be dropped
        if len(self._records) > AT_ONCE:
            chances = None if wider is None or fits is not None else bytearray(wider)
            if before is not None and before.predicate is within and fits is None:
                chances = before.chances()
            self._narrowing = Narrowing(self._records, predicate, chances, fits)
            if self.go_on(SOON) and self._narrowing is not None and not quietly:
                self.rows = Rows(self._records, self._narrowing.first(self._order))
            return
        if fits is None and wider is None:
            # In the given order, in which they lie in memory: in sorted order it takes three times as long.
            self._found(predicate, bytearray(map(predicate, self._records)))
        elif fits is None and wider is not None:
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
        """Go on filtering, and then sorting, for about so many seconds. False if that was all."""
        narrowing, sorting = self._narrowing, self._sorting
        if narrowing is not None:
            if not narrowing.go_on(seconds, self._order):
                self._narrowing = None
                self._fits.pop(narrowing.predicate, None)
                self._found(narrowing.predicate, narrowing.fits)
                self.rows = Rows(self._records, narrowing.shown)
        elif sorting is not None and not sorting.go_on(seconds):
            self._ordered(sorting)
        return self._narrowing is not None or self._sorting is not None

    def _refill(self) -> None:
        places = self._order
        if self._predicate is not None:
            fits = self._fits[self._predicate]
            places = places_of(compress(self._order, map(fits.__getitem__, self._order)))
        self.rows = Rows(self._records, places)
