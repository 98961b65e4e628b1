"""The columns of certificate lists."""

from __future__ import annotations

from collections.abc import Callable

from ...store.model.certificate import Status
from ...store.views.certificate import USES, status_text
from ..components.columns import Column
from ..components.text_styles import STATUS_TONES, Tone
from .certificate_rows import CertificateRow

_URGENCY = {
    status: rank
    for rank, status in enumerate(
        (
            Status.EXPIRED,
            Status.CRITICAL,
            Status.EXPIRING,
            Status.NOT_YET_VALID,
            Status.VALID,
            Status.REPLACED,
        )
    )
}


def _status_tone(row: CertificateRow) -> Tone:
    return STATUS_TONES[row.status]


def _status(row: CertificateRow) -> str:
    return (
        status_text(row.status).removesuffix(" valid")
        if row.status is Status.NOT_YET_VALID
        else status_text(row.status)
    )


def _days(row: CertificateRow) -> str:
    """The days left; a replaced entry shows its successor instead: → replaced by #12."""
    replaced_by = row.certificate.replaced_by
    return f"{row.days:,}" if replaced_by is None else f"by #{replaced_by}"


STATUS = Column[CertificateRow](
    "status", "Status", _status, lambda row: (_URGENCY[row.status], row.days), _status_tone, 10
)
DAYS = Column[CertificateRow]("days", "Days", _days, lambda row: row.days, _status_tone, 7, right=True)
NAME = Column[CertificateRow](
    "name", "Name", lambda row: row.listed, lambda row: (row.name.lower(), row.id), None, 20, grow=3
)
USE = Column[CertificateRow]("use", "Use as", lambda row: USES[row.certificate.use_as], width=12, keep=2)
EXPIRES = Column[CertificateRow](
    "expires", "Expires", lambda row: row.expires, lambda row: row.certificate.not_after, width=10, keep=1
)
KEY = Column[CertificateRow](
    "key",
    "Key",
    lambda row: "yes" if row.certificate.has_private_key else "–",
    lambda row: (not row.certificate.has_private_key, row.id),
    width=4,
    keep=3,
)
NUMBER = Column[CertificateRow](
    "id", "#", lambda row: str(row.id), lambda row: row.id, lambda row: Tone.DIM, 5, right=True, keep=4
)
ISSUER = Column[CertificateRow]("issuer", "Issuer", lambda row: row.issuer, width=18, grow=1, keep=6)
DESCRIPTION = Column[CertificateRow](
    "description", "Description", lambda row: row.description, width=16, grow=2, keep=7
)

INVENTORY = (STATUS, DAYS, NAME, USE, EXPIRES, KEY, NUMBER, ISSUER, DESCRIPTION)


def urgent_columns(stops: Callable[[CertificateRow], str]) -> tuple[Column[CertificateRow], ...]:
    """The columns of the list of urgent certificates; ``stops`` says what stops with one."""
    consequence = Column[CertificateRow]("stops", "Then stops", stops, None, _status_tone, 26, grow=4, keep=5)
    return (STATUS, DAYS, NAME, USE, EXPIRES, consequence, DESCRIPTION)


def row_tone(row: CertificateRow) -> Tone | None:
    """Dim for replaced entries, which are history."""
    return Tone.DIM if row.status is Status.REPLACED else None
