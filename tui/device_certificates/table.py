"""The columns and the keys of the list of bulk device certificates."""

from __future__ import annotations

from ...store.views.certificate import STATUS_SYMBOLS
from ...store.words import day
from ..components.text_styles import STATUS_TONES, Tone
from ..lists.columns import Column
from ..lists.list_table import ListTable
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
        lambda row: f"{STATUS_SYMBOLS[row.status]} {day(row.record.not_after)}",
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


class BulkTable(ListTable[BulkRow]):
    """Sorted by expiry, earliest first."""

    def __init__(self, *, id: str) -> None:
        super().__init__(COLUMNS, sort="days", empty="Looking …", id=id)
