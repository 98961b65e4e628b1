"""How many devices there are by platform, state and CA group, kept current by what changes."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import msgspec
from msgspec import Struct

from ..model.device import DeviceState, Platform
from ..persistence.database import Database


class CountKey(NamedTuple):
    """Where a device is counted. ``issuer_group`` is the CA group of its certificate, empty for none."""

    platform: Platform
    state: DeviceState
    issuer_group: str


class _Counted(Struct, frozen=True):
    """The parts of a device that decide where it is counted."""

    id: int
    platform: Platform
    state: DeviceState
    issuer_group: str | None = None

    @property
    def place(self) -> CountKey:
        return CountKey(self.platform, self.state, self.issuer_group or "")


class DeviceCounts:
    """Reads every device once, and after that only those that were written since: a large fleet is asked often."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table("devices")
        self._number: int | None = None
        self._places: dict[int, CountKey] = {}
        self._counts: Counter[CountKey] = Counter()
        self._same: dict[CountKey, CountKey] = {}  # so that a million devices in a few places share their keys

    def get(self) -> dict[CountKey, int]:
        """The devices in each place that has any."""
        with self._database.lock:
            engine = self._database.engine
            number = engine.last_transaction()
            if self._number is None:
                for device in self._table.each(_Counted):
                    self._put(device.id, device.place)
            elif number != self._number:
                for id, body in engine.since(self._table.name, self._number, bodies=True):
                    known = None if body is None else msgspec.convert({**body, "id": id}, _Counted)
                    self._put(id, None if known is None else known.place)
            self._number = number
            return {place: count for place, count in self._counts.items() if count}

    def _put(self, id: int, place: CountKey | None) -> None:
        before = self._places.pop(id, None)
        if before is not None:
            self._counts[before] -= 1
        if place is not None:
            self._places[id] = self._same.setdefault(place, place)
            self._counts[place] += 1
