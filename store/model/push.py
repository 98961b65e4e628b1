"""Records of the push certificates portal: the certificates of each Apple ID, and their CAs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from .moment import Moment


class PushService(StrEnum):
    """The target of a push certificate: enrolled devices, or one app."""

    MANAGEMENT = "mdm"
    APP = "app"


class PortalStatus(StrEnum):
    """The status of a portal certificate at a given time. Derived from the clock, never stored.

    ``SUPERSEDED``: it has been renewed; until it expires it is as valid as the new one.
    """

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class PushCertificate(Struct, frozen=True, kw_only=True):
    """A certificate that the portal lists under an Apple ID (an e-mail address in lower case).

    ``topic`` is the push topic: ``com.apple.mgmt.External.`` and a UUID, or the app's bundle id. ``name`` is the common
    name; ``vendor`` signed the request, None for an app's certificate and for one obtained elsewhere. ``serial_number``
    is upper-case hexadecimal, the SHA-256 values lower-case hexadecimal. ``superseded_by`` is the id of the renewal.
    ``authority_id`` is the issuing CA, None for one obtained elsewhere. ``der`` is base64 of the certificate.
    """

    id: int
    apple_id: str
    service: PushService
    topic: str
    name: str
    vendor: str | None = None
    serial_number: str
    not_before: Moment
    not_after: Moment
    fingerprint_sha256: str
    public_key_sha256: str
    revoked_at: Moment | None = None
    superseded_by: int | None = None
    authority_id: int | None = None
    created_at: Moment
    created_by: str
    der: str

    @property
    def service_name(self) -> str:
        """The service in the portal's list: the app's bundle id, or the name of the device management service."""
        return self.topic if self.service is PushService.APP else "Mobile Device Management"

    @property
    def can_be_renewed(self) -> bool:
        """Whether it can be renewed: neither revoked nor renewed before. An expired one keeps its topic."""
        return self.revoked_at is None and self.superseded_by is None


def portal_status(record: PushCertificate, now: datetime) -> PortalStatus:
    """The status at ``now`` (UTC, aware). A superseded certificate that has expired is expired."""
    if record.revoked_at is not None:
        return PortalStatus.REVOKED
    if now > record.not_after:
        return PortalStatus.EXPIRED
    return PortalStatus.ACTIVE if record.superseded_by is None else PortalStatus.SUPERSEDED


class PushRole(StrEnum):
    """The role of a certificate of the simulated push service.

    ``PUSH`` issues push certificates, ``DEVELOPER`` vendor certificates; ``VENDOR`` is a vendor's certificate, not a
    CA.
    """

    ROOT = "root"
    PUSH = "push"
    DEVELOPER = "developer"
    VENDOR = "vendor"


class PushAuthority(Struct, frozen=True, kw_only=True):
    """A CA of the simulated push service, or the simulated vendor. Its private key is in the vault.

    A ``generation``, numbered from 1, has one of each role; a new one replaces it before it expires. ``der`` is base64
    of the certificate; the other fields have the form of ``PushCertificate``.
    """

    id: int
    generation: int
    role: PushRole
    subject: str
    serial_number: str
    not_before: Moment
    not_after: Moment
    fingerprint_sha256: str
    public_key_sha256: str
    der: str
