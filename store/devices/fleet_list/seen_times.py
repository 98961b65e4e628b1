"""When each device was last seen, found once and kept until its next check-in is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from ...model.device import Device
from ..presence import Outages, last_seen
from ..schedule import next_check_in, out_of_use_until

_NEVER = float("inf")
_FEW = 3  # check-ins that are followed one by one; the last one of many is found as quickly by itself


class SeenTime(NamedTuple):
    """When a device was last seen, which holds from ``since`` until ``until`` (seconds since 1970); None: not looked
    for yet, as it takes as long again. ``is_next``: that is its next check-in, and not only a time before it."""

    device: Device
    seen: datetime | None
    since: float
    until: float | None
    is_next: bool = False


class SeenTimes:
    """What is kept is dropped when the outages change."""

    def __init__(self) -> None:
        self._known: dict[int, SeenTime] = {}
        self._outages: Outages = ()

    def of(self, device: Device, now: datetime, outages: Outages) -> SeenTime:
        """When a device was last seen, as ``last_seen`` says, with its ``until``."""
        self._check(outages)
        return self._find(device, now, now.timestamp(), until=True)

    def at(self, device: Device, now: datetime, outages: Outages) -> datetime | None:
        """When a device was last seen."""
        self._check(outages)
        return self._find(device, now, now.timestamp()).seen

    def all(self, devices: Iterable[Device], now: datetime, outages: Outages) -> dict[int, datetime | None]:
        """The same for many, by id."""
        self._check(outages)
        at = now.timestamp()
        return {device.id: self._find(device, now, at).seen for device in devices}

    def _check(self, outages: Outages) -> None:
        if outages != self._outages:
            self._known, self._outages = {}, outages

    def _find(self, device: Device, now: datetime, at: float, *, until: bool = False) -> SeenTime:
        known = self._known.get(device.id)
        if known is not None and known.device is device and known.since <= at:
            if known.until is None and (until or at > known.since):
                known = self._known[device.id] = _until(known)
            if known.until is None or at < known.until:
                return known
            if (later := self._followed(known, at)) is not None:
                self._known[device.id] = later
                return later
        found = SeenTime(device, last_seen(device, now, self._outages), at, None)
        if until:
            found = _until(found)
        self._known[device.id] = found
        return found

    def _followed(self, known: SeenTime, at: float) -> SeenTime | None:
        """What follows from what was known: a check-in or two later. None if it has to be looked for."""
        assert known.until is not None and known.device.habits is not None and known.device.not_after is not None
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


def _until(known: SeenTime) -> SeenTime:
    """With the time until which it holds: while a device is out of use, the end of that, which is quickly found."""
    device, at = known.device, known.since
    habits = device.habits
    if habits is None or device.last_check_in is None or device.not_after is None or device.is_cut_off:
        return known._replace(until=_NEVER)
    if not device.state.is_admitted or device.not_after.timestamp() <= at:
        return known._replace(until=_NEVER)
    if (back := out_of_use_until(habits.schedule, int(at))) is not None:
        return known._replace(until=float(back))
    return known._replace(until=next_check_in(habits.schedule, int(at)) or _NEVER, is_next=True)
