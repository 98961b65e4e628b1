"""A certificate that devices have to trust: its documents."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..impact.trusted_certificates import TrustedCertificate
from ..model.device import Platform
from ..model.trust import TrustAnchor
from .documents import document


class TrustAnchorDocument(Struct, frozen=True, kw_only=True):
    """What is known of why devices trust a certificate."""

    certificate_id: int
    preinstalled: bool
    up_to_device: bool
    deployed_at: datetime | None
    deployed_by: str | None
    platforms: tuple[Platform, ...]
    antivirus_at: datetime | None


class TrustedCertificateDocument(TrustAnchorDocument, frozen=True, kw_only=True):
    """The same, with the certificate's name; ``lacking`` is how many devices don't trust the chain."""

    certificate: str
    public: bool
    shown: bool
    lacking: int | None


def anchor_document(anchor: TrustAnchor) -> Struct:
    """The document of what is known of a certificate's trust."""
    return document(TrustAnchorDocument, anchor, certificate_id=anchor.id, deployed_by=anchor.deployed_by or None)


def trusted_document(one: TrustedCertificate) -> Struct:
    """The document of a certificate that devices have to trust, or do."""
    return document(
        TrustedCertificateDocument,
        one.anchor,
        certificate_id=one.anchor.id,
        deployed_by=one.anchor.deployed_by or None,
        certificate=one.entry.name,
        public=one.public,
        shown=one.shown,
        lacking=one.lacking,
    )
