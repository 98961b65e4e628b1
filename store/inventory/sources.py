"""What a person hands in to be imported, and what comes of it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ..keystores.reading import KeystoreType
from ..model.certificate import Certificate


class CertificateSource(Struct, frozen=True, kw_only=True):
    """A file of certificates (PEM, DER, PKCS #7) and, where there is one, the leaf's private key.

    ``name`` is the file's name, for messages and the record.
    """

    data: bytes
    name: str = ""
    key: bytes | None = None
    key_password: str | None = None


class KeystoreSource(Struct, frozen=True, kw_only=True):
    """A keystore file. ``type`` None finds out; ``alias`` None takes the first entry. It may be a number in the
    file (``#2``) or a SHA-256 fingerprint, too.

    ``key_password`` is for an entry whose key has another password than the store.
    """

    data: bytes
    name: str = ""
    type: KeystoreType | None = None
    password: str | None = None
    key_password: str | None = None
    alias: str | None = None


class OnConflict(StrEnum):
    """What to do about an entry that holds the same public key."""

    FAIL = "fail"
    REPLACE = "replace"
    DELETE = "delete"


class ExportFormat(StrEnum):
    """What to write an entry as."""

    PEM = "pem"
    DER = "der"
    CHAIN = "chain"
    PKCS12 = "pkcs12"


class OtherEntry(Struct, frozen=True, kw_only=True):
    """Something in an imported file that was not imported. ``number`` is its place in the file, from 1."""

    number: int
    alias: str | None
    kind: str
    subject: str | None
    fingerprint_sha256: str | None


class ImportResult(Struct, frozen=True, kw_only=True):
    """What an import did: leaf first in each list. ``notes`` are sentences for the person who asked."""

    imported: tuple[Certificate, ...] = ()
    linked: tuple[Certificate, ...] = ()
    deleted: tuple[Certificate, ...] = ()
    also_in_file: tuple[OtherEntry, ...] = ()
    notes: tuple[str, ...] = ()


class ReplaceResult(Struct, frozen=True, kw_only=True):
    """What a replacement did; ``switched`` names the components that use the new certificate from now on."""

    old: Certificate
    new: Certificate
    result: ImportResult
    switched: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
