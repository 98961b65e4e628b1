"""Times: Unix times, arithmetic near both ends of the calendar, and weeks, for what is done once a week.

9999-12-31T23:59:59Z means no known expiry (RFC 5280, 4.1.2.5); no time comes after it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def from_unix(at: float) -> datetime:
    """A Unix time as UTC, aware."""
    return datetime.fromtimestamp(at, UTC)


def shifted(at: datetime, by: timedelta) -> datetime:
    """A time (UTC, aware) later or earlier by a difference, limited to the first and last possible time."""
    try:
        return at + by
    except OverflowError:
        return FIRST if by < timedelta(0) else LAST


def is_over(end: datetime, now: datetime) -> bool:
    """Whether a validity that ends at ``end`` is over: it includes the whole of its last second (RFC 5280, 4.1.2.5)."""
    return now - end >= _SECOND


def latest(*times: datetime | None) -> datetime | None:
    """The latest of the known times; None if none is known."""
    return max((at for at in times if at is not None), default=None)


_HOUR = 6
_WEEK = timedelta(days=7)


def week_of(now: datetime) -> datetime:
    """The latest Monday, 06:00 UTC, up to a time."""
    monday = (now - timedelta(days=now.weekday())).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    return monday if monday <= now else monday - _WEEK


def next_week(now: datetime) -> datetime:
    """The first Monday, 06:00 UTC, after a time."""
    return week_of(now) + _WEEK
