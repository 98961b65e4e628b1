"""How many devices there are by platform, state and CA group."""

from __future__ import annotations

from typing import NamedTuple

from ..model.device import DeviceState, Platform
from ..persistence.database import Database
from .counts import count_places


class CountKey(NamedTuple):
    """Where a device is counted. ``issuer_group`` is the CA group of its certificate, empty for none."""

    platform: Platform
    state: DeviceState
    issuer_group: str


class DeviceCounts:
    """The database counts, in an index; only the counts are kept, until a device is written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table("devices")
        self._number: int | None = None
        self._counts: dict[CountKey, int] = {}

    def get(self) -> dict[CountKey, int]:
        """The devices in each place that has any."""
        with self._database.lock:
            number = self._database.engine.last_transaction()
            if self._number is None or (number != self._number and self._is_written_since(self._number)):
                found: dict[CountKey, int] = {}
                for place, count in count_places(self._table, by_group=True).items():
                    key = CountKey(place.platform, place.state, place.issuer_group or "")
                    found[key] = found.get(key, 0) + count
                self._counts = found
            self._number = number
            return dict(self._counts)

    def _is_written_since(self, number: int) -> bool:
        return bool(self._database.engine.since(self._table.name, number, bodies=False))
