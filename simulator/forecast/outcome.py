"""What a run led to, read from the workspace afterwards and from who watched its devices.

It doesn't matter whether it was a forecast or the real workspace: the same questions are asked of both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ...store.components.capabilities import Capability, Level
from ...store.components.needs import BY_ID
from ...store.consequences.consequences import Consequence, Reason
from ...store.devices.push import APPLE
from ...store.model.component import Component
from ...store.model.device import DeviceState, Platform
from ...store.model.forecast import (
    Forecast,
    ForecastAssumptions,
    ForecastDay,
    ForecastEvent,
    ForecastNotice,
    OutReason,
    PersonAction,
    RefusedStep,
    StrandedDevices,
)
from ...store.model.habits import Wave
from ...store.model.interruption import Interruption
from ...store.model.notice import Notice
from ...store.model.simulated_outage import SimulatedOutage
from ...store.model.task import Task
from ...store.outlook.prevention import Prevention, Step, prevention_of
from ...store.views.consequence import cause
from ...store.views.platforms import by_platform
from ...store.views.prevention import prevention_command, prevention_sentence
from ...store.words import plural
from ...store.workspace import Workspace
from ..engine.campaigns.tallies import re_enrollments
from ..engine.state.outages import outages as simulated_outages
from .fleet_watch import Curve, FleetWatch, peak
from .outage_events import outage_events, outages_before, outages_during, stopped_by

DAY = 86_400


class Start(NamedTuple):
    """What a workspace looked like at the beginning of a run."""

    at: datetime
    devices: int
    last_notice: int
    last_task: int
    visits: int
    calls: int


class PlanOutcome(NamedTuple):
    """What a plan did: its name and title, how many of its actions were carried out, and which were refused."""

    name: str = "do nothing"
    title: str = ""
    performed: int = 0
    refused: tuple[RefusedStep, ...] = ()


def start_of(workspace: Workspace) -> Start:
    """The beginning of a run: now."""
    table = workspace.database.table
    visits, calls = _help_desk(workspace)
    return Start(
        workspace.now(),
        len(table("devices")),
        table("notices").highest_id(),
        table("tasks").highest_id(),
        visits,
        calls,
    )


def outcome_of(
    workspace: Workspace,
    watch: FleetWatch,
    start: Start,
    plan: PlanOutcome,
    assumptions: ForecastAssumptions,
    waiting: int | None = None,
) -> Forecast:
    """What has happened in a workspace since the start of a run that ``watch`` has watched. ``waiting`` devices have
    to be re-enrolled and still work; None if nobody has counted them yet.
    """
    until, served, out = workspace.now(), watch.in_service(), watch.out()
    lasting, after = _split(workspace.impact.interruptions().list(), start.at, until)
    outages = outages_during(simulated_outages(workspace), start.at, until)
    stopped = _stopped((*lasting, *after), outages, start.at, until)
    days = tuple(_days(watch, stopped, start.at, until))
    words = _Words(workspace, served)
    stranded = _stranded(watch)
    log = workspace.devices.log_digest()
    return Forecast(
        name=plan.name,
        title=plan.title,
        started_at=start.at,
        until=until,
        devices=start.devices,
        devices_at_end=len(workspace.database.table("devices")),
        in_service_at_end=days[-1].in_service,
        stopped_before=(
            *(words.event(one, one.since, recovers=False) for one in lasting),
            *outages_before(outages, served, start.at),
        ),
        events=_in_order(
            (*_events(words, (*lasting, *after), start.at), *outage_events(outages, served, start.at, until))
        ),
        out=watch.turned(),
        stranded=stranded,
        device_days_lost=_lost(stopped, served, out, start.at, until),
        renewals=watch.renewals.total(),
        enrollments=watch.enrollments.total(),
        peak_renewals=peak(watch.renewals),
        peak_enrollments=peak(watch.enrollments),
        notices=tuple(
            ForecastNotice(at=one.at, kind=one.kind, urgency=one.urgency, title=one.title, recipient=one.recipient)
            for one in workspace.database.table("notices").records(Notice)
            if one.id > start.last_notice
        ),
        actions=tuple(_actions(workspace, watch, start, waiting)),
        performed=plan.performed,
        refused=plan.refused,
        days=days,
        assumptions=assumptions,
        event_log_count=log.count,
        event_log_sha256=log.sha256,
    )


def _split(
    interruptions: Iterable[Interruption], since: datetime, until: datetime
) -> tuple[list[Interruption], list[Interruption]]:
    """The interruptions that lasted at the beginning, and those that began later."""
    during = [one for one in interruptions if one.since <= until and (one.until is None or one.until > since)]
    return [one for one in during if one.since <= since], [one for one in during if one.since > since]


def _events(words: _Words, interruptions: Iterable[Interruption], since: datetime) -> Iterator[ForecastEvent]:
    for one in interruptions:
        if one.since > since:
            yield words.event(one, one.since, recovers=False)
        if one.until is not None:
            yield words.event(one, one.until, recovers=True)


def _in_order(events: Iterable[ForecastEvent]) -> tuple[ForecastEvent, ...]:
    return tuple(sorted(events, key=lambda event: (event.at, event.recovers)))


class _Words:
    """Says what stopped, because of what, for how many devices, and what would have prevented it."""

    def __init__(self, workspace: Workspace, served: Mapping[Platform, Curve]) -> None:
        self._workspace = workspace
        self._served = served
        self._landscape = workspace.impact.landscape()
        self._components = {one.id: one for one in workspace.database.table("components").records(Component)}
        self._names = {one.id: one.name for one in workspace.inventory.list()}
        self._tasks = workspace.database.table("tasks").records(Task)

    def event(self, one: Interruption, at: datetime, *, recovers: bool) -> ForecastEvent:
        """The beginning or the end of an interruption."""
        consequence = self._consequence(one)
        prevention = prevention_of(consequence, self._landscape, self._tasks)
        before = int(at.timestamp()) - (not recovers)
        return ForecastEvent(
            at=at,
            recovers=recovers,
            capability=one.capability,
            level=one.level,
            reason=one.reason,
            need=one.need,
            cause=cause(consequence, self._names),
            certificate_id=one.certificate_id,
            platforms=consequence.platforms,
            devices=sum(
                self._served[platform].at(before) for platform in consequence.platforms if platform in self._served
            ),
            prevent_by=prevention_sentence(prevention),
            command=prevention_command(prevention),
        )

    def _consequence(self, one: Interruption) -> Consequence:
        component = self._components.get(one.component_id or 0)
        name = "" if component is None else component.name
        if one.component_id is None and one.certificate_id is not None:
            name = self._names.get(one.certificate_id, "")
        effects = [effect for effect in BY_ID[one.need].effects if effect.capability == one.capability]
        return Consequence(
            capability=Capability(one.capability),
            level=Level(one.level),
            reason=Reason(one.reason),
            need=one.need,
            component_id=one.component_id,
            name=name,
            certificate_id=one.certificate_id,
            profile_id=one.profile_id,
            platforms=tuple(map(Platform, one.platforms)),
            since=one.since,
            seen=effects[0].seen if effects else "",
        )


Periods = Mapping[tuple[str, Platform], list[tuple[int, int]]]
"""When a capability is stopped for a platform: periods in Unix time, in order, none touching another, their ends
excluded. What is not over ends after the run."""


def _stopped(
    interruptions: Iterable[Interruption], outages: Sequence[SimulatedOutage], since: datetime, until: datetime
) -> Periods:
    begin, end = int(since.timestamp()), int(until.timestamp())
    periods: dict[tuple[str, Platform], list[tuple[int, int]]] = {}
    for one in interruptions:
        if one.level == Level.STOPPED:
            last = end + 1 if one.until is None else min(end + 1, int(one.until.timestamp()))
            for platform in one.platforms:
                key = one.capability, Platform(platform)
                periods.setdefault(key, []).append((max(begin, int(one.since.timestamp())), last))
    for capability, platform, first, last in stopped_by(outages, begin, end):
        periods.setdefault((capability, platform), []).append((first, last))
    return {key: _merged(found) for key, found in periods.items()}


def _lost(
    stopped: Periods,
    served: Mapping[Platform, Curve],
    out: Mapping[Platform, Curve],
    since: datetime,
    until: datetime,
) -> dict[str, float]:
    """The device-days without each capability, of devices in service and of those that are out: while it is stopped for
    their platform. Those that are out can't check in and are not managed all the time."""
    begin, end = int(since.timestamp()), int(until.timestamp())
    seconds = Counter[str]()
    for (capability, platform), periods in stopped.items():
        seconds[capability] += _area(served.get(platform), periods, end)
        if not _needs_service(capability, platform):
            seconds[capability] += _area(out.get(platform), periods, end)
    for platform, curve in out.items():
        for capability in (Capability.CHECK_IN, Capability.MANAGE):
            if _needs_service(capability, platform):
                seconds[capability] += curve.area(begin, end)
    return {str(one.value): round(seconds[one] / DAY, 2) for one in Capability if seconds[one]}


