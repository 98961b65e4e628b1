"""The code of a change's consequences. It stays the same while the same people lose the same things at the same
time."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from .effects import Alteration, CapabilityEffect, DeviceEffect, OutageEffect, QueueEffect, TrustEffect

LENGTH = 8


def code_of(
    capabilities: Iterable[CapabilityEffect],
    devices: Iterable[DeviceEffect],
    queues: Iterable[QueueEffect],
    trust: Iterable[TrustEffect],
    outages: Iterable[OutageEffect] = (),
) -> str:
    """The code: eight letters and digits (base 32, RFC 4648)."""
    text = "\n".join(sorted(_lines(capabilities, devices, queues, trust, outages)))
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:LENGTH]


def _lines(
    capabilities: Iterable[CapabilityEffect],
    devices: Iterable[DeviceEffect],
    queues: Iterable[QueueEffect],
    trust: Iterable[TrustEffect],
    outages: Iterable[OutageEffect],
) -> Iterator[str]:
    for one in capabilities:
        worse = one.alteration in (Alteration.STOPS, Alteration.SOONER)
        when = f"{_day(one.at)} {_day(one.was_at)}" if worse else ""  # how much longer depends on when it is issued
        yield f"{one.alteration} {one.capability} {one.level} {one.need} {one.name} {when} {one.devices}"
    for device in devices:
        yield f"{device.platform} {device.before} {device.after} {device.count}"
    for queue in queues:
        yield f"{queue.action} {queue.added} {queue.platform} {queue.count}"
    for lack in trust:
        yield f"trust {lack.title} {lack.before} {lack.after}"
    for outage in outages:
        length = outage.until - outage.since
        yield f"outage {outage.service} {outage.added} {_day(outage.since)} {length} {outage.pending}"


def _day(at: datetime | None) -> str:
    return "-" if at is None else at.date().isoformat()
