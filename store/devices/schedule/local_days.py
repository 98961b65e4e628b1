"""A zone's daylight saving time and a region's holidays, looked up once per day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from .holidays import holidays

_EPOCH = date(1970, 1, 1)


@lru_cache(maxsize=65_536)
def daylight_saving(zone: str, day: int) -> int:
    """How far the clocks of a zone are ahead of ``standard_offset``, in seconds, at noon (UTC) of a day counted from
    the epoch. 0 for a zone that this system doesn't know, so that every workspace opens."""
    try:
        noon = datetime.combine(_EPOCH + timedelta(days=day), datetime.min.time(), UTC) + timedelta(hours=12)
        return _offset(zone, noon) - standard_offset(zone, noon.year)
    except (ValueError, KeyError, OSError, OverflowError):
        return 0


@lru_cache(maxsize=4096)
def standard_offset(zone: str, year: int) -> int:
    """The smallest offset from UTC in a year, in seconds: outside daylight saving time."""
    return min(_offset(zone, datetime(year, month, 15, tzinfo=UTC)) for month in (1, 7))


@lru_cache(maxsize=65_536)
def is_holiday(region: str, day: int) -> bool:
    """Whether a day, counted from the epoch, is a public holiday of a country or a region."""
    try:
        at = _EPOCH + timedelta(days=day)
    except OverflowError:
        return False
    return at in holidays(region, at.year)


def _offset(zone: str, at: datetime) -> int:
    offset = at.astimezone(_zone(zone)).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


@lru_cache(maxsize=1024)  # ``ZoneInfo`` itself keeps eight, and a fleet has more
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
