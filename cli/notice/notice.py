"""``certfleet notice``: list, show, read, unread and ack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import click

from ...store.model.notice import Delivery, DeliveryState, Notice, Stage
from ...store.notices.acknowledging import acknowledged_text
from ...store.views.notice import URGENCY_STYLES, delivery_document, notice_document
from ...store.words import minute, moment
from ..frame.answer import Answer, Facts
from ..frame.command import command
from ..frame.parameters import DURATION, ID, id_argument, limit_option
from ..frame.session import Session
from ..frame.tables import Cell, Listing, styled


@command("list", examples=["certfleet notice list --unread"], lists="notices")
@click.option("--unread", is_flag=True, help="Only notices that you have not marked as read.")
@limit_option(100)
def list_notices(session: Session, unread: bool, limit: int) -> Answer:
    """List the newest notices, newest first."""
    workspace = session.open()
    user = workspace.actor.user
    notices = workspace.notices.list(limit, unread_by=user if unread else None)
    states = workspace.outbox.states(notice.id for notice in notices)
    return Answer(
        {
            "notices": [notice_document(notice, user, states) for notice in notices],
            "unread": workspace.notices.unread(user),
        },
        Listing(
            (_row(notice, user, states) for notice in notices),
            right=("ID",),
            least={"NOTICE": 20},
            wraps=("NOTICE",),
            none="no unread notice" if unread else "no notice",
        ),
    )


def _row(told: Notice, user: str, states: Mapping[int, DeliveryState]) -> dict[str, str | Cell]:
    state = states.get(told.id)
    return {
        "ID": str(told.id),
        "AT (UTC)": minute(told.at),
        "URGENCY": styled(told.urgency, URGENCY_STYLES),
        "READ": "yes" if user in told.read_by else "no",
        "DELIVERY": "-" if state is None else state.value,
        "NOTICE": f"{told.title}. {told.text}",
    }


@command(examples=["certfleet notice show 4"])
@id_argument
def show(session: Session, id: int) -> Answer:
    """Show notice ID in full, and the state of its delivery. This doesn't mark it as read."""
    workspace = session.open()
    told, user = workspace.notices.get(id), workspace.actor.user
    deliveries, states = workspace.outbox.list_for(id), workspace.outbox.states([id])
    return Answer(
        {
            "notice": notice_document(told, user, states),
            "deliveries": [delivery_document(delivery) for delivery in deliveries],
        },
        Facts(
            [
                ("notice", f"#{told.id} {told.title}"),
                ("at", moment(told.at)),
                ("urgency", told.urgency.value),
                ("about", told.record),
                ("for", told.recipient or "the administrators"),
                *_answers(told, workspace.now()),
                ("read", "yes" if user in told.read_by else "no"),
                ("delivery", "\n".join(map(_delivered, deliveries)) or "nothing was configured when it was given"),
                ("text", told.text),
            ]
        ),
    )


def _answers(told: Notice, now: datetime) -> Iterator[tuple[str, str]]:
    """Who answers for it, and what they do about it."""
    if told.owner:
        stage = {Stage.OWNER: "", Stage.DEPUTY: "; it has gone to the deputy", Stage.ALL: "; it has gone to all"}
        deputy = f", deputy {told.deputy}" if told.deputy else ""
        yield "owner", f"{told.owner}{deputy}{stage[told.stage]}"
    yield "acknowledged", acknowledged_text(told, now) or "by nobody"
    if told.over_at is not None:
        yield "over", moment(told.over_at)
    if told.runbook:
        yield "runbook", told.runbook


def _delivered(delivery: Delivery) -> str:
    to = f" to {', '.join(delivery.to)}" if delivery.to else ""
    attempts = {0: "", 1: ", one attempt"}.get(delivery.attempts, f", {delivery.attempts} attempts")
    match delivery.state:
        case DeliveryState.DELIVERED:
            assert delivery.delivered_at is not None
            return f"{delivery.channel}: delivered{to} on {moment(delivery.delivered_at)}"
        case DeliveryState.WAITING:
            again = f", next on {moment(delivery.next_try_at)}" if delivery.attempts else ""
            why = f": {delivery.last_error}" if delivery.last_error else ""
            return f"{delivery.channel}: waiting{to}{attempts}{again}{why}"
        case _:
            return f"{delivery.channel}: given up{to}{attempts}: {delivery.last_error}"


@command(examples=["certfleet notice read 4 5", "certfleet notice read --all"], changes=True)
@click.argument("ids", type=ID, nargs=-1, metavar="ID...")
@click.option("--all", "everything", is_flag=True, help="Every notice.")
def read(session: Session, ids: tuple[int, ...], everything: bool) -> Answer:
    """Mark notices as read, for yourself: other people have their own marks."""
    if bool(ids) == everything:
        raise click.UsageError("Name the notices, or add --all.")
    workspace = session.open()
    user, notices = workspace.actor.user, workspace.notices
    changed = notices.mark_all_read(user) if everything else notices.mark_read(ids, user)
    return _marked(changed, notices.unread(user), "marked as read")


@command(examples=["certfleet notice unread 4"], changes=True)
@click.argument("ids", type=ID, nargs=-1, required=True, metavar="ID...")
def unread(session: Session, ids: tuple[int, ...]) -> Answer:
    """Mark notices as unread again."""
    workspace = session.open()
    changed = workspace.notices.mark_unread(ids, workspace.actor.user)
    return _marked(changed, workspace.notices.unread(workspace.actor.user), "marked as unread")


@command(
    examples=["certfleet notice ack 4", "certfleet notice ack 4 5 --for 3d", "certfleet notice ack 4 --withdraw"],
    changes=True,
)
@click.argument("ids", type=ID, nargs=-1, required=True, metavar="ID...")
@click.option(
    "--for",
    "length",
    type=DURATION,
    metavar="7d",
    help="For how long you deal with it; then it counts again who hasn't acknowledged it. [default: 7d]",
)
@click.option("--withdraw", is_flag=True, help="Take the acknowledgement back.")
def ack(session: Session, ids: tuple[int, ...], length: timedelta | None, withdraw: bool) -> Answer:
    """Acknowledge notices: you deal with it, and until then they go to nobody else. A notice that its owner doesn't
    acknowledge goes to the deputy, then to all (`certfleet site set --escalation-hours`). Acknowledging the question of
    a drill answers it."""
    if withdraw and length is not None:
        raise click.UsageError("--for and --withdraw exclude each other.")
    workspace = session.open()
    use, user = workspace.acknowledgements, workspace.actor.user
    until = None if length is None else workspace.now() + length
    done = use.withdraw(ids) if withdraw else use.acknowledge(ids, until)
    states = workspace.outbox.states(notice.id for notice in done)
    said = [f"notice {one.id}: {acknowledged_text(one, workspace.now()) or 'nobody deals with it'}" for one in done]
    return Answer({"notices": [notice_document(one, user, states) for one in done]}, said or "none was acknowledged")


def _marked(changed: int, left: int, done: str) -> Answer:
    return Answer({"changed": changed, "unread": left}, f"{changed:,} {done}; {left:,} unread")
