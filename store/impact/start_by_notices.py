"""Notices of last days to start: one when the day comes near, one when it has passed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from ..model.notice import Urgency
from ..model.start_by import LastStart
from ..words import day
from .due_notices import Due
from .landscape import Landscape
from .start_by import is_current, start_words

AHEAD = timedelta(days=7)
_DAY = timedelta(days=1)


def start_by_notices(landscape: Landscape) -> list[Due]:
    """The notices of changes that nobody has started, due or not yet."""
    if landscape.start_by is None:
        return []
    found = []
    for one in landscape.start_by.starts:
        if one.last_day is None or not is_current(one, landscape):
            continue
        computed, near, passed = landscape.start_by.computed_at, _at(one.last_day - AHEAD), _at(one.last_day + _DAY)
        if computed < passed:
            found.append(_due(one, max(near, computed), "near", Urgency.WARNING, f"Start by {day(one.last_day)}"))
            found.append(_due(one, passed, "passed", Urgency.URGENT, f"The last day to start was {day(one.last_day)}"))
    return found


def _due(one: LastStart, at: datetime, which: str, urgency: Urgency, title: str) -> Due:
    said = start_words(one, at.date())
    return Due(
        at=at,
        key=f"start-by:{one.record}:{one.certificate_id or 0}:{one.last_day}:{which}",
        kind="start-by",
        record=one.record,
        title=f"{title}: {one.title}",
        text=f"{one.title}: {said}. `certfleet start-by` shows what that rests on.",
        urgency=urgency,
    )


def _at(on: date) -> datetime:
    return datetime.combine(on, time(), UTC)
