"""Reckoning with times near both ends of the calendar.

A certificate without an end that anybody knows says 9999-12-31T23:59:59Z (RFC 5280, 4.1.2.5): nothing comes after it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)


def shifted(at: datetime, by: timedelta) -> datetime:
    """A time (UTC, aware) so much later, or earlier; the first or the last that there is where that leads beyond it."""
    try:
        return at + by
    except OverflowError:
        return FIRST if by < timedelta(0) else LAST


def latest(*times: datetime | None) -> datetime | None:
    """The last of those that are known; None where none is."""
    return max((at for at in times if at is not None), default=None)
