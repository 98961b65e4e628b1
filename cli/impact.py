"""``certfleet impact``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import click

from ..store.clock import rfc3339
from ..store.impact.components import title_of
from ..store.impact.consequences import Consequence
from ..store.impact.needs import BY_ID, CAPABILITIES, Level
from ..store.impact.outlook import Dependence, Event, affected
from ..store.impact.views import counted_as_json, dependence_as_json, event_as_json
from ..store.model.device import Platform
from ..store.words import moment
from ..store.workspace import Workspace
from .consequences import cause, level_cell, placed_title, platform_names
from .frame.answer import emit, say
from .frame.parameters import DURATION, ID, MOMENT
from .frame.session import Session, pass_session
from .frame.tables import Across, Cell, Column, table
from .phrases import devices, standing, title

WHAT, LEVEL, PLATFORM, DEVICES = (
    Column("WHAT", least=24),
    Column("LEVEL"),
    Column("PLATFORMS", least=12),
    Column("DEVICES", right=True),
)
Counts = Mapping[Platform, int]
Line = Sequence[str | Cell] | Across


@click.command()
@click.option("--at", type=MOMENT, metavar="2027-01-05", help="At a moment to come, if nobody does anything.")
@click.option("--for", "span", type=DURATION, metavar="90d", help="What begins and ends in that time by itself.")
@click.option(
    "--certificate", "certificate_id", type=ID, metavar="ID", help="What depends on this one, and until when."
)
@pass_session
def impact(session: Session, at: datetime | None, span: timedelta | None, certificate_id: int | None) -> None:
    """What is stopped or degraded now, because of which certificate, and for how many devices; or what would be."""
    if sum(option is not None for option in (at, span, certificate_id)) > 1:
        raise click.UsageError("--at, --for and --certificate exclude each other.")
    with session.open() as workspace:
        if certificate_id is not None:
            _depending(session, workspace, certificate_id)
        elif span is not None:
            _coming(session, workspace, span)
        else:
            _stopped(session, workspace, at)


def _stopped(session: Session, workspace: Workspace, at: datetime | None) -> None:
    now = workspace.now()
    if at is not None and at < now:
        raise click.BadParameter(f"the moment has passed: it is {moment(now)}", param_hint="--at")
    at = at or now
    found, counts, names = workspace.impact.consequences(at), workspace.impact.platforms(), _names(workspace)
    if session.json:
        emit({"at": rfc3339(at), "consequences": [counted_as_json(one, counts) for one in found]})
    elif found:
        columns = (WHAT, LEVEL, Column("SINCE (UTC)"), PLATFORM, DEVICES)
        table(columns, [line for one in found for line in _consequence(one, counts, names)])
    else:
        say("nothing is stopped or degraded" if at == now else f"nothing will be stopped or degraded on {moment(at)}")


def _coming(session: Session, workspace: Workspace, span: timedelta) -> None:
    until = workspace.now() + span
    events, counts, names = workspace.impact.upcoming(until), workspace.impact.platforms(), _names(workspace)
    if session.json:
        emit({"events": [event_as_json(event, counts) for event in events], "until": rfc3339(until)})
    elif events:
        columns = (Column("AT (UTC)"), WHAT, LEVEL, PLATFORM, DEVICES)
        table(columns, [line for event in events for line in _event(event, counts, names)])
    else:
        say(f"nothing begins or ends by itself until {moment(until)}")


def _depending(session: Session, workspace: Workspace, id: int) -> None:
    entry, counts = workspace.inventory.get(id), workspace.impact.platforms()
    found = workspace.impact.dependences(id)
    if session.json:
        emit({"certificate_id": id, "depends": [dependence_as_json(one, counts) for one in found]})
        return
    say(f"{title(entry)}: {standing(entry, workspace.now())}")
    if found:
        columns = (Column("COMPONENT", least=24), Column("DEPENDS", least=16), Column("UNTIL (UTC)"))
        table(columns, [line for one in found for line in _dependence(one, counts)])
    waiting = [one for one in workspace.components.using(id) if one.certificate_id == id != one.served_id]
    for one in waiting:
        say(f"{title_of(one)} will use it when that is done elsewhere; until then it goes on with #{one.served_id}")
    if not found and not waiting:
        say("nothing depends on it")


def _names(workspace: Workspace) -> dict[int, str]:
    landscape = workspace.impact.landscape()
    return {id: certificate.name for id, certificate in landscape.certificates.items()}


def _consequence(one: Consequence, counts: Counts, names: Mapping[int, str]) -> Iterator[Line]:
    since = "-" if one.since is None else f"{one.since:%Y-%m-%d %H:%M}"
    yield [CAPABILITIES[one.capability], level_cell(one.level), since, *_whom(one.platforms, counts)]
    yield Across(f"{one.seen}: {cause(one, names)}", indent=2)


def _event(event: Event, counts: Counts, names: Mapping[int, str]) -> Iterator[Line]:
    at = f"{event.at:%Y-%m-%d %H:%M}"
    for one in event.began:
        yield [at, CAPABILITIES[one.capability], level_cell(one.level), *_whom(one.platforms, counts)]
        yield Across(f"{one.seen}: {cause(one, names)}", indent=2)
    for one in event.ended:
        yield [at, CAPABILITIES[one.capability], level_cell(Level.FINE), *_whom(one.platforms, counts)]
        yield Across(f"no more: {cause(one, names)}", indent=2)


def _dependence(one: Dependence, counts: Counts) -> Iterator[Line]:
    how = "through its chain" if one.through_chain else "until a task is done" if one.waits else "uses it"
    yield [placed_title(BY_ID[one.component.need], one.component.name), how, f"{one.at:%Y-%m-%d %H:%M}"]
    for effect in one.effects:
        names = platform_names(effect.platforms)
        whom = f"{'all platforms' if names == 'all' else names}; {devices(affected(effect.platforms, counts))}"
        yield Across(f"then {effect.level}: {effect.seen} ({whom})", indent=2)


def _whom(platforms: Sequence[Platform], counts: Counts) -> tuple[str, str]:
    return platform_names(platforms), f"{affected(platforms, counts):,}"
