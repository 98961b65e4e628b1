"""The last day to start a change in words."""

from __future__ import annotations

from datetime import date

from ..model.start_by import LastStart
from ..words import day, plural

COMPUTE = "`certfleet start-by --compute`"


def start_words(one: LastStart, today: date) -> str:
    """``start by 2026-12-14: this fleet needs 41 days; after that about 23 devices a week are lost``."""
    if one.certificate_id is None and one.devices and not one.across_today:
        of = plural(one.devices, "device")
        return f"starting now gets none of {of} across in time: see what is stopped (`certfleet impact`)"
    return f"{_when(one, today)}: {_why(one)}"


def with_age(said: str, old: str | None) -> str:
    """The sentence, and why what it rests on has to be computed again."""
    return said if old is None else f"{said} (old: {old}) ({COMPUTE})"


def _when(one: LastStart, today: date) -> str:
    because = f", not {day(one.latest)}, because of {one.because}" if one.because else ""
    if one.last_day is None and one.because:
        return f"start now, no day until {day(one.latest)} is open because of {one.because}"
    if one.last_day is None:
        return "start now, no day is left on which it gets ready in time"
    if one.last_day < today:
        return f"start now, the last day was {day(one.last_day)}{because}"
    return f"start by {day(one.last_day)}{because}"


def _why(one: LastStart) -> str:
    if one.certificate_id is not None:
        return f"it takes {plural(one.days, 'day')} to have another one in place"
    why = f"this fleet needs {plural(one.days, 'day')}"
    if one.lost_a_week:
        is_one = one.lost_a_week == 1
        why += f"; after that about {plural(one.lost_a_week, 'device')} a week {'is' if is_one else 'are'} lost"
    behind = one.devices - round(one.across_today * one.devices)
    if behind:
        why += f"; {behind:,} of {plural(one.devices, 'device')} {'stays' if behind == 1 else 'stay'} behind anyway"
    return why
