"""The fleet as a list that is filtered, sorted and read by page, in memory that is bounded whatever its size.

The ids are in memory, what devices are filtered and sorted by as soon as somebody does that, and the devices of the
latest pages. What a query found is kept for the next page until a device changes.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import compress
from typing import Any, NamedTuple

from ...model.device import Device
from ...persistence.conditions import Condition, OrderKey
from ...persistence.database import Database
from ..presence import Outages
from .columns import BY_TIME, SORTS
from .device_values import DeviceValues, FleetChange, SortKeys, TraitNumbers
from .facets import Facets, count_facets
from .filter_conditions import ORDERS, condition_of
from .filter_ids import Seen, Tests, tests_of
from .kept_devices import KeptDevices, LargePage, most_kept
from .search_texts import SearchTexts
from .seen_by_all import SeenByAll
from .seen_times import SeenTimes
from .traits import Traits

MOST = 100_000  # devices in one answer
_KEPT = 16  # lists of what queries found
_SORTED = 2  # columns whose keys are kept
_FEW = 1000  # devices that are read to learn whether they are still there; otherwise all ids are

Positions = Sequence[int]
"""Places in the list of the ids."""


class Query(NamedTuple):
    """A parsed query. ``issuers`` has the CA group for the id of each devices CA; ``groups`` None: of any."""

    start: int = 0
    limit: int = MOST
    descending: bool = False
    column: str = "ID"
    search: str = ""
    filter_ids: tuple[str, ...] = ()
    groups: frozenset[str] | None = None
    issuers: Mapping[str, str] = {}


class FilteredDevices(NamedTuple):
    """A page of devices, the number of matches, and that of all devices."""

    devices: list[Device] | LargePage
    matched: int
    total: int


class FleetList:
    """The list of the devices of a workspace. Thread-safe; nothing else may poll the database's feed.

    ``seen`` says when those of a page were last seen.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = table = database.table("devices")
        self._lock = threading.Lock()
        self._ids: array[int] | None = None
        self._generation = 0
        self._traits = TraitNumbers(table)
        self._texts = SearchTexts(table)
        self._all_seen = SeenByAll(table)
        self._keys: OrderedDict[str, SortKeys] = OrderedDict()
        self._devices = KeptDevices(table)
        self.seen = SeenTimes()
        self._found: OrderedDict[object, Positions] = OrderedDict()
        self._facets: tuple[object, Facets] | None = None

    def query(self, query: Query, now: datetime, outages: Outages) -> FilteredDevices:
        """The page that is asked for."""
        with self._lock:
            ids = self._current()
            order = self._matching(ids, query, now, outages)
            matched = len(order)
            first, last = query.start, query.start + query.limit
            if query.descending:
                page = order[max(0, matched - last) : max(0, matched - first)][::-1]
            else:
                page = order[first:last]
            self._devices.most = self.seen.most = most_kept(len(ids))
            devices = self._devices.page([ids[position] for position in page])
        return FilteredDevices(devices, matched, len(ids))

    def facets(self, now: datetime, outages: Outages) -> Facets:
        """How many devices each filter finds."""
        with self._lock:
            ids = self._current()
            key = (self._generation, now, outages)
            if self._facets is None or self._facets[0] != key:
                self._traits.bring_up(ids)
                known = self._traits.known
                counts: Mapping[Traits, int] = {
                    known[number]: count for number, count in Counter(self._traits.numbers).items()
                }
                self._facets = key, count_facets(counts, self._all_seen.at(ids, now, outages), now)
            return self._facets[1]

    def _matching(self, ids: array[int], query: Query, now: datetime, outages: Outages) -> Positions:
        """The places of what matches, in order."""
        tests = tests_of(query.filter_ids, now, query.issuers)
        words = tuple(query.search.lower().split())
        by_time = query.column in BY_TIME or tests.seen
        issuers = tuple(sorted(query.issuers.items())) if query.filter_ids else ()
        what = (query.column, query.filter_ids, words, query.groups, issuers)
        key = (*what, (now, outages) if by_time else None)
        if (kept := self._found.get(key)) is not None:
            self._found.move_to_end(key)
            return kept
        order = self._order(ids, query.column, now, outages)
        if tests.fixed or query.groups is not None:
            condition = None if tests.seen else condition_of(query.filter_ids, query.issuers, query.groups)
            if condition is not None and not self._traits.is_read:
                order = self._by_database(ids, order, condition)
            else:
                order = self._with_traits(ids, order, tests, query.groups)
        if tests.seen:
            times = self._all_seen.at(ids, now, outages)
            order = _positions(compress(order, (_was_seen(times[position], tests.seen) for position in order)))
        if words:
            found = self._texts.find(ids, words)
            order = _positions(position for position in order if ids[position] in found)
        self._keep(key, order)
        return order

    def _by_database(self, ids: array[int], order: Positions, condition: Condition) -> Positions:
        """Those that meet a condition, without reading any device."""
        found = bytearray(len(ids))
        for position in _places(ids, self._table.ids_where(condition)):
            found[position] = 1
        return _positions(compress(order, found if isinstance(order, range) else map(found.__getitem__, order)))

    def _with_traits(self, ids: array[int], order: Positions, tests: Tests, groups: frozenset[str] | None) -> Positions:
        """Those whose traits pass the tests: each combination of traits is tested once."""
        self._traits.bring_up(ids)
        passes = [
            (groups is None or traits.issuer_group in groups) and all(test(traits) for test in tests.fixed)
            for traits in self._traits.known
        ]
        numbers = map(self._traits.numbers.__getitem__, order)
        return _positions(compress(order, map(passes.__getitem__, numbers)))

    def _order(self, ids: array[int], column: str, now: datetime, outages: Outages) -> Positions:
        """The places of all devices, sorted."""
        if column in BY_TIME:
            key: object = (column, now, outages)
            if (kept := self._found.get(key)) is None:
                times: Sequence[float] = self._all_seen.at(ids, now, outages)
                if BY_TIME[column]:
                    times = array("d", (-at for at in times))
                kept = _positions(sorted(range(len(ids)), key=times.__getitem__))
                self._keep(key, kept)
            return kept
        if SORTS[column] is None:
            return range(len(ids))
        if (kept := self._found.get(column)) is None and (key := ORDERS.get(column)) is not None:
            kept = _positions(_places(ids, self._table.page(order=[OrderKey(key)], limit=len(ids))))
            if len(kept) == len(ids):  # else somebody has just added or deleted one
                self._keep(column, kept)
                return kept
            kept = None
        if kept is None:
            keys = self._keys_of(column)
            keys.bring_up(ids)
            by: Sequence[object] = keys.keys
            kept = _positions(sorted(range(len(ids)), key=by.__getitem__))  # type: ignore[arg-type]  # one kind's keys
            self._keep(column, kept)
        return kept

    def _keys_of(self, column: str) -> SortKeys:
        if column not in self._keys:
            self._keys[column] = SortKeys(self._table, column)
            if len(self._keys) > _SORTED:
                self._keys.popitem(last=False)
        self._keys.move_to_end(column)
        return self._keys[column]

    def _keep(self, key: object, order: Positions) -> None:
        self._found[key] = order
        while len(self._found) > _KEPT:
            self._found.popitem(last=False)

    def _current(self) -> array[int]:
        """The ids as they are now, with what others have just committed: the feed tells of it a moment later."""
        self._database.catch_up()
        changes = self._database.poll()
        if self._ids is None:
            self._ids = array("q", self._table.ids())
            return self._ids
        changed = set() if changes is None else changes.tables.get("devices", set())
        if changed:
            self._devices.drop(changed)
            self._found.clear()
            self._generation += 1
            self._ids = self._followed(self._ids, changed)
        return self._ids

    def _followed(self, ids: array[int], changed: set[int]) -> array[int]:
        """The ids after a commit, and what is kept of the devices. Ids only ever grow, so new ones are at the end."""
        there = changed.intersection(self._table.ids()) if len(changed) > _FEW else _ids_of(self._table.texts(changed))
        highest = ids[-1] if ids else 0
        new = sorted(id for id in there if id > highest)
        gone = changed - there
        still = bytes(id not in gone for id in ids) if gone else None
        following = array("q", ids if still is None else compress(ids, still))
        following.extend(new)
        known: list[SearchTexts | DeviceValues[Any]] = [self._traits, self._texts, self._all_seen, *self._keys.values()]
        if not all(_is_in(following, id) for id in there):  # an earlier state has been restored
            for one in known:
                one.forget()
            return array("q", self._table.ids())
        for one in known:
            one.follow(FleetChange(frozenset(there), len(new), still))
        return following


def _was_seen(seen: float, tests: Sequence[Seen]) -> bool:
    """Whether one of the tests finds a device that was last seen then; 0 for never."""
    return any((seen >= test.limit.timestamp()) is not test.more for test in tests)


def _places(ids: array[int], found: Iterable[int]) -> Iterator[int]:
    """The places of those of these ids that are in the list."""
    for id in found:
        position = bisect_left(ids, id)
        if position < len(ids) and ids[position] == id:
            yield position


def _is_in(ids: array[int], id: int) -> bool:
    position = bisect_left(ids, id)
    return position < len(ids) and ids[position] == id


def _ids_of(texts: Iterable[tuple[int, str]]) -> set[int]:
    return {id for id, _ in texts}


def _positions(found: Iterable[int]) -> Positions:
    """Places, in four bytes each."""
    return array("I", found)
