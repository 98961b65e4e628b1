"""``certfleet bulk``: the bulk device certificates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..simulator.engine.processes.workers import executor_for
from ..store.bulk.archive import open_archive
from ..store.bulk.removal_list import read_removal_list
from ..store.bulk.results import BulkResult, FileResult, Outcome, counted
from ..store.inventory.expiry import ExpiryRules
from ..store.inventory.status import days_until, status_within
from ..store.model.bulk import DeviceIdentityCertificate, IdentityType
from ..store.model.expiry import ExpiryUse
from ..store.views.certificate import STATUS_STYLES, key_of, name_text
from ..store.views.device import device_title
from ..store.views.documents import fields_of
from ..store.views.identity_certificate import identity_certificate_document
from ..store.words import day, moment, plural
from ..store.workspace import Workspace
from .frame.answer import Answer, Facts, Text
from .frame.command import command
from .frame.input_file import input_name, seekable, stream
from .frame.interruption import stop_on_signal
from .frame.parameters import FILE, TEXT, identity_type_option
from .frame.progress import progress
from .frame.session import Session
from .frame.spreading import hands, spreading_options
from .frame.tables import Cell, Listing, styled

OUTCOME_STYLES = {Outcome.REPLACED: "yellow", Outcome.REFUSED: "red"}


@command(
    "import",
    examples=[
        "certfleet bulk import vpn.zip --identity-type serial-number",
        "certfleet bulk import vpn.zip --identity-type serial-number --credentials credential.txt",
    ],
    changes=True,
)
@click.argument("archive", type=FILE, metavar="ZIP")
@identity_type_option(required=True)
@click.option(
    "--credentials", type=TEXT, metavar="NAME", help="The credential file in the archive. Default: its only text file."
)
@spreading_options()
def import_archive(
    session: Session, archive: Path, identity_type: IdentityType, credentials: str | None, workers: int
) -> Answer:
    """Import a .zip of PKCS #12 files named after devices (IDENTITY.p12), with a text file of their passwords: a line
    IDENTITY.p12=PASSWORD for each. Files are imported independently of each other; refused ones are listed with the
    reason. If interrupted, run the same command again: what was imported stays as it is."""
    with seekable(archive) as source, open_archive(source, credentials=credentials, name=input_name(archive)) as opened:
        workspace = session.open(create=True)
        with (
            hands(workers) as by,
            executor_for(by.workers, by.executor) as executor,
            progress(len(opened.files), "Importing") as advance,
            stop_on_signal() as stop,
        ):
            results = workspace.bulk.import_files(
                opened, identity_type, executor=executor, progress=advance, stop=stop.is_asked
            )
            result = BulkResult(results=tuple(results), total=len(opened.files), notes=opened.notes)
    return Answer(lambda: _result_as_json(workspace, result), _result_text(result), status=stop.status)


def _result_text(result: BulkResult) -> Iterator[Text]:
    told = [one for one in result.results if one.outcome in OUTCOME_STYLES or one.notes]
    if told:
        yield Listing(map(_result_row, told), least={"FILE": 16, "WHY": 30}, wraps=("WHY",))
    for note in result.notes:
        yield f"note: {note}"
    files = plural(result.total, "file")
    yield f"{files}: {counted(one.outcome for one in result.results)}"
    if result.stopped:
        yield f"stopped after {len(result.results):,}; run the same command again to import the rest"


def _result_row(one: FileResult) -> dict[str, str | Cell]:
    if one.refusal is not None:
        why = f"{one.refusal.code}: {one.refusal.message}"
    elif one.replaced is not None:
        why = " ".join((f"Before: {name_text(one.replaced.subject)}, until {day(one.replaced.not_after)}.", *one.notes))
    else:
        why = " ".join(one.notes)
    return {"FILE": one.file, "RESULT": Cell(one.outcome.value, OUTCOME_STYLES.get(one.outcome, "")), "WHY": why}


def _result_as_json(workspace: Workspace, result: BulkResult) -> dict[str, Any]:
    taken = {
        name: [_taken_as_json(workspace, one) for one in result.with_outcome(outcome)]
        for name, outcome in (
            ("imported", Outcome.IMPORTED),
            ("replaced", Outcome.REPLACED),
            ("already_there", Outcome.ALREADY_THERE),
        )
    }
    refused = [
        {"file": one.file, "identity": one.identity, "code": one.refusal.code, "message": one.refusal.message}
        for one in result.results
        if one.refusal is not None
    ]
    ending = {"total": result.total, "stopped": result.stopped, "notes": list(result.notes)}
    return {**taken, "refused": refused, **ending}


def _taken_as_json(workspace: Workspace, one: FileResult) -> dict[str, Any]:
    assert one.record is not None
    return {
        "file": one.file,
        **fields_of(identity_certificate_document(one.record, workspace.now(), workspace.expiry(), workspace.bulk)),
        "notes": list(one.notes),
    }


@command(examples=["certfleet bulk delete leavers.txt --identity-type serial-number"], changes=True)
@click.argument("file", type=FILE, metavar="FILE")
@identity_type_option(required=True)
def delete(session: Session, file: Path, identity_type: IdentityType) -> Answer:
    """Delete the certificates of the identities in a text file, one a line, or of the .p12 files in a .zip, as it was
    imported. Lines are handled independently of each other; refused ones are listed with the reason. Devices lose the
    certificates at their next check-in."""
    with stream(file) as source:
        listed = read_removal_list(source)
    workspace = session.open()
    with progress(len(listed) if isinstance(listed, list) else listed.count(b"\n") + 1, "Deleting") as advance:
        results = workspace.bulk.delete(listed, identity_type=identity_type, progress=advance)
    refused = [(result, result.refusal) for result in results if result.refusal is not None]
    deleted = [result.record for result in results if result.record is not None]
    rows = [
        {"LINE": str(one.line), "IDENTITY": one.identity, "WHY": f"{refusal.code}: {refusal.message}"}
        for one, refusal in refused
    ]
    said = f"{len(deleted):,} deleted" + (f", {len(refused):,} refused" if refused else "")
    return Answer(
        {
            "deleted": [
                {"id": record.id, "identity_type": record.identity_type, "identity": record.identity}
                for record in deleted
            ],
            "refused": [
                {"line": one.line, "identity": one.identity, "code": refusal.code, "message": refusal.message}
                for one, refusal in refused
            ],
            "total": len(results),
        },
        [
            [Listing(rows, right=("LINE",), least={"IDENTITY": 16, "WHY": 30}, wraps=("WHY",))] if refused else (),
            f"{plural(len(results), 'identity')}: {said}",
        ],
    )


@command("list", examples=["certfleet bulk list --expired"], lists="certificates")
@identity_type_option()
@click.option("--expired", is_flag=True, help="Only expired certificates.")
def list_certificates(session: Session, identity_type: IdentityType | None, expired: bool) -> Answer:
    """List the device certificates that were imported in bulk."""
    workspace = session.open()
    found = workspace.bulk.list(identity_type, expired=expired)
    none = "no matching device certificates" if workspace.bulk.count() else "no device certificate has been imported"
    return Answer(
        lambda: {
            "certificates": [
                identity_certificate_document(record, workspace.now(), workspace.expiry(), workspace.bulk)
                for record in found
            ],
            "total": len(found),
        },
        Listing(
            (_row(record, workspace.now(), workspace.expiry()) for record in found),
            right=("ID", "DAYS"),
            least={"IDENTITY": 16, "SUBJECT": 16},
            none=none,
        ),
    )


def _row(record: DeviceIdentityCertificate, now: datetime, rules: ExpiryRules) -> dict[str, str | Cell]:
    found = status_within(record.not_before, record.not_after, now, rules[ExpiryUse.DEVICE])
    return {
        "ID": str(record.id),
        "TYPE": record.identity_type.value,
        "IDENTITY": record.identity,
        "STATUS": styled(found, STATUS_STYLES),
        "DAYS": str(days_until(record.not_after, now)),
        "EXPIRES": day(record.not_after),
        "SUBJECT": name_text(record.subject),
    }


@command(examples=["certfleet bulk show F2LX0001"])
@click.argument("identity", type=TEXT, metavar="IDENTITY")
@identity_type_option()
def show(session: Session, identity: str, identity_type: IdentityType | None) -> Answer:
    """Show the certificate of IDENTITY: a serial number, an IMEI or a MEID."""
    workspace = session.open()
    record = workspace.bulk.named(identity, identity_type)
    return Answer(
        {"certificate": identity_certificate_document(record, workspace.now(), workspace.expiry(), workspace.bulk)},
        Facts(_facts(workspace, record)),
    )


def _facts(workspace: Workspace, record: DeviceIdentityCertificate) -> list[tuple[str, str]]:
    fields = fields_of(identity_certificate_document(record, workspace.now(), workspace.expiry(), workspace.bulk))
    days = fields["days_left"]
    device = "not known yet"
    if fields["device_id"] is not None:
        device = device_title(workspace.devices.get(fields["device_id"]))
    return [
        ("certificate", f"#{record.id} {record.identity} ({record.identity_type})"),
        ("status", f"{fields['status']}, {days} days left" if days >= 0 else f"expired {-days} days ago"),
        ("subject", name_text(record.subject)),
        ("issuer", name_text(record.issuer)),
        ("serial number", record.serial_number),
        ("not before", moment(record.not_before)),
        ("not after", moment(record.not_after)),
        ("key", key_of(record)),
        ("SHA-256", record.fingerprint_sha256),
        ("key's SHA-256", record.public_key_sha256),
        ("device", device + (f"\n{fields['note']}" if fields["note"] else "")),
        ("imported", f"{moment(record.imported_at)} by {record.imported_by} from {record.source or 'an archive'}"),
    ]
