"""When each device of a fleet was last seen: three numbers a device."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import datetime

from ...model.device import DeviceState
from ...persistence.table import DocumentTable
from ..presence import Outages, SeenFields, last_seen
from .device_values import DeviceValues, numbers_of
from .seen_times import holds_until

_NEVER = 0.0


class SeenByAll(DeviceValues[SeenFields]):
    """``times`` are in seconds since 1970, 0 for a device that was never seen.

    Each holds from ``since`` until the device's next check-in is due; then it is read again. When that is takes as long
    to find, so it is found only once the clock is seen to go on.
    """

    def __init__(self, table: DocumentTable) -> None:
        super().__init__(table, SeenFields, SeenFields(id=0, state=DeviceState.NOT_ENROLLED))
        self._now: datetime | None = None
        self._outages: Outages = ()
        self._goes_on = False
        self._clear()

    def at(self, ids: Sequence[int], now: datetime, outages: Outages) -> array[float]:
        """When each of these devices, all that there are, was last seen by ``now`` (UTC, aware)."""
        if outages != self._outages:
            self.forget()
        if now != self._now and self._is_read:
            self._goes_on, at = True, now.timestamp()
            spans = zip(ids, self._since, self._until, strict=True)
            self._stale.update(id for id, since, until in spans if not since <= at < until)
        self._now, self._outages = now, outages
        self.bring_up(ids)
        return self.times

    def _clear(self) -> None:
        self.times, self._since, self._until = array("d"), array("d"), array("d")

    def _add(self, record: SeenFields) -> None:
        for values in (self.times, self._since, self._until):
            values.append(_NEVER)
        self._set(len(self.times) - 1, record)

    def _set(self, position: int, record: SeenFields) -> None:
        assert self._now is not None
        seen, at = last_seen(record, self._now, self._outages), self._now.timestamp()
        self.times[position] = _NEVER if seen is None else seen.timestamp()
        self._since[position] = at
        self._until[position] = holds_until(record, at) if self._goes_on else at

    def _keep(self, still: bytes) -> None:
        self.times, self._since = numbers_of(self.times, still), numbers_of(self._since, still)
        self._until = numbers_of(self._until, still)
