"""A certificate of the push certificates portal: its document."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..inventory.status import days_until
from ..model.push import PortalStatus, PushCertificate, portal_status
from .documents import document, document_type
from .styles import Style

PORTAL_STYLES = {
    PortalStatus.ACTIVE: Style.OK,
    PortalStatus.EXPIRED: Style.BAD,
    PortalStatus.REVOKED: Style.BAD,
    PortalStatus.SUPERSEDED: Style.QUIET,
}

PushCertificateDocument = document_type(
    "PushCertificateDocument",
    PushCertificate,
    "A certificate that the portal lists under an Apple ID.",
    without=("der",),
    service_name=str,
    status=PortalStatus,
    days_left=int,
)


def push_certificate_document(record: PushCertificate, now: datetime) -> Struct:
    """The document of a portal certificate, without its DER."""
    status, days = portal_status(record, now), days_until(record.not_after, now)
    return document(PushCertificateDocument, record, status=status, days_left=days)