def _needs_service(capability: str, platform: Platform) -> bool:
    """Whether a device that is out lacks it in any case."""
    return capability == Capability.CHECK_IN or (capability == Capability.MANAGE and platform in APPLE)


def _area(curve: Curve | None, periods: Iterable[tuple[int, int]], end: int) -> int:
    return 0 if curve is None else sum(curve.area(first, min(last, end)) for first, last in periods)


def _days(watch: FleetWatch, stopped: Periods, since: datetime, until: datetime) -> Iterator[ForecastDay]:
    """The fleet at the beginning, at each midnight, and at the end. Nobody is in service while check-in is stopped."""
    served, out, groups = watch.in_service(), watch.out(), watch.groups()
    times, at = [since], since.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while at < until:
        times.append(at)
        at += timedelta(days=1)
    for time in (*times, until):
        now = int(time.timestamp())
        reached = [
            platform
            for platform in served
            if not any(first <= now < last for first, last in stopped.get((Capability.CHECK_IN, platform), ()))
        ]
        yield ForecastDay(
            at=time,
            in_service=sum(served[platform].at(now) for platform in reached),
            stranded=sum(curve.at(now) for curve in out.values()),
            groups={name: held for name, curve in groups.items() if (held := curve.at(now))},
        )


def _merged(periods: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(periods):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged


_PUSH = Prevention(step=Step.RENEW_PUSH, need="apns", certificate_id=0)


def _stranded(watch: FleetWatch) -> tuple[StrandedDevices, ...]:
    found: dict[tuple[Platform, OutReason], list[int]] = {}
    for id in watch.out_since:
        standing = watch.standings.get(id)
        assert standing is not None and standing.out is not None
        found.setdefault((standing.platform, standing.out), []).append(id)
    order = list(Platform)
    stranded = []
    for (platform, reason), ids in sorted(found.items(), key=lambda item: (order.index(item[0][0]), item[0][1])):
        said, command = _prevented_by(platform, reason, len(ids))
        since = min(watch.out_since[id] for id in ids)
        stranded.append(
            StrandedDevices(
                platform=platform,
                reason=reason,
                since=since,
                devices=len(ids),
                ids=tuple(sorted(ids)),
                prevent_by=said,
                command=command,
            )
        )
    return tuple(stranded)


def _prevented_by(platform: Platform, reason: OutReason, devices: int) -> tuple[str, str | None]:
    """What would have kept devices in service, and the command that begins it."""
    match reason:
        case OutReason.PUSH_LOST:
            return prevention_sentence(_PUSH), prevention_command(_PUSH)
        case OutReason.SSL_ERROR_61:
            return "deploy the CA certificate before it is in use", "certfleet trust deploy ID"
        case OutReason.CERTIFICATE_EXPIRED:
            step = Step.RE_ENROLL if platform is Platform.WINDOWS else Step.RENEW_DEVICES
            one = Prevention(step=step, need="device-certificates", devices=devices, platforms=(platform,), days=30)
            return prevention_sentence(one), prevention_command(one)


def _actions(workspace: Workspace, watch: FleetWatch, start: Start, waiting: int | None) -> Iterable[PersonAction]:
    for task in workspace.database.table("tasks").records(Task):
        if task.id > start.last_task:
            yield PersonAction(kind="task", count=1, said=task.title, at=task.opened_at)
    if watch.re_enrolled:
        count = watch.re_enrolled.total()
        counts = {platform.value: number for platform, number in watch.re_enrolled.items()}
        said = f"users re-enroll {plural(count, 'device')}: {by_platform(counts)}"
        yield PersonAction(kind="re-enrolled", count=count, said=said)
    visits, calls = _help_desk(workspace)
    visits, calls = visits - start.visits, calls - start.calls
    if visits or calls:
        said = f"the help desk makes {plural(visits, 'visit')} and takes {plural(calls, 'call')}"
        yield PersonAction(kind="help-desk", count=visits + calls, said=said)
    if waiting is None:
        waiting = workspace.devices.counts().states[DeviceState.RE_ENROLLMENT_REQUIRED]
    if stranded := len(watch.out_since):
        said = f"users of {plural(stranded, 'stranded device')} still have to act"
        yield PersonAction(kind="re-enroll", count=stranded, said=said)
    if waiting:
        said = f"users of {plural(waiting, 'device')} that still work have been asked to re-enroll, and have not"
        yield PersonAction(kind="asked", count=waiting, said=said)


def _help_desk(workspace: Workspace) -> tuple[int, int]:
    """The visits and the calls of the help desk so far."""
    tallies = [tally for day in re_enrollments(workspace).all() for tally in day.tallies]
    visits = sum(tally.count for tally in tallies if tally.wave is Wave.VISIT and not tally.refused)
    return visits, sum(tally.count for tally in tallies if tally.called)
