"""What a monitoring system is told: one state, and what it follows from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum

from msgspec import Struct

from ..words import day, days_text
from .checklist import ChecklistRow
from .consequences import Consequence, Reason
from .needs import Level
from .start_by import KnownStarts


class Monitored(IntEnum):
    """The states that monitoring plugins have, by their exit status."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


class Finding(Struct, frozen=True, kw_only=True):
    """Something that isn't as it should be."""

    state: Monitored
    said: str


def findings(
    rows: Iterable[ChecklistRow],
    stopped: Iterable[Consequence],
    starts: KnownStarts | None,
    *,
    warning: int,
    critical: int,
) -> list[Finding]:
    """What is stopped, what ends within so many days, and what has to be started within ``warning`` days: the worst
    first. What was never set up is the checklist's alone."""
    found = [*_stopped(stopped), *_ending(rows, warning, critical), *_starting(starts, warning)]
    return sorted(found, key=lambda one: -one.state)


def state_of(found: Iterable[Finding]) -> Monitored:
    """The worst state of them."""
    return max((one.state for one in found), default=Monitored.OK)


def _stopped(stopped: Iterable[Consequence]) -> Iterator[Finding]:
    said: dict[str, Monitored] = {}
    for one in stopped:
        if one.reason is not Reason.MISSING:
            state = Monitored.CRITICAL if one.level is Level.STOPPED else Monitored.WARNING
            said[one.seen] = max(state, said.get(one.seen, state))
    yield from (Finding(state=state, said=seen) for seen, state in said.items())


def _ending(rows: Iterable[ChecklistRow], warning: int, critical: int) -> Iterator[Finding]:
    for row in rows:
        if row.days_left is None or row.days_left > warning or row.authority_group is not None:
            continue
        name = row.certificate.name if row.derived and row.certificate is not None else row.name
        state = Monitored.CRITICAL if row.days_left <= critical else Monitored.WARNING
        yield Finding(state=state, said=f"{row.need.title} {name}".strip() + f": {days_text(row.days_left)}")


def _starting(starts: KnownStarts | None, warning: int) -> Iterator[Finding]:
    if starts is None:
        return
    today, told = starts.now.date(), False
    for one in starts.waiting():
        late = one.last_day is None or one.last_day < today
        if late or (one.last_day is not None and (one.last_day - today).days <= warning):
            state = Monitored.CRITICAL if late else Monitored.WARNING
            yield Finding(state=state, said=f"{one.title}: {starts.said(one)}")
            told = True
    if starts.old is not None and not told:
        said = f"the last days to start of {day(starts.found.computed_at)} are old: {starts.old}"
        yield Finding(state=Monitored.WARNING, said=said)
