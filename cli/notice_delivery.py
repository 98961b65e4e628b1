"""``certfleet notice deliver`` and ``retry``; and delivering beside a command that takes long."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from ..store.errors import Refusal
from ..store.model.notice import Delivery, DeliveryState
from ..store.notices.courier_thread import CourierThread
from ..store.workspace import Workspace
from .frame.answer import emit, say
from .frame.parameters import ID
from .frame.session import Session, pass_session

PARTING = 1.5
"""Seconds that the end of a command waits for what is still due."""
FAILED = 1


@click.command()
@click.pass_context
@pass_session
def deliver(session: Session, context: click.Context) -> None:
    """Deliver what is due by mail and by webhook, each once, and end: for cron. What does not arrive is tried again
    later; the exit status is 1 where something did not."""
    with session.open() as workspace:
        if workspace.outbox.counts().waiting and workspace.deliveries.get().with_secret:
            workspace.vault.unlock()  # which may ask for the passphrase
        report = workspace.courier.deliver_due()
    if session.json:
        emit(
            {
                "delivered": report.delivered,
                "failed": report.failed,
                "given_up": report.given_up,
                "waiting": report.waiting,
                "busy": report.busy,
                "trouble": report.trouble,
            }
        )
    elif report.busy:
        say("another process delivers")
    else:
        parts = [(report.delivered, "delivered"), (report.failed, "failed"), (report.given_up, "given up")]
        said = ", ".join(f"{count:,} {what}" for count, what in parts if count)
        if said or report.trouble:
            say(f"{said or 'nothing delivered'}; {report.waiting:,} waiting")
        elif sys.stdout.isatty():  # cron sends a mail of whatever is printed
            say(f"nothing is due; {report.waiting:,} waiting")
        if report.trouble:
            say(report.trouble)
    if report.failed or report.trouble:
        context.exit(FAILED)


@click.command()
@click.argument("id", type=ID, metavar="[ID]", required=False)
@pass_session
def retry(session: Session, id: int | None) -> None:
    """Try again from the start what did not arrive: notice ID, or without it everything. `notice deliver`, a console
    or a simulation sends it."""
    with session.open() as workspace:
        count = workspace.outbox.retry_all() if id is None else len(_retried(workspace, id))
        counts = workspace.outbox.counts()
    if session.json:
        emit({"retried": count, "waiting": counts.waiting, "failed": counts.failed})
    else:
        say(f"{count:,} to be tried again; {counts.waiting:,} waiting")


def _retried(workspace: Workspace, id: int) -> list[Delivery]:
    workspace.notices.get(id)
    with workspace.database.transaction():
        found = workspace.outbox.list_for(id)
        missing = [delivery for delivery in found if delivery.state is not DeliveryState.DELIVERED]
        if not found:
            raise Refusal("delivery-unknown", f"notice {id} was told when nothing was configured to deliver it")
        return [workspace.outbox.retry(delivery.id) for delivery in missing or found]


@contextmanager
def delivering(workspace: Workspace) -> Iterator[CourierThread]:
    """Deliver beside what the block does. At the end what is due has a last chance, within about two seconds."""
    courier = CourierThread(workspace.courier).start()
    try:
        yield courier
    finally:
        courier.nudge()
        until = time.monotonic() + PARTING
        while _is_under_way(workspace) and time.monotonic() < until:
            time.sleep(0.05)
        courier.close()


def _is_under_way(workspace: Workspace) -> bool:
    """Whether something is due, or at its first attempt."""
    now = datetime.now(UTC)
    return any(
        delivery.next_try_at <= now or (delivery.attempts and not delivery.last_error)
        for delivery in workspace.outbox.pending()
    )
