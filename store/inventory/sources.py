"""The sources of an import, and its results."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ..keystores.keystore_type import KeystoreType
from ..model.certificate import Certificate
from ..words import plural


class CertificateSource(Struct, frozen=True, kw_only=True):
    """A file of certificates (PEM, DER, PKCS #7) and, optionally, the leaf's private key.

    ``name`` is the file's name, for messages and the record.
    """

    data: bytes
    name: str = ""
    key: bytes | None = None
    key_password: str | None = None


class KeystoreSource(Struct, frozen=True, kw_only=True):
    """A keystore file. ``type`` None detects it; ``alias`` None takes the first entry. An alias can also be a number
    (``#2``) or a SHA-256 fingerprint.

    ``key_password`` is the key's password, if it differs from the store's.
    """

    data: bytes
    name: str = ""
    type: KeystoreType | None = None
    password: str | None = None
    key_password: str | None = None
    alias: str | None = None


class PaperSource(Struct, frozen=True, kw_only=True):
    """A chain on paper (DER, leaf first, each the issuer of the one before), for a workspace that issues on paper. Its
    signatures are not checked, and the leaf's private key counts as brought along."""

    chain: tuple[bytes, ...]
    name: str = ""


Source = CertificateSource | KeystoreSource | PaperSource


class OnConflict(StrEnum):
    """What to do about an entry with the same public key. ``KEEP`` is for CAs: the entry stays as it is, and what the
    file's certificate issued is linked to it."""

    FAIL = "fail"
    REPLACE = "replace"
    DELETE = "delete"
    KEEP = "keep"


class ExportFormat(StrEnum):
    """The export formats of an entry. The two of PKCS #7, PEM and DER, have its chain, and never a key."""

    PEM = "pem"
    DER = "der"
    CHAIN = "chain"
    PKCS7 = "pkcs7"
    PKCS7_DER = "pkcs7-der"
    PKCS12 = "pkcs12"

    @property
    def is_text(self) -> bool:
        """Whether the file is PEM, and can be printed."""
        return self in (ExportFormat.PEM, ExportFormat.CHAIN, ExportFormat.PKCS7)


def password_notes(password: str | None) -> list[str]:
    """What somebody should know of a password for a new PKCS #12 file."""
    if password is None or password.isascii():
        return []
    return ["Java opens no PKCS #12 file whose password has letters beyond ASCII; others do, as RFC 7292 has it"]


_NAMED = 5


class OtherEntry(Struct, frozen=True, kw_only=True):
    """Something in a file that was not imported. ``number`` is its position in the file, from 1."""

    number: int
    alias: str | None
    kind: str
    subject: str | None
    fingerprint_sha256: str | None


class ImportResult(Struct, frozen=True, kw_only=True):
    """The result of an import, leaf first in each list. ``notes`` are sentences for the user."""

    imported: tuple[Certificate, ...] = ()
    linked: tuple[Certificate, ...] = ()
    deleted: tuple[Certificate, ...] = ()
    also_in_file: tuple[OtherEntry, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def to_know(self) -> tuple[str, ...]:
        """What a trial tells: what else is in the file, and the notes."""
        names = [f"#{one.number}" if one.alias is None else f"“{one.alias}”" for one in self.also_in_file]
        if not names:
            return self.notes
        more = " …" if len(names) > _NAMED else ""
        return (f"also in the file: {plural(len(names), 'entry')}: {', '.join(names[:_NAMED])}{more}", *self.notes)


class ReplaceResult(Struct, frozen=True, kw_only=True):
    """The result of a replacement; ``switched`` names the components that now use the new certificate."""

    old: Certificate
    new: Certificate
    result: ImportResult
    switched: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
