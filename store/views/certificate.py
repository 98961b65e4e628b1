"""An entry of the inventory: its document, title, status, use, and remaining validity."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..certificates.dns_names import name_as_written
from ..certificates.oid_names import named_attributes, oid_name
from ..inventory.expiry import ExpiryRules
from ..inventory.status import days_left, status
from ..model.bulk import CertificateReading
from ..model.certificate import Certificate, Status, UseAs
from ..model.request import KeySpec, SigningRequest
from ..printable import printable
from ..words import days_text, key_text
from .documents import document, document_type
from .styles import Style

STATUS_STYLES = {
    Status.NOT_YET_VALID: Style.PENDING,
    Status.VALID: Style.OK,
    Status.EXPIRING: Style.WARNING,
    Status.CRITICAL: Style.CRITICAL,
    Status.EXPIRED: Style.BAD,
    Status.REPLACED: Style.QUIET,
}
STATUS_SYMBOLS = {
    Status.NOT_YET_VALID: "○",
    Status.VALID: "●",
    Status.EXPIRING: "◆",
    Status.CRITICAL: "▲",
    Status.EXPIRED: "×",
    Status.REPLACED: "→",
}
USES = {
    UseAs.SERVER: "Server",
    UseAs.SAML: "SAML",
    UseAs.APNS: "APNs",
    UseAs.SSL_LISTENER: "SSL listener",
    UseAs.DEVICE: "Device",
}
KEYS = {
    KeySpec.RSA_2048: "RSA 2048",
    KeySpec.RSA_3072: "RSA 3072",
    KeySpec.RSA_4096: "RSA 4096",
    KeySpec.EC_P256: "EC P-256",
    KeySpec.EC_P384: "EC P-384",
    KeySpec.EC_P521: "EC P-521",
    KeySpec.ED25519: "Ed25519",
}

CertificateDocument = document_type(
    "CertificateDocument",
    Certificate,
    "An entry of the inventory. What has ``replaced_by`` is kept as history; ``issuer_id`` is the entry above it, "
    "``topic`` a push certificate's.",
    status=Status,
    days_left=int,
    topic=str | None,
)


def san_text(san: str) -> str:
    """An alternative name, ``DNS:xn--mnchen-3ya.example (münchen.example)`` if people write it another way."""
    kind, _, name = san.partition(":")
    if kind == "other":
        return oid_name(name)
    written = name_as_written(name) if kind == "DNS" else name
    return printable(san if written == name else f"{san} ({written})")


def certificate_document(entry: Certificate, now: datetime, rules: ExpiryRules) -> Struct:
    """The document of an entry."""
    found, days = status(entry, now, rules), days_left(entry, now)
    return document(CertificateDocument, entry, status=found, days_left=days, topic=entry.topic)


def certificate_title(entry: Certificate) -> str:
    """``#3 mdm.example.com``."""
    return f"#{entry.id} {certificate_name(entry)}"


def certificate_name(entry: Certificate) -> str:
    """The certificate's name, fit for a terminal."""
    return printable(entry.name)


def listed_name(entry: Certificate) -> str:
    """The same in a list: a push certificate's topic stands behind it."""
    name, topic = certificate_name(entry), entry.topic
    return name if topic is None or topic in name else f"{name} · {printable(topic)}"


def status_text(found: Status) -> str:
    """``▲ critical``."""
    return f"{STATUS_SYMBOLS[found]} {found}"


def certificate_standing(entry: Certificate, now: datetime, rules: ExpiryRules) -> str:
    """``valid, 82 days left``."""
    return f"{status(entry, now, rules)}, {days_text(days_left(entry, now))}"


def key_of(entry: Certificate | SigningRequest | CertificateReading) -> str:
    """``RSA 2048``, ``EC P-256``, ``Ed25519``."""
    return key_text(oid_name(entry.key_algorithm), entry.key_size)


def name_text(name: str) -> str:
    """A distinguished name, fit for a terminal, with the names of its attributes."""
    return printable(named_attributes(name))


def purposes_text(entry: Certificate) -> str:
    """``serverAuth, Remote Desktop authentication``: the extended key usage; empty if it isn't limited."""
    return ", ".join(map(oid_name, entry.extended_key_usage))
