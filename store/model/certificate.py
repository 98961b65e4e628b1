"""A certificate's entry in the inventory, with its facts, use and status."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ..printable import printable
from .distinguished_name import split_rfc4514
from .push_topic import topic_of_subject

_SAYS_NOTHING = re.compile(r"APSP:.*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.DOTALL)

_DNS = re.compile("DNS:")
_SENTENCE = re.compile(r"\.(?:\s|$)|\n")


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
    def common_name(self) -> str:
        """The common name or the nearest equivalent, with what can't be seen written out (``\\x0a``). Of a server
        without one that is its first DNS name: CAs leave the common name out more and more."""
        parts = dict(part.split("=", 1) for part in split_rfc4514(self.subject) if "=" in part)
        if "CN" not in parts and not self.is_ca and (host := next(filter(_DNS.match, self.sans), None)) is not None:
            return printable(_DNS.sub("", host))
        for attribute in ("CN", "OU", "O"):
            if attribute in parts:
                return printable(parts[attribute])
        return self.subject or (self.sans[0] if self.sans else f"serial {self.serial_number}")

    @property
    def name(self) -> str:
        """What it is called in titles and messages."""
        return self.common_name

    @property
    def topic(self) -> str | None:
        """The push topic that its subject names; None for anything but a push certificate."""
        return topic_of_subject(self.subject)


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

    @property
    def name(self) -> str:
        """What it is called in titles and messages: its common name, or where that says nothing (``APSP:12bd4ace-…``, a
        bare UUID), the first sentence of its description, or its push topic."""
        name = self.common_name
        return (
            (_SENTENCE.split(self.description, 1)[0] or self.topic or name) if _SAYS_NOTHING.fullmatch(name) else name
        )


def is_root(entry: CertificateFacts) -> bool:
    """Whether a certificate is self-issued and, by its key identifiers, self-signed: the end of a chain."""
    return entry.is_self_issued and entry.authority_key_id in (None, entry.subject_key_id)
