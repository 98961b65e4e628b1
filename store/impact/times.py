"""Arithmetic with times near both ends of the calendar.

9999-12-31T23:59:59Z means no known expiry (RFC 5280, 4.1.2.5); no time comes after it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)


def shifted(at: datetime, by: timedelta) -> datetime:
    """A time (UTC, aware) later or earlier by a difference, limited to the first and last possible time."""
    try:
        return at + by
    except OverflowError:
        return FIRST if by < timedelta(0) else LAST


def latest(*times: datetime | None) -> datetime | None:
    """The latest of the known times; None if none is known."""
    return max((at for at in times if at is not None), default=None)
