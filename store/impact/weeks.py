"""Weeks, for what is done once a week: from Monday, 06:00 UTC."""

from __future__ import annotations

from datetime import datetime, timedelta

_HOUR = 6
_WEEK = timedelta(days=7)


def week_of(now: datetime) -> datetime:
    """The latest Monday, 06:00 UTC, up to a time."""
    monday = (now - timedelta(days=now.weekday())).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    return monday if monday <= now else monday - _WEEK


def next_week(now: datetime) -> datetime:
    """The first Monday, 06:00 UTC, after a time."""
    return week_of(now) + _WEEK
