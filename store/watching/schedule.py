"""When each endpoint is checked next."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from ..clock import rfc3339
from ..model.endpoint import EndpointReading, Failure
from ..served.seen_certificates import lagging
from ..served.watched_endpoints import Watched

SOON = timedelta(minutes=10)
"""How far apart the checks are after a replacement, until the new certificate is served …"""
SOON_FOR = timedelta(days=2)
"""… or so much time has passed."""
AGAIN = timedelta(minutes=30)
"""When an endpoint that gave no certificate is tried again."""
JITTER = 0.1
"""The greatest share of the interval by which a check is early, so that not all come at once."""

_NOT_TRIED_AGAIN = frozenset({Failure.NO_ROUTE, Failure.NOT_ALLOWED})


def next_check(one: Watched, reading: EndpointReading | None, *, hours: int, now: datetime) -> datetime:
    """When an endpoint is to be checked, at the latest every ``hours``; now, if it never was.

    The jitter follows from the endpoint and its last check, so every process computes the same time.
    """
    if reading is None:
        return now
    interval = timedelta(hours=hours)
    if is_awaited(one, now):
        interval = min(interval, SOON)
    elif any(each.failure is not None and each.failure not in _NOT_TRIED_AGAIN for each in reading.addresses):
        interval = min(interval, AGAIN)
    return reading.checked_at + interval * (1 - JITTER * _part(f"{one.endpoint.id} {rfc3339(reading.checked_at)}"))


def is_awaited(one: Watched, now: datetime) -> bool:
    """Whether its component got another certificate lately that it doesn't serve yet."""
    if one.component is None or one.asked_at is None or now - one.asked_at > SOON_FOR:
        return False
    return not one.serving or bool(lagging(one.component, one.seen()))


def _part(text: str) -> float:
    """A number from 0 to 1 that a text leads to."""
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big") / 0xFFFFFFFF
