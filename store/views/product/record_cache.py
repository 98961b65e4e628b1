"""The records of the product's device list as JSON, kept while they hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from ...devices.fleet_list.seen_times import SeenTimes
from ...devices.presence import Outages
from ...model.device import Device
from .device_record import TimeFields, device_record, time_fields

_encode = msgspec.json.Encoder().encode


_LAST_ACCESS, _BEHIND = b'"lastAccess":', b',"shareable":'
"""What stands before and behind the fields that change without the device's document. In a text, quotes are escaped."""


class _Kept(NamedTuple):
    device: Device
    since: float
    until: float
    json: bytes


class RecordCache:
    """A record changes with the device's document, with its next check-in, and with each day of inactivity."""

    def __init__(self, seen: SeenTimes) -> None:
        self._seen = seen
        self._outages: Outages = ()
        self._kept: dict[int, _Kept] = {}

    def page(self, devices: Iterable[Device], now: datetime, outages: Outages) -> msgspec.Raw:
        """A list of records."""
        if outages != self._outages:
            self._kept, self._outages = {}, outages
        at, found, kept = now.timestamp(), [], self._kept
        for device in devices:
            one = kept.get(device.id)
            if one is None or one.device is not device or not one.since <= at < one.until:
                one = self._make(device, one, now)
            found.append(one.json)
        return msgspec.Raw(b"[" + b",".join(found) + b"]")

    def _make(self, device: Device, before: _Kept | None, now: datetime) -> _Kept:
        _, seen, since, until, _ = self._seen.of(device, now, self._outages)
        if seen is not None:
            next_day = seen + timedelta(days=max(0, (now - seen).days) + 1)
            since, until = max(since, now.timestamp()), min(until, next_day.timestamp())
        if before is not None and before.device is device:
            head, _, rest = before.json.partition(_LAST_ACCESS)
            times = _encode(TimeFields(**time_fields(seen, now)))
            json = b"".join((head, times[1:-1], _BEHIND, rest.partition(_BEHIND)[2]))
        else:
            json = _encode(device_record(device, seen, now))
        one = _Kept(device, since, until, json)
        while before is None and len(self._kept) >= self._seen.most:
            del self._kept[next(iter(self._kept))]
        self._kept[device.id] = one
        return one
