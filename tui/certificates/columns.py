"""The columns of certificate lists."""

from __future__ import annotations

from collections.abc import Iterable

from ...store.model.certificate import Status
from ...store.printable import printable
from ...store.views.certificate import USES, key_of, status_text
from ...store.words import day
from ..components.text_styles import STATUS_TONES, Tone
from ..lists.columns import Column
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
DAYS = Column[CertificateRow](
    "days", "Days", _days, lambda row: row.days, _status_tone, 7, right=True, value=lambda row: row.days
)
NAME = Column[CertificateRow](
    "name", "Name", lambda row: row.listed, lambda row: row.name.lower(), None, 20, grow=3, told_in=40
)
USE = Column[CertificateRow]("use", "Use as", lambda row: USES[row.certificate.use_as], width=12, keep=4)
EXPIRES = Column[CertificateRow](
    "expires", "Expires", lambda row: row.expires, lambda row: row.certificate.not_after, width=10, keep=3
)
KEY = Column[CertificateRow](
    "key",
    "Key",
    lambda row: "yes" if row.certificate.has_private_key else "–",
    lambda row: not row.certificate.has_private_key,
    width=4,
    keep=5,
)
NUMBER = Column[CertificateRow](
    "id",
    "#",
    lambda row: str(row.id),
    lambda row: row.id,
    lambda row: Tone.DIM,
    5,
    right=True,
    keep=6,
    value=lambda row: row.id,
)
ISSUER = Column[CertificateRow]("issuer", "Issuer", lambda row: row.issuer, width=18, grow=1, keep=8)
DESCRIPTION = Column[CertificateRow](
    "description", "Description", lambda row: row.description, width=16, grow=2, keep=9
)

SERIAL = Column[CertificateRow](
    "serial", "Serial number", lambda row: row.certificate.serial_number, width=20, optional=True
)
FINGERPRINT = Column[CertificateRow](
    "fingerprint", "SHA-256", lambda row: row.certificate.fingerprint_sha256, width=20, optional=True
)
NAMES = Column[CertificateRow](
    "names", "Names", lambda row: printable(", ".join(row.certificate.sans)), width=24, grow=1, optional=True
)
ALGORITHM = Column[CertificateRow](
    "algorithm",
    "Algorithm",
    lambda row: key_of(row.certificate),
    width=12,
    optional=True,
)
SINCE = Column[CertificateRow](
    "since",
    "Valid from",
    lambda row: day(row.certificate.not_before),
    lambda row: row.certificate.not_before,
    width=10,
    optional=True,
)
IMPORTED = Column[CertificateRow](
    "imported",
    "Imported",
    lambda row: day(row.certificate.imported_at),
    lambda row: row.certificate.imported_at,
    width=10,
    optional=True,
)

_FIRST, _REST = (STATUS, DAYS, NAME), (EXPIRES, USE, KEY, NUMBER, ISSUER, DESCRIPTION)
INVENTORY = (*_FIRST, *_REST, SINCE, IMPORTED, NAMES, ALGORITHM, SERIAL, FINGERPRINT)


def inventory_columns(more: Iterable[Column[CertificateRow]]) -> tuple[Column[CertificateRow], ...]:
    """The columns of the inventory, with ``more`` after the names."""
    return (*_FIRST, *more, *INVENTORY[len(_FIRST) :])


def row_tone(row: CertificateRow) -> Tone | None:
    """Dim for replaced entries, which are history."""
    return Tone.DIM if row.status is Status.REPLACED else None
