"""``certfleet impact``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import click

from ..store.clock import rfc3339
from ..store.components.capabilities import CAPABILITIES, Level
from ..store.components.naming import title_of
from ..store.components.needs import BY_ID
from ..store.consequences.consequences import Consequence
from ..store.model.device import Platform
from ..store.outlook.awaiting import awaiting, still_used, waits_for
from ..store.outlook.dependences import Dependence
from ..store.outlook.horizons import check_outlook
from ..store.outlook.outlook import OutlookEvent, affected
from ..store.outlook.prevention import Prevention
from ..store.outlook.stops import NextStop, Stop, by_cause
from ..store.views.certificate import certificate_standing, certificate_title
from ..store.views.consequence import (
    LEVEL_STYLES,
    cause,
    counted_document,
    dependence_document,
    device_ends_sentence,
    outlook_document,
    placed_title,
    unused_sentence,
)
from ..store.views.documents import fields_of
from ..store.views.platforms import platform_names
from ..store.views.prevention import prevention_documents, prevention_line
from ..store.views.trust import ssl_errors_document, ssl_errors_sentence
from ..store.words import minute, moment, plural
from ..store.workspace import Workspace
from .frame.answer import Answer, Text
from .frame.command import command
from .frame.parameters import DURATION, ID, MOMENT
from .frame.session import Session
from .frame.tables import Row, SpanningRow, Table, TableColumn, styled

WHAT, LEVEL, PLATFORM, DEVICES = (
    TableColumn("WHAT", least=24),
    TableColumn("LEVEL"),
    TableColumn("PLATFORMS", least=12),
    TableColumn("DEVICES", right=True),
)
Counts = Mapping[Platform, int]


@command(examples=["certfleet impact", "certfleet impact --for 90d", "certfleet impact --certificate 14"])
@click.option("--at", type=MOMENT, metavar="2027-01-05", help="What will be stopped then if nobody acts.")
@click.option(
    "--for", "span", type=DURATION, metavar="90d", help="What stops or recovers in that period if nobody acts."
)
@click.option("--certificate", "id", type=ID, metavar="ID", help="What depends on this certificate, and until when.")
def impact(session: Session, at: datetime | None, span: timedelta | None, id: int | None) -> Answer:
    """Show what is stopped or degraded, by which certificate, and for how many devices: now, or later."""
    if sum(option is not None for option in (at, span, id)) > 1:
        raise click.UsageError("--at, --for and --certificate exclude each other.")
    if span is not None:
        check_outlook(span)
    workspace = session.open()
    if id is not None:
        return _depending(workspace, id)
    return _stopped(workspace, at) if span is None else _coming(workspace, span)


def _stopped(workspace: Workspace, at: datetime | None) -> Answer:
    now = workspace.now()
    if at is not None and at < now:
        raise click.BadParameter(f"that moment has passed: it is {moment(now)}", param_hint="--at")
    at = at or now
    found, counts, names = workspace.impact.consequences(at), workspace.impact.platforms(), _names(workspace)
    columns = (WHAT, LEVEL, TableColumn("SINCE (UTC)"), PLATFORM, DEVICES)
    none = "nothing is stopped or degraded" if at == now else f"nothing will be stopped or degraded on {moment(at)}"
    stops = workspace.impact.stops(at)
    rows = [row for stop in stops for row in _stop(stop, counts, names)]
    text: list[Text] = [Table(columns, rows)]
    document = {
        "at": rfc3339(at),
        "consequences": [counted_document(one, counts) for one in found],
        "preventions": prevention_documents(stops),
    }
    if at != now:
        return Answer(document, text if found else none)
    errors = workspace.impact.ssl_errors()
    text = text if found else []
    text += [said] if (said := ssl_errors_sentence(errors)) is not None else []
    return Answer({**document, "ssl_error_61": ssl_errors_document(errors)}, text or none)


def _coming(workspace: Workspace, span: timedelta) -> Answer:
    until, impact = workspace.now() + span, workspace.impact
    events, counts, names = impact.upcoming(until), impact.platforms(), _names(workspace)
    columns = (TableColumn("AT (UTC)"), WHAT, LEVEL, PLATFORM, DEVICES)
    coming = [one for one in impact.next_stops(until) if not one.lasts]
    steps = {one.stop: one.prevention for one in coming if one.stop is not None}
    text: list[Text] = []
    if events:
        text.append(Table(columns, [row for event in events for row in _event(event, counts, names, steps)]))
    else:
        text.append(f"nothing stops or recovers before {moment(until)}")
    if (ends := device_ends_sentence(impact.device_ends(until))) is not None:
        text.append(ends)
        text += [f"  {prevention_line(one.prevention)}" for one in coming if one.ends]
    text += [unused_sentence(entry) for entry in impact.unused_ends(until)]
    return Answer(lambda: fields_of(outlook_document(impact, until)), text)


def _depending(workspace: Workspace, id: int) -> Answer:
    entry, counts = workspace.inventory.get(id), workspace.impact.platforms()
    found = workspace.impact.dependences(id)
    landscape = workspace.impact.landscape()
    columns = (TableColumn("COMPONENT", least=24), TableColumn("DEPENDS", least=16), TableColumn("UNTIL (UTC)"))
    rows = [row for one in found for row in _dependence(one, counts)]
    later = [
        f"{title_of(one)} will use it once {waits_for(landscape, one)}; until then it uses {still_used(landscape, one)}"
        for one in awaiting(landscape, id)
    ]
    text: list[Text] = [
        f"{certificate_title(entry)}: {certificate_standing(entry, workspace.now(), workspace.expiry())}"
    ]
    text += [Table(columns, rows)] if found else []
    text += later if found or later else ["nothing depends on it"]
    return Answer({"certificate_id": id, "depends": [dependence_document(one, counts) for one in found]}, text)


def _names(workspace: Workspace) -> dict[int, str]:
    landscape = workspace.impact.landscape()
    return {id: certificate.name for id, certificate in landscape.certificates.items()}


def _stop(one: NextStop, counts: Counts, names: Mapping[int, str]) -> Iterator[Row]:
    """What one cause stops, and how to end it."""
    for consequence in () if one.stop is None else one.stop.consequences:
        yield from _consequence(consequence, counts, names)
    yield SpanningRow(prevention_line(one.prevention), indent=2)


def _consequence(one: Consequence, counts: Counts, names: Mapping[int, str]) -> Iterator[Row]:
    since = "-" if one.since is None else minute(one.since)
    yield [CAPABILITIES[one.capability], styled(one.level, LEVEL_STYLES), since, *_whom(one.platforms, counts)]
    yield SpanningRow(f"{one.seen}: {cause(one, names)}", indent=2)


def _event(
    event: OutlookEvent, counts: Counts, names: Mapping[int, str], steps: Mapping[Stop, Prevention]
) -> Iterator[Row]:
    at = minute(event.at)
    for stop in by_cause(event.began):
        for one in stop.consequences:
            yield [at, CAPABILITIES[one.capability], styled(one.level, LEVEL_STYLES), *_whom(one.platforms, counts)]
            yield SpanningRow(f"{one.seen}: {cause(one, names)}", indent=2)
        if (step := steps.get(stop)) is not None:  # unless it changed between the two reads
            yield SpanningRow(prevention_line(step), indent=2)
    for one in event.ended:
        yield [at, CAPABILITIES[one.capability], styled(Level.FINE, LEVEL_STYLES), *_whom(one.platforms, counts)]
        yield SpanningRow(f"no more: {cause(one, names)}", indent=2)


def _dependence(one: Dependence, counts: Counts) -> Iterator[Row]:
    how = "through its chain" if one.through_chain else "until a task is done" if one.waits else "uses it"
    yield [placed_title(BY_ID[one.component.need], one.component.name), how, minute(one.at)]
    for effect in one.effects:
        names = platform_names(effect.platforms)
        whom = f"{'all platforms' if names == 'all' else names}; {plural(affected(effect.platforms, counts), 'device')}"
        yield SpanningRow(f"then {effect.level}: {effect.seen} ({whom})", indent=2)


def _whom(platforms: Sequence[Platform], counts: Counts) -> tuple[str, str]:
    return platform_names(platforms), f"{affected(platforms, counts):,}"
