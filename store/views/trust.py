"""A certificate that devices have to trust: its documents."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..devices.trust import would_be_refused
from ..impact.trusted_certificates import TrustedCertificate
from ..model.device import Platform
from ..model.trust import TrustAnchor
from ..trust.ssl_errors import SslErrors
from .documents import document


class TrustAnchorDocument(Struct, frozen=True, kw_only=True):
    """Why devices trust a certificate."""

    certificate_id: int
    preinstalled: bool
    up_to_device: int
    deployed_at: datetime | None
    deployed_by: str | None
    platforms: tuple[Platform, ...]
    antivirus_at: datetime | None


class TrustedCertificateDocument(TrustAnchorDocument, frozen=True, kw_only=True):
    """The same, with the certificate's name; ``lacking`` is the number of devices that don't trust the chain."""

    certificate: str
    public: bool
    shown: bool
    lacking: int | None


class SslErrorsDocument(Struct, frozen=True, kw_only=True):
    """The number of devices that would get SSL Error 61 at their next connection, and that got it at their last one."""

    would_be_refused: int
    were_refused: int


def ssl_errors_document(errors: SslErrors) -> SslErrorsDocument:
    """The document of the numbers of SSL Error 61."""
    return document(SslErrorsDocument, errors)


def ssl_errors_sentence(errors: SslErrors) -> str | None:
    """``7 devices would get SSL Error 61 at their next connection; 5 got it at their last one``; None without any."""
    if not errors.would_be_refused and not errors.were_refused:
        return None
    return f"{would_be_refused(errors.would_be_refused)}; {errors.were_refused:,} got it at their last one"


def anchor_document(anchor: TrustAnchor) -> Struct:
    """The document of why devices trust a certificate."""
    return document(TrustAnchorDocument, anchor, certificate_id=anchor.id, deployed_by=anchor.deployed_by or None)


def trusted_document(one: TrustedCertificate) -> Struct:
    """The document of a certificate that devices must trust or do trust."""
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
