"""``certfleet notice drill``: whether notices reach the owners."""

from __future__ import annotations

import click

from ...store.notices.drills import DrillStanding
from ...store.words import minute, plural
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.session import Session
from ..frame.tables import Listing


@command(examples=["certfleet notice drill", "certfleet notice drill --list"], changes=True)
@click.option("--list", "listed", is_flag=True, help="Ask nobody; list who has answered the last drill.")
def drill(session: Session, listed: bool) -> Answer:
    """Ask every owner for an answer: each gets a notice, and answers by acknowledging it (`certfleet notice ack`, d in
    the console). Who hasn't within a week is a worry on the checklist. It happens by itself on the first Monday of
    March and of September (`certfleet site set --no-drills`)."""
    workspace = session.open()
    if not listed:
        workspace.drills.start()
    found = workspace.drills.standing()
    table = Listing(
        (_row(one) for one in found),
        right=("NOTICE",),
        none="nobody has been asked yet",
    )
    asked = () if listed else (f"{plural(len(found), 'owner')} asked for an answer",)
    return Answer({"drill": found}, [asked, table])


def _row(one: DrillStanding) -> dict[str, str]:
    answered = "no" if one.answered_at is None else f"{minute(one.answered_at)} by {one.answered_by}"
    return {
        "NOTICE": str(one.notice_id),
        "OWNER": one.person,
        "ASKED (UTC)": minute(one.asked_at),
        "ANSWERED": answered,
    }
