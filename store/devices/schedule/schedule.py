"""A simulated device's own check-ins: computed for any time, never executed.

A device has numbered slots, one per interval, each with a small delay. A slot in its night, its weekend, an offline
spell or a longer absence is skipped and made up for soon after the device is back in use. So the check-in before or
after a given time is found without iterating over those in between, whatever the interval. All times are Unix seconds
(UTC).
"""

from __future__ import annotations

from functools import lru_cache

from ...model.habits import Schedule
from .absence import absence
from .chance import chance, draw
from .local_days import daylight_saving, is_holiday

DAY = 86_400
WEEK = 7 * DAY
_MONDAY = 4 * DAY  # the first Monday after the epoch, which was a Thursday
_SOON = 5400  # within this many seconds after it is back in use

_LATE, _SPELL, _START, _LENGTH, _BACK = range(1, 6)


def next_check_in(schedule: Schedule, after: int) -> int | None:
    """The first check-in after a moment; None if there are no more."""
    gone = schedule.gone_at
    slot = _last_slot(schedule, after)
    while True:
        at = _time(schedule, slot)
        if gone is not None and at >= gone:
            return None
        if _block(schedule, at) is None:
            if at > after:
                return at
            slot += 1
            continue
        back, slot = _back_in_use(schedule, at)
        if back is not None and back > after:
            return back if gone is None or back < gone else None


def last_check_in(schedule: Schedule, at_most: int, since: int) -> int | None:
    """The last check-in up to a moment; None if there is none after ``since``."""
    if schedule.gone_at is not None:
        at_most = min(at_most, schedule.gone_at - 1)
    slot = _last_slot(schedule, at_most)
    while True:
        at = _time(schedule, slot)
        block = _block(schedule, at)
        if block is None:
            return at if at > since else None
        back, _ = _back_in_use(schedule, at)
        if back is not None and since < back <= at_most:
            return back
        if at <= since:
            return None
        slot = _last_slot(schedule, _start_of(schedule, block[0]) - 1)


def is_in_use(schedule: Schedule, at: int) -> bool:
    """Whether the device can connect at a moment."""
    return _block(schedule, at) is None and (schedule.gone_at is None or at < schedule.gone_at)


def is_away(schedule: Schedule, at: int) -> bool:
    """Whether the device has no network at a moment, day or night: offline, on leave, in a drawer, or gone."""
    gone = schedule.gone_at is not None and at >= schedule.gone_at
    return gone or (_spell(schedule, at) or absence(schedule, at)) is not None


def next_in_use(schedule: Schedule, at: int) -> int | None:
    """The first moment from ``at`` on at which the device is in use; None if there is none."""
    while (block := _block(schedule, at)) is not None:
        at = block[1]
    return at if schedule.gone_at is None or at < schedule.gone_at else None


def out_of_use_until(schedule: Schedule, at: int) -> int | None:
    """Until when a device certainly stays out of use; None if it is in use."""
    block = _block(schedule, at)
    return None if block is None else block[1]


def _time(schedule: Schedule, slot: int) -> int:
    """The time of a slot, always before the next one."""
    interval = schedule.interval
    return slot * interval + schedule.phase + _late(schedule.key, interval, slot)


@lru_cache(maxsize=1024)
def _late(key: int, interval: int, slot: int) -> int:
    """The delay of a slot."""
    return draw(key, _LATE, slot) % (interval // 4 + 1)


def _last_slot(schedule: Schedule, at_most: int) -> int:
    """The last slot that is not after a moment."""
    slot = (at_most - schedule.phase) // schedule.interval
    return slot if _time(schedule, slot) <= at_most else slot - 1


def _back_in_use(schedule: Schedule, at: int) -> tuple[int | None, int]:
    """When a device that is out of use makes up for missed slots, and its first slot after it is back.

    None if that slot comes first.
    """
    end = at
    while (block := _block(schedule, end)) is not None:
        end = block[1]
    slot = _last_slot(schedule, end - 1) + 1
    back = end + draw(schedule.key, _BACK, end) % min(schedule.interval, _SOON)
    if _block(schedule, back) is not None:  # it is in use for a short while only
        back = end
    return (back if back < _time(schedule, slot) else None), slot


def _start_of(schedule: Schedule, start: int) -> int:
    """The start of a time out of use that consists of adjacent blocks."""
    while (block := _block(schedule, start - 1)) is not None:
        start = block[0]
    return start


def _block(schedule: Schedule, at: int) -> tuple[int, int] | None:
    """The period (end excluded) around a time in which the device is out of use; None if it is in use."""
    local = at + schedule.utc_offset
    if not schedule.weekends:
        second_of_week = (local - _MONDAY) % WEEK
        if second_of_week >= 5 * DAY:
            start = at - (second_of_week - 5 * DAY)
            return start, start + 2 * DAY
    day, second = divmod(local, DAY)
    if schedule.holidays and not schedule.weekends and is_holiday(schedule.holidays, day):
        return at - second, at - second + DAY
    day_start, day_end = schedule.day_start, schedule.day_end
    if schedule.zone and (ahead := daylight_saving(schedule.zone, day)):
        # Days go by standard time all year, so that none is longer than another; only what is in them comes earlier.
        day_start = max(0, day_start - ahead)
        day_end = max(day_start + 60, day_end - ahead)
    if second < day_start:
        return at - second, at - second + day_start
    if second >= day_end:
        return at - second + day_end, at - second + DAY
    return _spell(schedule, at) or absence(schedule, at)


def _spell(schedule: Schedule, at: int) -> tuple[int, int] | None:
    if not schedule.spells:
        return None
    length = schedule.spell_days * DAY
    found = _spell_in(schedule.key, schedule.spells, length, schedule.spell_hours, at // length)
    return found if found is not None and found[0] <= at < found[1] else None


@lru_cache(maxsize=1024)  # of the devices that are looked at now: each is asked again and again
def _spell_in(key: int, spells: int, length: int, hours: int, period: int) -> tuple[int, int] | None:
    """The offline spell in a period."""
    if not chance(spells, key, _SPELL, period):
        return None
    start = period * length + draw(key, _START, period) % length
    return start, min(start + draw(key, _LENGTH, period) % (hours * 3600 + 1), (period + 1) * length)
