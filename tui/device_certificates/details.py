"""The details of a bulk device certificate."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import App

from ...store.printable import printable
from ...store.views.certificate import key_of, name_text, status_text
from ...store.words import days_text, hexadecimal, minute, moment
from ..components.fields import Value, fields
from ..components.text_styles import STATUS_TONES, Tone, style_of, styled
from ..lists.details_pane import Details
from .rows import BulkRow, identity_title


def bulk_details(app: App[object], row: BulkRow) -> Details:
    """The title ``#12 F2LX000012  serial number``, and all fields."""
    number, identity = (f"#{row.id} ", Tone.DIM), (row.record.identity, Tone.STRONG)
    title = styled(app, number, identity, (f"   {identity_title(row.record)}", Tone.DIM))
    return Details(title, bulk_fields(app, row))


def bulk_fields(app: App[object], row: BulkRow) -> Table:
    """The fields of a certificate, without passwords and keys."""
    record, dim = row.record, style_of(app, Tone.DIM)
    device: Value = Text("none with this identity yet; it waits for it", dim)
    if row.device_id is not None:
        device = Text(f"#{row.device_id} {row.device}")
        if row.note:
            device.append(f"\n{printable(row.note)}", style_of(app, Tone.EXPIRING))
    standing = styled(app, (status_text(row.status), STATUS_TONES[row.status]), f"   {days_text(row.days)}")
    source = f", {printable(record.source)}" if record.source else ""
    pairs: list[tuple[str, Value]] = [
        ("Status", standing),
        ("Device", device),
        ("Installed by", row.policies or Text("no policy", dim)),
        ("Valid", f"{moment(record.not_before)} to {moment(record.not_after)}"),
        ("Subject", row.subject),
        ("Issuer", name_text(record.issuer)),
        ("Serial number", record.serial_number),
        ("Key", key_of(record)),
        ("SHA-256", hexadecimal(record.fingerprint_sha256)),
        ("Imported", f"{minute(record.imported_at)} by {printable(record.imported_by)}{source}"),
    ]
    return fields(app, pairs)
