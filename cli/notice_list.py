"""``certfleet notice list`` and ``show``; and how notices are spoken of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from ..store.model.notice import Delivery, DeliveryState, Notice, Urgency
from ..store.words import moment
from .frame.answer import details, emit, say
from .frame.parameters import id_argument
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table

URGENCY_STYLES = {Urgency.INFO: "", Urgency.WARNING: "yellow", Urgency.URGENT: "bold red"}
COLUMNS = (
    Column("ID", right=True),
    Column("AT (UTC)"),
    Column("URGENCY"),
    Column("READ"),
    Column("DELIVERY"),
    Column("NOTICE", least=20, wraps=True),
)


@click.command("list")
@click.option("--unread", is_flag=True, help="Only what you have not marked as read.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="At most so many.")
@pass_session
def list_notices(session: Session, unread: bool, limit: int) -> None:
    """List the newest notices, newest first."""
    with session.open() as workspace:
        user = workspace.actor.user
        notices = workspace.notices.list(limit, unread_by=user if unread else None)
        states = workspace.outbox.states(notice.id for notice in notices)
        count = workspace.notices.unread(user)
    if session.json:
        emit({"notices": [notice_as_json(notice, user, states) for notice in notices], "unread": count})
    elif notices:
        table(COLUMNS, [_row(notice, user, states) for notice in notices])
    else:
        say("no unread notice" if unread else "no notice")


@click.command()
@id_argument
@pass_session
def show(session: Session, id: int) -> None:
    """Show notice ID in full, and how its delivery stands. That doesn't mark it as read."""
    with session.open() as workspace:
        told, user = workspace.notices.get(id), workspace.actor.user
        deliveries, states = workspace.outbox.list_for(id), workspace.outbox.states([id])
    if session.json:
        document = {"notice": notice_as_json(told, user, states)}
        emit({**document, "deliveries": [delivery_as_json(delivery) for delivery in deliveries]})
        return
    details(
        [
            ("notice", f"#{told.id} {told.title}"),
            ("at", moment(told.at)),
            ("urgency", told.urgency.value),
            ("about", told.record),
            ("for", told.recipient or "the administrators"),
            ("read", "yes" if user in told.read_by else "no"),
            ("delivery", "\n".join(map(_delivered, deliveries)) or "nothing was configured when it was told"),
            ("text", told.text),
        ]
    )


def notice_as_json(told: Notice, user: str, states: Mapping[int, DeliveryState]) -> dict[str, Any]:
    """A notice as programs get it: whether ``user`` has read it, and how far its delivery is."""
    record: dict[str, Any] = msgspec.to_builtins(told)
    state = states.get(told.id)
    return {**record, "read": user in told.read_by, "delivery": None if state is None else state.value}


def delivery_as_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery as programs get it."""
    record: dict[str, Any] = msgspec.to_builtins(delivery)
    return {**record, "state": delivery.state.value}


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


def _row(told: Notice, user: str, states: Mapping[int, DeliveryState]) -> list[str | Cell]:
    state = states.get(told.id)
    return [
        str(told.id),
        f"{told.at:%Y-%m-%d %H:%M}",
        Cell(told.urgency.value, URGENCY_STYLES[told.urgency]),
        "yes" if user in told.read_by else "no",
        "-" if state is None else state.value,
        f"{told.title}. {told.text}",
    ]
