"""When a simulated device is away for weeks or months: on leave with its owner, or in a drawer. Times are Unix seconds.

Which share of a fleet is away, and for how long, is assumed: see the table in docs/simulator.md.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ...model.habits import POOL_OPEN_DAYS, Schedule
from .chance import chance, draw

DAY = 86_400
YEAR = 31_557_600  # a Julian year: the calendar differs by a day at most
_SUMMER, _WINTER, _LONG, _POOL, _LONG_SINCE = range(21, 26)


class _Leave(NamedTuple):
    """Leave that begins once in each period, within ``window`` after the period's start, and lasts ``least`` to
    ``most``."""

    what: int
    period: int
    offset: int
    window: int
    least: int
    most: int


SUMMER = _Leave(_SUMMER, YEAR, 165 * DAY, 70 * DAY, 7 * DAY, 21 * DAY)  # begins from mid-June to late August
WINTER = _Leave(_WINTER, YEAR, 351 * DAY, 7 * DAY, 7 * DAY, 16 * DAY)  # begins in the week before Christmas
SOUTHERN_SUMMER = _Leave(_SUMMER, YEAR, 352 * DAY, 40 * DAY, 7 * DAY, 21 * DAY)  # begins from Christmas to late January
SOUTHERN_WINTER = _Leave(
    _WINTER, YEAR, 181 * DAY, 21 * DAY, 7 * DAY, 16 * DAY
)  # begins in July, in the school holidays
SOUTHERN = frozenset({"AR", "AU", "BR", "CL", "NZ", "PE", "UY", "ZA"})
"""Countries of the southern hemisphere, of which people are on leave in its seasons."""
_NORTH, _SOUTH = (SUMMER, WINTER), (SOUTHERN_SUMMER, SOUTHERN_WINTER)
LONG = _Leave(_LONG, 4 * YEAR, 0, 3 * YEAR, 90 * DAY, 365 * DAY)


def absence(schedule: Schedule, at: int) -> tuple[int, int] | None:
    """The leave or the time in a drawer (end excluded) around a time; None if there is none."""
    if schedule.pool_days and (block := _in_drawer(schedule, at)) is not None:
        return block
    if schedule.leave:
        for leave in _SOUTH if schedule.holidays[:2] in SOUTHERN else _NORTH:
            # Most of a year is out of reach of any leave.
            if (at - leave.offset) % YEAR < leave.window + leave.most and (
                block := _around(schedule.key, leave, leave.offset, schedule.leave, at)
            ) is not None:
                return block
    if not schedule.long_leave:
        return None
    return _around(schedule.key, LONG, _long_since(schedule.key), schedule.long_leave, at)


def _around(key: int, leave: _Leave, offset: int, share: int, at: int) -> tuple[int, int] | None:
    """The leave of a kind around a time. Its periods begin ``offset`` after the epoch."""
    index, since = divmod(at - offset, leave.period)
    if since >= leave.window + leave.most:
        return None
    found = _on_leave(key, leave, share, index, at - since)
    return found if found is not None and found[0] <= at < found[1] else None


# The devices that are looked at now are asked again and again: for each check-in and what follows from it.


@lru_cache(maxsize=1024)
def _on_leave(key: int, leave: _Leave, share: int, index: int, begin: int) -> tuple[int, int] | None:
    """The leave of a kind in its period of that number, which begins at a time."""
    if not chance(share, key, leave.what, index):
        return None
    start = begin + draw(key, leave.what, index, 1) % leave.window
    return start, start + leave.least + draw(key, leave.what, index, 2) % (leave.most - leave.least + 1)


@lru_cache(maxsize=1024)
def _long_since(key: int) -> int:
    """Each device has periods of its own, so that as many are on long leave on every day."""
    return draw(key, _LONG_SINCE) % LONG.period


def _in_drawer(schedule: Schedule, at: int) -> tuple[int, int] | None:
    """All but a few days of each period."""
    length, opened = schedule.pool_days * DAY, POOL_OPEN_DAYS * DAY
    index, since = divmod(at, length)
    first = draw(schedule.key, _POOL, index) % (length - opened + 1)
    start = at - since
    if since < first:
        return start, start + first
    return None if since < first + opened else (start + first + opened, start + length)
