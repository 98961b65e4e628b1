"""When each device was last seen, found once and kept until its next check-in is due."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from ...model.device import Device
from ..presence import Outages, SeenFields, last_seen
from ..schedule.schedule import next_check_in, out_of_use_until
from .kept_devices import MOST

_NEVER = float("inf")
_FEW = 3  # check-ins that are followed one by one; the last one of many is found as quickly by itself


class SeenTime(NamedTuple):
    """When a device was last seen; it holds from ``since`` until ``until``, in seconds since 1970. ``is_next``: that is
    its next check-in, and not only a time before it."""

    device: Device
    seen: datetime | None
    since: float
    until: float
    is_next: bool


class SeenTimes:
    """The times of the devices of the latest pages. They are dropped when the outages change."""

    def __init__(self) -> None:
        self._known: dict[int, SeenTime] = {}
        self._outages: Outages = ()
        self.most = MOST
        """Devices whose times are kept."""

    def of(self, device: Device, now: datetime, outages: Outages) -> SeenTime:
        """When a device was last seen, as ``last_seen`` says."""
        if outages != self._outages:
            self._known, self._outages = {}, outages
        found = self._find(device, now, now.timestamp())
        self._known[device.id] = found
        while len(self._known) > self.most:
            del self._known[next(iter(self._known))]
        return found

    def _find(self, device: Device, now: datetime, at: float) -> SeenTime:
        known = self._known.get(device.id)
        if known is not None and known.device is device and known.since <= at:
            if at < known.until:
                return known
            if (later := self._followed(known, at)) is not None:
                return later
        return SeenTime(device, last_seen(device, now, self._outages), at, *_until(device, at))

    def _followed(self, known: SeenTime, at: float) -> SeenTime | None:
        """What follows from what was known: a check-in or two later. None if it has to be looked for."""
        assert known.device.habits is not None and known.device.not_after is not None
        schedule, end, seen = known.device.habits.schedule, known.device.not_after.timestamp(), known.until
        if not known.is_next:
            seen = next_check_in(schedule, int(known.since)) or _NEVER
            if seen > at:
                return known._replace(until=seen, is_next=True)
        for _ in range(_FEW):
            upcoming = next_check_in(schedule, int(seen)) or _NEVER
            if upcoming > at:
                if at > end or any(start < seen for start, _ in self._outages):
                    return None
                return SeenTime(known.device, datetime.fromtimestamp(seen, UTC), seen, upcoming, is_next=True)
            seen = upcoming
        return None


def holds_until(device: Device | SeenFields, at: float) -> float:
    """Until when it holds that a device was last seen when it was at ``at``, in seconds since 1970."""
    return _until(device, at)[0]


def _until(device: Device | SeenFields, at: float) -> tuple[float, bool]:
    """The same, and whether that is its next check-in: while a device is out of use it is the end of that, which is
    quickly found."""
    habits = device.habits
    if habits is None or device.last_check_in is None or device.not_after is None or device.is_cut_off:
        return _NEVER, False
    if not device.state.is_admitted or device.not_after.timestamp() <= at:
        return _NEVER, False
    if (back := out_of_use_until(habits.schedule, int(at))) is not None:
        return float(back), False
    return next_check_in(habits.schedule, int(at)) or _NEVER, True
