"""Days on which somebody may start a change: no free day, no change freeze."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from ..devices.schedule.holidays import holidays
from ..model.site import Freeze
from ..words import day
from .freezes import freeze_on, named

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
