"""``certfleet authority refresh``."""

from __future__ import annotations

from datetime import timedelta

import click

from ..store.authorities.groups import READY_AFTER, GroupState
from ..store.words import moment
from .authority_list import summary_of
from .frame.answer import emit, say
from .frame.parameters import DURATION, TEXT
from .frame.session import Session, pass_session


@click.command()
@click.option("--now", "at_once", is_flag=True, help="It is ready at once.")
@click.option("--after", type=DURATION, metavar="24h", help="It is ready after this time; without it, after 24h.")
@click.option("--name", type=TEXT, help="Its name; without it, group-2, group-3 and so on.")
@pass_session
def refresh(session: Session, at_once: bool, after: timedelta | None, name: str | None) -> None:
    """Request a new CA group. When it is ready a notice says so, and new device certificates come from it;
    enrolled devices keep working with theirs."""
    if at_once and after is not None:
        raise click.UsageError("--now and --after exclude each other.")
    ready_after = timedelta(0) if at_once else READY_AFTER if after is None else after
    with session.open() as workspace:
        group = workspace.authorities.refresh(name=name, ready_after=ready_after)
        summary = summary_of(workspace, group.name)
        if session.json:
            emit({"authority": workspace.authorities.as_json(summary)})
        elif summary.state is GroupState.REQUESTED:
            say(f"requested CA group {group.name}; it issues from {moment(group.ready_at)} on")
        else:
            say(f"CA group {group.name} is ready; new device certificates come from it")
