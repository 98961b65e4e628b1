"""The list of bulk device certificates, and one of them in full."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType

from ...store.printable import printable
from ...store.words import day, days_text, hexadecimal, key_text, minute, moment
from ..components.columns import Column
from ..components.fields import Value, fields
from ..components.record_table import RecordTable
from ..components.text_styles import STATUS_TONES, Tone, style_of, styled
from ..components.wording import SYMBOLS, status_text
from .rows import BulkRow, identity_title


def _device_text(row: BulkRow) -> str:
    return "none yet" if row.device_id is None else f"#{row.device_id} {row.model}"


def _device_tone(row: BulkRow) -> Tone | None:
    return Tone.DIM if row.device_id is None else Tone.EXPIRING if row.note else None


COLUMNS = (
    Column[BulkRow]("identity", "Identity", lambda row: row.record.identity, None, lambda row: Tone.STRONG, 16, grow=1),
    Column[BulkRow]("type", "Type", lambda row: identity_title(row.record), width=13, keep=4),
    Column[BulkRow]("subject", "Subject", lambda row: row.subject, None, lambda row: Tone.DIM, 16, grow=2, keep=5),
    Column[BulkRow](
        "expires",
        "Expires",
        lambda row: f"{SYMBOLS[row.status]} {day(row.record.not_after)}",
        lambda row: (row.record.not_after, row.record.identity),
        lambda row: STATUS_TONES[row.status],
        12,
        keep=1,
    ),
    Column[BulkRow](
        "days",
        "Days",
        lambda row: f"{row.days:,}",
        lambda row: (row.days, row.record.identity),
        lambda row: STATUS_TONES[row.status],
        6,
        right=True,
    ),
    Column[BulkRow](
        "device",
        "Device",
        _device_text,
        lambda row: (row.device_id or 0, row.record.identity),
        _device_tone,
        12,
        grow=2,
    ),
    Column[BulkRow](
        "policies",
        "Installed by",
        lambda row: row.policies or "–",
        lambda row: (not row.policies, row.policies, row.record.identity),
        lambda row: None if row.policies else Tone.DIM,
        12,
        grow=1,
    ),
)


class BulkTable(RecordTable[BulkRow], inherit_bindings=False):
    """What ends first comes first. ``g`` is left to the screen, where it goes to the device."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(binding for binding in RecordTable.BINDINGS if isinstance(binding, Binding) and binding.action != "jump(0)"),
        Binding("home", "jump(0)", "First", show=False),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(COLUMNS, sort="days", empty="Looking …", id=id)


def bulk_fields(app: App[object], row: BulkRow) -> Table:
    """All that is known of a certificate, passwords and keys left out."""
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
        ("Issuer", printable(record.issuer)),
        ("Serial number", record.serial_number),
        ("Key", key_text(record.key_algorithm, record.key_size)),
        ("SHA-256", hexadecimal(record.fingerprint_sha256)),
        ("Imported", f"{minute(record.imported_at)} by {printable(record.imported_by)}{source}"),
    ]
    return fields(app, pairs)


def bulk_title(app: App[object], row: BulkRow) -> Text:
    """``#12 F2LX000012  serial number``."""
    title = styled(app, (f"#{row.id} ", Tone.DIM), (row.record.identity, Tone.STRONG))
    return title.append(f"   {identity_title(row.record)}", style_of(app, Tone.DIM))
