"""The last day to start a change in words, and how free days and change freezes move it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ..devices.holidays import holidays
from ..model.site import Freeze
from ..model.start_by import LastStart
from ..words import day, plural
from .freezes import freeze_on, named

COMPUTE = "`certfleet start-by --compute`"
_DAY = timedelta(days=1)
_SATURDAY = 5


def last_working_day(latest: date, today: date, freezes: Sequence[Freeze], country: str = "") -> date | None:
    """The last day up to ``latest``, and not before ``today``, on which somebody may start: no Saturday or Sunday, no
    public holiday of the country, and no change freeze. None if there is none."""
    on = latest
    while on >= today:
        if on.weekday() < _SATURDAY and on not in holidays(country, on.year) and freeze_on(freezes, on) is None:
            return on
        on -= _DAY
    return None


def moved_because(
    latest: date, last_day: date | None, today: date, freezes: Sequence[Freeze], country: str = ""
) -> str:
    """What is between the last working day and ``latest``: change freezes, else public holidays, else a weekend; empty
    if nothing is."""
    first = today if last_day is None else last_day + _DAY
    days = [first + n * _DAY for n in range((latest - first).days + 1)]
    in_the_way = [one for one in freezes if any(one.first <= on <= one.last for on in days)]
    if in_the_way:
        return f"the change freeze{'s' if len(in_the_way) > 1 else ''} {' and '.join(map(named, in_the_way))}"
    free = [day(on) for on in days if on.weekday() < _SATURDAY and on in holidays(country, on.year)]
    if free:
        return f"the public holiday{'s' if len(free) > 1 else ''} on {' and '.join(free)}"
    return "the weekend" if days else ""


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
