"""``certfleet bulk list`` and ``show``."""

from __future__ import annotations

from datetime import datetime

import click

from ..store.inventory.status import days_until, status_within
from ..store.model.bulk import DeviceIdentityCertificate, IdentityType
from ..store.model.certificate import Status
from ..store.words import moment
from ..store.workspace import Workspace
from .bulk_options import IDENTITY_TYPE
from .frame.answer import details, emit, say
from .frame.parameters import TEXT
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table
from .phrases import STYLES, device_title

COLUMNS = (
    Column("ID", right=True),
    Column("TYPE"),
    Column("IDENTITY", least=16),
    Column("STATUS"),
    Column("DAYS", right=True),
    Column("EXPIRES"),
    Column("SUBJECT", least=16),
)
type_option = click.option("--identity-type", type=IDENTITY_TYPE, help="SERIAL_NUMBER, IMEI or MEID; else all.")


@click.command("list")
@type_option
@click.option("--expired", is_flag=True, help="Those that have expired.")
@pass_session
def list_certificates(session: Session, identity_type: IdentityType | None, expired: bool) -> None:
    """List the device certificates that were imported in bulk."""
    with session.open() as workspace:
        found = workspace.bulk.list(identity_type, [Status.EXPIRED] if expired else ())
        if session.json:
            certificates = [workspace.bulk.as_json(record) for record in found]
            emit({"certificates": certificates, "total": len(certificates)})
        elif found:
            now = workspace.now()
            table(COLUMNS, [_row(record, now) for record in found])
        else:
            say("no device certificate fits" if workspace.bulk.count() else "no device certificate has been imported")


@click.command()
@click.argument("identity", type=TEXT, metavar="IDENTITY")
@type_option
@pass_session
def show(session: Session, identity: str, identity_type: IdentityType | None) -> None:
    """Show the certificate of IDENTITY: a serial number, an IMEI or a MEID."""
    with session.open() as workspace:
        record = workspace.bulk.named(identity, identity_type)
        if session.json:
            emit({"certificate": workspace.bulk.as_json(record)})
        else:
            details(_details(workspace, record))


def _row(record: DeviceIdentityCertificate, now: datetime) -> list[str | Cell]:
    found = status_within(record.not_before, record.not_after, now)
    return [
        str(record.id),
        record.identity_type.value,
        record.identity,
        Cell(found.value, STYLES[found]),
        str(days_until(record.not_after, now)),
        f"{record.not_after:%Y-%m-%d}",
        record.subject,
    ]


def _details(workspace: Workspace, record: DeviceIdentityCertificate) -> list[tuple[str, str]]:
    fields = workspace.bulk.as_json(record)
    days = fields["days_left"]
    size = f" {record.key_size}" if record.key_size and not any(map(str.isdigit, record.key_algorithm)) else ""
    device = "not known yet"
    if fields["device_id"] is not None:
        device = device_title(workspace.devices.get(fields["device_id"]))
    return [
        ("certificate", f"#{record.id} {record.identity} ({record.identity_type})"),
        ("status", f"{fields['status']}, {days} days left" if days >= 0 else f"expired {-days} days ago"),
        ("subject", record.subject),
        ("issuer", record.issuer),
        ("serial number", record.serial_number),
        ("not before", moment(record.not_before)),
        ("not after", moment(record.not_after)),
        ("key", f"{record.key_algorithm}{size}"),
        ("SHA-256", record.fingerprint_sha256),
        ("key's SHA-256", record.public_key_sha256),
        ("device", device + (f"\n{fields['note']}" if fields["note"] else "")),
        ("imported", f"{moment(record.imported_at)} by {record.imported_by} from {record.source or 'an archive'}"),
    ]
