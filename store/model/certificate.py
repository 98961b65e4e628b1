"""A certificate's entry in the inventory, with its facts, use and status."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class UseAs(StrEnum):
    """The administrator's use of a certificate."""

    SERVER = "server"
    SAML = "saml"
    APNS = "apns"
    SSL_LISTENER = "ssl-listener"
    DEVICE = "device"


class Status(StrEnum):
    """The status of a certificate at a given time. Derived from the workspace clock, never stored."""

    NOT_YET_VALID = "not yet valid"
    VALID = "valid"
    EXPIRING = "expiring"
    CRITICAL = "critical"
    EXPIRED = "expired"
    REPLACED = "replaced"


class CertificateFacts(Struct, frozen=True, kw_only=True):
    """The facts in the certificate itself (RFC 5280). Every time is UTC and aware.

    ``subject`` and ``issuer`` are RFC 4514 strings. ``serial_number`` is upper-case hexadecimal of even length, as
    OpenSSL prints it, with a leading ``-`` if it is negative. The SHA-256 values are lower-case hexadecimal: of the DER
    certificate, of its SubjectPublicKeyInfo, and of the normalised subject and issuer names (equal when RFC 5280
    section 7.1 calls the names equal).
    """

    version: int
    subject: str
    issuer: str
    subject_name_sha256: str
    issuer_name_sha256: str
    serial_number: str
    not_before: datetime
    not_after: datetime
    sans: tuple[str, ...] = ()
    fingerprint_sha256: str
    public_key_sha256: str
    key_algorithm: str
    key_size: int | None
    signature_algorithm: str
    is_ca: bool
    path_length: int | None = None
    key_usage: tuple[str, ...] = ()
    extended_key_usage: tuple[str, ...] = ()
    subject_key_id: str | None = None
    authority_key_id: str | None = None

    @property
    def is_self_issued(self) -> bool:
        """Whether subject and issuer are the same name: usually a root."""
        return self.subject_name_sha256 == self.issuer_name_sha256

    @property
    def name(self) -> str:
        """The common name or the nearest equivalent, for titles and messages."""
        parts = dict(part.split("=", 1) for part in split_rfc4514(self.subject) if "=" in part)
        for attribute in ("CN", "OU", "O"):
            if attribute in parts:
                return parts[attribute]
        return self.subject or (self.sans[0] if self.sans else f"serial {self.serial_number}")


class Certificate(CertificateFacts, frozen=True, kw_only=True):
    """One entry of the inventory: the certificate's facts and the administrator's own data.

    ``issuer_id`` and ``replaced_by`` are ids of other entries. ``alias`` is its alias in the imported keystore.
    ``has_password``: the vault has the keystore's password.
    """

    id: int
    use_as: UseAs
    description: str = ""
    has_private_key: bool = False
    has_password: bool = False
    alias: str | None = None
    source: str = ""
    issuer_id: int | None = None
    replaced_by: int | None = None
    imported_at: datetime
    imported_by: str


def split_rfc4514(name: str) -> list[str]:
    """Split an RFC 4514 string into its attributes, most specific first, with escapes undone."""
    parts: list[str] = []
    current: list[str] = []
    characters = iter(name)
    for character in characters:
        if character == "\\":
            current.append(next(characters, ""))
        elif character in ",+":
            parts.append("".join(current))
            current = []
        else:
            current.append(character)
    parts.append("".join(current))
    return [part for part in parts if part]
