"""A clock that a test moves, for a workspace or for whatever takes the time from a function."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..store.clock import FixedClock

STANDARD_TIME = datetime(2026, 6, 1, tzinfo=UTC)
"""The time of fleets, workspaces and clocks that aren't given another: a Monday."""


def zoned(at: datetime) -> datetime:
    """The time in UTC. Raises ``ValueError`` for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("give the time with its zone, as UTC")
    return at.astimezone(UTC)


class FixtureClock(FixedClock):
    """A clock that stands still until it is moved."""

    def move(self, to: datetime | None = None, *, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
        """Move it to a time, or by an interval, or both; returns the new time. Raises ``ValueError`` for a time without
        a zone."""
        self.at = zoned(self.at if to is None else to) + timedelta(days=days, hours=hours, minutes=minutes)
        return self.at

    def __call__(self) -> datetime:
        """The time, as ``now()`` gives it."""
        return self.at


def clock(at: datetime = STANDARD_TIME) -> FixtureClock:
    """A clock that stands at this time. Raises ``ValueError`` for a time without a zone."""
    return FixtureClock(zoned(at))
