"""``certfleet apns portal``: what the simulated push certificates portal has."""

from __future__ import annotations

import click

from ..store.inventory.status import days_until
from ..store.model.push import PortalStatus, PushCertificate, portal_status
from ..store.workspace import Workspace
from .apns_choice import apple_id_option, push_title
from .apns_steps import push_id_argument
from .frame.answer import emit, say
from .frame.output_file import Handout, handout_options
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table

STYLES = {
    PortalStatus.ACTIVE: "green",
    PortalStatus.EXPIRED: "red",
    PortalStatus.REVOKED: "red",
    PortalStatus.SUPERSEDED: "dim",
}
COLUMNS = (
    Column("ID", right=True),
    Column("APPLE ID", least=16),
    Column("SERVICE", least=14),
    Column("STATUS"),
    Column("DAYS", right=True),
    Column("EXPIRES"),
    Column("NAME", least=14),
    Column("VENDOR", least=10),
)


@click.group()
def portal() -> None:
    """What the simulated push certificates portal has."""


@portal.command("list")
@click.option("--apple-id", type=TEXT, metavar="MAIL-ADDRESS", help="Only those of this Apple ID.")
@pass_session
def list_certificates(session: Session, apple_id: str | None) -> None:
    """List the push certificates, as each Apple ID would see its own."""
    with session.open() as workspace:
        found = workspace.portal.list(apple_id)
        if session.json:
            emit({"push_certificates": [workspace.portal.as_json(record) for record in found]})
        elif found:
            table(COLUMNS, [_row(workspace, record) for record in found])
        else:
            say("the portal has no push certificate" if apple_id is None else f"{apple_id} has no push certificate")


@portal.command()
@push_id_argument
@click.option("--chain", is_flag=True, help="With its issuers below it.")
@handout_options
@pass_session
def download(session: Session, push_id: int, chain: bool, handout: Handout) -> None:
    """Write a push certificate as PEM, as the portal gives it."""
    handout.check(session)
    with session.open() as workspace:
        pem = workspace.portal.chain_pem(push_id) if chain else workspace.portal.pem(push_id)
    handout.write(session, pem)
    if session.json:
        emit({"id": push_id, **handout.as_json(pem)})
    elif handout.out is not None:
        say(f"written to {handout.out}")


@portal.command()
@push_id_argument
@apple_id_option
@pass_session
def forget(session: Session, push_id: int, apple_id: str) -> None:
    """Take out a certificate that was registered, as for a mistyped Apple ID."""
    with session.open() as workspace:
        record = workspace.portal.forget(apple_id, push_id)
        if session.json:
            emit({"forgotten": workspace.portal.as_json(record)})
        else:
            say(f"{push_title(record)} is not {record.apple_id}'s any more")


def _row(workspace: Workspace, record: PushCertificate) -> list[str | Cell]:
    now = workspace.now()
    status = portal_status(record, now)
    return [
        str(record.id),
        record.apple_id,
        record.service_name,
        Cell(status.value, STYLES[status]),
        str(days_until(record.not_after, now)),
        f"{record.not_after:%Y-%m-%d}",
        record.name,
        record.vendor or "-",
    ]
