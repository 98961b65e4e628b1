"""The devices in memory: decoded once, and kept up to date by the feed.

A query over 100,000 devices doesn't read the disk, and what it found is kept for the next page until the database
changes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import compress
from typing import NamedTuple

from ...model.device import Device
from ...persistence.database import Database
from ..device_filter import haystack
from ..presence import Outages
from .columns import BY_TIME, SORTS
from .facets import Facets, count_facets
from .filter_ids import Seen, tests_of
from .seen_times import SeenTimes

MOST = 100_000  # devices in one answer
_KEPT = 16  # lists of what queries found


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

    devices: list[Device]
    matched: int
    total: int


class _State(NamedTuple):
    """The devices at one time; never changed, so that queries of several threads can go on with it."""

    devices: dict[int, Device]
    ids: list[int]
    generation: int


class FleetList:
    """The devices of a workspace in memory. Thread-safe; nothing else may poll the database's feed.

    ``seen`` says when each was last seen.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._state: _State | None = None
        self._texts: dict[int, tuple[Device, str]] = {}
        self.seen = SeenTimes()
        self._found: OrderedDict[object, list[int]] = OrderedDict()
        self._facets: tuple[object, Facets] | None = None

    def query(self, query: Query, now: datetime, outages: Outages) -> FilteredDevices:
        """The page that is asked for."""
        with self._lock:
            state = self._current()
            order = self._matching(state, query, now, outages)
            matched = len(order)
            first, last = query.start, query.start + query.limit
            if query.descending:
                page: Sequence[int] = order[max(0, matched - last) : max(0, matched - first)][::-1]
            else:
                page = order[first:last]
        return FilteredDevices([state.devices[id] for id in page], matched, len(state.ids))

    def facets(self, now: datetime, outages: Outages) -> Facets:
        """How many devices each filter finds."""
        with self._lock:
            state = self._current()
            key = (state.generation, now, outages)
            if self._facets is None or self._facets[0] != key:
                devices = state.devices.values()
                self._facets = key, count_facets(devices, self.seen.all(devices, now, outages), now)
            return self._facets[1]

    def _matching(self, state: _State, query: Query, now: datetime, outages: Outages) -> list[int]:
        """The ids of what matches, in order."""
        tests = tests_of(query.filter_ids, now, query.issuers)
        words = tuple(query.search.lower().split())
        by_time = query.column in BY_TIME or tests.seen
        issuers = tuple(sorted(query.issuers.items())) if query.filter_ids else ()
        what = (query.column, query.filter_ids, words, query.groups, issuers)
        key = (state.generation, *what, (now, outages) if by_time else None)
        if (kept := self._found.get(key)) is not None:
            self._found.move_to_end(key)
            return kept
        devices = state.devices
        order = self._order(state, query.column, now, outages)
        if (groups := query.groups) is not None:
            order = [id for id in order if devices[id].issuer_group in groups]
        for test in tests.fixed:
            order = list(compress(order, map(test, map(devices.__getitem__, order))))
        if tests.seen:
            order = [id for id in order if self._was_seen(devices[id], tests.seen, now, outages)]
        if words:
            order = [id for id in order if self._has(devices[id], words)]
        self._keep(key, order)
        return order

    def _order(self, state: _State, column: str, now: datetime, outages: Outages) -> list[int]:
        """The ids of all devices, sorted."""
        devices = state.devices
        if column in BY_TIME:
            key: object = (state.generation, column, now, outages)
            if (kept := self._found.get(key)) is None:
                seen = self.seen.all(devices.values(), now, outages)
                times = {id: 0.0 if at is None else at.timestamp() for id, at in seen.items()}
                if BY_TIME[column]:
                    times = {id: -at for id, at in times.items()}
                kept = sorted(state.ids, key=times.__getitem__)
                self._keep(key, kept)
            return kept
        by = SORTS[column]
        if by is None:
            return state.ids
        key = (state.generation, column)
        if (kept := self._found.get(key)) is None:
            keys = {id: by(device) for id, device in devices.items()}
            kept = sorted(state.ids, key=keys.__getitem__)
            self._keep(key, kept)
        return kept

    def _keep(self, key: object, order: list[int]) -> None:
        self._found[key] = order
        while len(self._found) > _KEPT:
            self._found.popitem(last=False)

    def _current(self) -> _State:
        changes = self._database.poll()
        read = self._database.table("devices").records
        if self._state is None:
            devices = {device.id: device for device in read(Device)}
            self._state = _State(devices, list(devices), 0)
            return self._state
        changed = set() if changes is None else changes.tables.get("devices", set())
        if changed:
            self._state = _changed(self._state, changed, read(Device, changed))
            self._found.clear()
        return self._state

    def _was_seen(self, device: Device, tests: Sequence[Seen], now: datetime, outages: Outages) -> bool:
        """Whether one of the tests finds a device. Where its record decides, its idle check-ins aren't looked for."""
        seen = device.last_check_in
        if seen is not None and any(seen < test.limit for test in tests):
            seen = self.seen.at(device, now, outages)
        return any((seen is not None and seen >= test.limit) is not test.more for test in tests)

    def _has(self, device: Device, words: Sequence[str]) -> bool:
        known = self._texts.get(device.id)
        if known is None or known[0] is not device:
            known = self._texts[device.id] = device, haystack(device)
        return all(word in known[1] for word in words)


def _changed(state: _State, changed: set[int], found: Iterable[Device]) -> _State:
    """The devices after a commit. Ids only ever grow, so a new device is behind the others."""
    devices, ids = dict(state.devices), state.ids
    new: list[int] = []
    there = set()
    for device in found:
        there.add(device.id)
        if device.id not in devices:
            new.append(device.id)
        devices[device.id] = device
    if gone := changed - there:
        for id in gone:
            devices.pop(id, None)
        ids = [id for id in ids if id not in gone]
    if new:
        ids = [*ids, *new]
        if len(ids) > len(new) and new[0] < ids[-len(new) - 1]:  # an earlier state has been restored
            ids = sorted(ids)
    return _State(devices, ids, state.generation + 1)
