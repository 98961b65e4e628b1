"""What the push certificates portal keeps: the certificates of each Apple ID, and the CAs that they come from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class PushService(StrEnum):
    """What a push certificate wakes: enrolled devices, or one app."""

    MANAGEMENT = "mdm"
    APP = "app"


class PortalStatus(StrEnum):
    """Where a certificate stands in the portal at a given time. Derived from the clock, never stored.

    ``SUPERSEDED``: a renewal has taken its place; until it expires it is as good as the new one.
    """

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class PushCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that the portal lists under an Apple ID (an e-mail address in small letters).

    ``topic`` is what devices or an app are reached by: ``com.apple.mgmt.External.`` and a UUID, or the app's bundle id.
    ``name`` is the common name; ``vendor`` is who signed the request, None for an app's and for one that was obtained
    outside. ``serial_number`` is upper-case hexadecimal, the SHA-256 values lower-case hexadecimal. ``superseded_by``
    is the id of the renewal. ``authority_id`` is the CA that issued it, None for one that was obtained outside. ``der``
    is base64 of the certificate.
    """

    id: int
    apple_id: str
    service: PushService
    topic: str
    name: str
    vendor: str | None = None
    serial_number: str
    not_before: datetime
    not_after: datetime
    fingerprint_sha256: str
    public_key_sha256: str
    revoked_at: datetime | None = None
    superseded_by: int | None = None
    authority_id: int | None = None
    created_at: datetime
    created_by: str
    der: str

    @property
    def service_name(self) -> str:
        """The service as the portal's list has it: the app's bundle id, or what the other service is called."""
        return self.topic if self.service is PushService.APP else "Mobile Device Management"

    @property
    def can_be_renewed(self) -> bool:
        """Neither revoked nor renewed before. One that has expired can be: its topic stays."""
        return self.revoked_at is None and self.superseded_by is None


def portal_status(record: PushCertificate, now: datetime) -> PortalStatus:
    """The status at ``now`` (UTC, aware). A superseded certificate that has expired is expired."""
    if record.revoked_at is not None:
        return PortalStatus.REVOKED
    if now > record.not_after:
        return PortalStatus.EXPIRED
    return PortalStatus.ACTIVE if record.superseded_by is None else PortalStatus.SUPERSEDED


class PushRole(StrEnum):
    """What a certificate of the simulated push service is for.

    ``PUSH`` issues push certificates, ``DEVELOPER`` those of MDM vendors; ``VENDOR`` is such a one, and no CA.
    """

    ROOT = "root"
    PUSH = "push"
    DEVELOPER = "developer"
    VENDOR = "vendor"


class PushAuthority(Struct, frozen=True, kw_only=True):
    """A CA of the simulated push service, or the simulated vendor. Its private key is in the vault.

    One of each role makes a ``generation``; a new one is made when the one before ends, numbered from 1. ``der`` is
    base64 of the certificate; the other fields are written as in ``PushCertificate``.
    """

    id: int
    generation: int
    role: PushRole
    subject: str
    serial_number: str
    not_before: datetime
    not_after: datetime
    fingerprint_sha256: str
    public_key_sha256: str
    der: str
