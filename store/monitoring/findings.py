"""What a monitoring system is told: one state, and what it follows from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import IntEnum

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.checklist_row import ChecklistRow
from ..components.capabilities import Capability, Level
from ..components.needs import DEVICE_CERTIFICATES
from ..consequences.consequences import Consequence, Reason
from ..model.start_by import LastStart
from ..start_by.start_by import KnownStarts
from ..words import day, days_text


class Monitored(IntEnum):
    """The states that monitoring plugins have, by their exit status."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


class Measure(Struct, frozen=True, kw_only=True):
    """A figure of a plugin's performance data. ``warning`` and ``critical`` are the ranges outside of which it alerts,
    as plugins write them: ``31:`` is 31 and more, ``0`` is none."""

    label: str
    value: int
    warning: str = ""
    critical: str = ""


class MonitoringFinding(Struct, frozen=True, kw_only=True):
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
) -> list[MonitoringFinding]:
    """What is stopped, what ends within so many days, and what has to be started within ``warning`` days: the worst
    first. What was never set up is the checklist's alone."""
    found = [*_stopped(stopped), *_ending(rows, warning, critical), *_starting(starts, warning)]
    return sorted(found, key=lambda one: -one.state)


def measures(
    rows: Iterable[ChecklistRow],
    stopped: Iterable[Consequence],
    starts: KnownStarts | None,
    *,
    warning: int,
    critical: int,
) -> list[Measure]:
    """The figures that the findings follow from: how much is stopped or degraded, and the days to the first end and to
    the first last day to start, where there is one."""
    levels = list(_levels(stopped).values())
    found = [
        Measure(label="stopped", value=levels.count(Level.STOPPED), critical="0"),
        Measure(label="degraded", value=levels.count(Level.DEGRADED), warning="0"),
    ]
    days = [row.days_left for row in rows if row.days_left is not None and not _is_of_devices(row)]
    if days:
        found.append(
            Measure(label="days_left", value=min(days), warning=f"{warning + 1}:", critical=f"{critical + 1}:")
        )
    if starts is not None:
        left = [days_to_start(one, starts.now.date()) for one in starts.waiting()]
        if left:
            found.append(Measure(label="start_by_days", value=min(left), warning=f"{warning + 1}:", critical="0:"))
    return found


def of_workspace(name: str, found: Iterable[MonitoringFinding]) -> list[MonitoringFinding]:
    """The findings with the workspace that they are of, where several are looked at; without a name as they are."""
    return [MonitoringFinding(state=one.state, said=f"{name}: {one.said}" if name else one.said) for one in found]


def measures_of_workspace(name: str, found: Iterable[Measure]) -> list[Measure]:
    """The same for measures, whose labels become those of a plugin: without equals signs and quotes."""
    plain = name.translate({ord("="): "_", ord("'"): "_"})
    return [replace(one, label=f"{plain}/{one.label}" if name else one.label) for one in found]


def days_to_start(one: LastStart, today: date) -> int:
    """The days until its last day to start; negative once that has passed, or where none is left."""
    return -1 if one.last_day is None else (one.last_day - today).days


def stopped_capabilities(found: Iterable[Consequence]) -> dict[Capability, Level]:
    """What is stopped or degraded, at worst, by capability. What was never set up is the checklist's alone."""
    worst: dict[Capability, Level] = {}
    for one in _set_up(found):
        if worst.get(one.capability) is not Level.STOPPED:
            worst[one.capability] = one.level
    return worst


def state_of(found: Iterable[MonitoringFinding]) -> Monitored:
    """The worst state of them."""
    return max((one.state for one in found), default=Monitored.OK)


def _set_up(found: Iterable[Consequence]) -> Iterator[Consequence]:
    return (one for one in found if one.reason is not Reason.MISSING)


def _levels(found: Iterable[Consequence]) -> dict[str, Level]:
    """What people notice, each once, at the worst level."""
    worst: dict[str, Level] = {}
    for one in _set_up(found):
        if worst.get(one.seen) is not Level.STOPPED:
            worst[one.seen] = one.level
    return worst


def _is_of_devices(row: ChecklistRow) -> bool:
    """Whether it is about a CA group or device certificates that nobody has to do anything about."""
    return row.authority_group is not None or (row.need is DEVICE_CERTIFICATES and row.is_done)


def _stopped(found: Iterable[Consequence]) -> Iterator[MonitoringFinding]:
    for seen, level in _levels(found).items():
        yield MonitoringFinding(state=Monitored.CRITICAL if level is Level.STOPPED else Monitored.WARNING, said=seen)


def _ending(rows: Iterable[ChecklistRow], warning: int, critical: int) -> Iterator[MonitoringFinding]:
    for row in rows:
        if row.days_left is None or row.days_left > warning or _is_of_devices(row):
            continue
        name = row.certificate.name if row.derived and row.certificate is not None else row.name
        state = Monitored.CRITICAL if row.days_left <= critical else Monitored.WARNING
        yield MonitoringFinding(state=state, said=f"{row.need.title} {name}".strip() + f": {days_text(row.days_left)}")


def _starting(starts: KnownStarts | None, warning: int) -> Iterator[MonitoringFinding]:
    if starts is None:
        return
    today, told = starts.now.date(), False
    for one in starts.waiting():
        left = days_to_start(one, today)
        if left <= warning:
            state = Monitored.CRITICAL if left < 0 else Monitored.WARNING
            yield MonitoringFinding(state=state, said=f"{one.title}: {starts.said(one)}")
            told = True
    if starts.old is not None and not told:
        said = f"the last days to start of {day(starts.found.computed_at)} are old: {starts.old}"
        yield MonitoringFinding(state=Monitored.WARNING, said=said)
