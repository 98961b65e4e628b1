"""The candidates for a need, as a menu lists them."""

from __future__ import annotations

from ...store.model.certificate import Status
from ...store.views.certificate import USES, status_text
from ..certificates.certificate_rows import CertificateRow
from ..components.columns import Column
from ..components.fixed_table import FixedTable
from ..components.text_styles import STATUS_TONES, Tone


def _status(row: CertificateRow) -> str:
    replaced_by = row.certificate.replaced_by
    if row.status is Status.NOT_YET_VALID:
        return status_text(row.status).removesuffix(" valid")
    return status_text(row.status) if replaced_by is None else f"→ by #{replaced_by}"


def _row_tone(row: CertificateRow) -> Tone | None:
    return Tone.DIM if row.status is Status.REPLACED else None


COLUMNS = (
    Column[CertificateRow]("id", "#", lambda row: str(row.id), None, lambda row: Tone.DIM, 5, right=True),
    Column[CertificateRow]("name", "Name", lambda row: row.name, width=20, grow=1),
    Column[CertificateRow]("status", "Status", _status, None, lambda row: STATUS_TONES[row.status], 12),
    Column[CertificateRow](
        "days", "Days", lambda row: f"{row.days:,}", None, lambda row: STATUS_TONES[row.status], 6, right=True
    ),
    Column[CertificateRow](
        "key", "Key", lambda row: "yes" if row.certificate.has_private_key else "–", width=4, keep=2
    ),
    Column[CertificateRow]("use", "Use as", lambda row: USES[row.certificate.use_as], width=12, keep=3),
)


class CandidateTable(FixedTable[CertificateRow]):
    """Each certificate is right below the one that it replaced."""

    def __init__(self, *, empty: str, id: str | None = None) -> None:
        super().__init__(COLUMNS, row_tone=_row_tone, empty=empty, id=id)
