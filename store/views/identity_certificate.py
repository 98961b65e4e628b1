"""A bulk device certificate: its document."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..bulk.bulk import BulkCertificates
from ..bulk.holders import note_of
from ..inventory.expiry import ExpiryRules
from ..inventory.status import days_until, status_within
from ..model.bulk import DeviceIdentityCertificate
from ..model.certificate import Status
from ..model.device import Platform
from ..model.expiry import ExpiryUse
from .documents import document, document_type

IdentityCertificateDocument = document_type(
    "IdentityCertificateDocument",
    DeviceIdentityCertificate,
    "A device certificate that came in an archive. ``device_id`` is the device with that identity, where there is one, "
    "and ``note`` why it will not be installed there.",
    first=("id", "identity_type", "identity"),
    status=Status,
    days_left=int,
    device_id=int | None,
    platform=Platform | None,
    note=str | None,
)


def identity_certificate_document(
    record: DeviceIdentityCertificate, now: datetime, rules: ExpiryRules, bulk: BulkCertificates
) -> Struct:
    """The document of a bulk device certificate, with what ``bulk`` knows of its device."""
    holder = bulk.holder(record)
    return document(
        IdentityCertificateDocument,
        record,
        status=status_within(record.not_before, record.not_after, now, rules[ExpiryUse.DEVICE]),
        days_left=days_until(record.not_after, now),
        device_id=holder and holder.id,
        platform=holder and holder.platform,
        note=holder and note_of(holder),
    )
