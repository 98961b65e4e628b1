"""Times as the product writes them."""

from __future__ import annotations

from datetime import datetime


def milliseconds(at: datetime | None) -> int | None:
    """Since 1970."""
    return None if at is None else int(at.timestamp() * 1000)


def clock_text(at: datetime) -> str:
    """``11/23/16 8:32 AM``."""
    hour = at.hour
    return f"{at.month}/{at.day}/{at.year % 100:02} {hour % 12 or 12}:{at.minute:02} {'AM' if hour < 12 else 'PM'}"


def days_since(at: datetime | None, now: datetime) -> int | None:
    """The whole days since then."""
    return None if at is None else max(0, (now - at).days)
