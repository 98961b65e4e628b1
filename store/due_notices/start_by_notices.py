"""Notices of last days to start: one when the day comes near, one when it has passed, or one if none is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from ..consequences.landscape import Landscape
from ..model.notice import Urgency
from ..model.start_by import LastStart
from ..start_by.start_by import known_starts
from ..words import day
from .due import Due

AHEAD = timedelta(days=7)
KIND = "start-by"
_DAY = timedelta(days=1)


def start_by_notices(landscape: Landscape) -> list[Due]:
    """The notices of changes that nobody has started, due or not yet."""
    if landscape.start_by is None or (starts := known_starts(landscape, landscape.start_by.computed_at)) is None:
        return []
    return [due for one in starts.waiting() for due in _of(landscape, one, starts.now)]


def _of(landscape: Landscape, one: LastStart, computed: datetime) -> Iterator[Due]:
    if one.last_day is None:
        yield _due(landscape, one, computed, "now", Urgency.URGENT, "Start now")
        return
    near, passed = _at(one.last_day - AHEAD), _at(one.last_day + _DAY)
    if computed < passed:
        title = f"Start by {day(one.last_day)}"
        yield _due(landscape, one, max(near, computed), "near", Urgency.WARNING, title, until=passed)
        yield _due(landscape, one, passed, "passed", Urgency.URGENT, f"The last day to start was {day(one.last_day)}")


def _due(
    landscape: Landscape,
    one: LastStart,
    at: datetime,
    which: str,
    urgency: Urgency,
    title: str,
    until: datetime | None = None,
) -> Due:
    starts = known_starts(landscape, at)
    assert starts is not None
    return Due(
        at=at,
        until=until,
        key=f"start-by:{one.record}:{one.certificate_id or 0}:{one.last_day}:{which}",
        kind=KIND,
        record=one.record,
        title=f"{title}: {one.title}",
        text=f"{one.title}: {starts.said(one)}. `certfleet start-by` shows what that rests on.",
        urgency=urgency,
    )


def _at(on: date) -> datetime:
    return datetime.combine(on, time(), UTC)
