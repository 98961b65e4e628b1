"""The entries of a keystore, independent of its format."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from msgspec import Struct

from ..certificates.facts import ParsedCertificate
from ..certificates.parsed_keys import ParsedKey
from ..errors import Refusal
from .keystore_type import KeystoreType

PRIVATE_KEY, CERTIFICATE, SECRET_KEY = "private key", "certificate", "secret key"


class KeystoreEntry:
    """One entry: ``alias`` (None where the file gives none), ``kind`` ("private key", "certificate" or
    "secret key"), and ``chain``, leaf first: of a private key what was found of its chain, of a certificate
    that alone, of a secret key nothing. ``number`` is its place in the keystore, from 1. A key with several
    certificates (a renewal over the same request) has an entry for each.
    """

    __slots__ = ("_decrypt", "_key", "alias", "chain", "kind", "number")

    def __init__(
        self,
        alias: str | None,
        kind: str,
        chain: tuple[ParsedCertificate, ...] = (),
        decrypt: Callable[[], ParsedKey] | None = None,
    ) -> None:
        self.alias = alias
        self.kind = kind
        self.chain = chain
        self.number = 0
        self._decrypt = decrypt
        self._key: ParsedKey | None = None

    @property
    def private_key(self) -> PrivateKeyTypes | None:
        """The key of a private key entry, None for any other. Refuses as ``load_private_key`` does."""
        return self.load_private_key() if self.kind == PRIVATE_KEY else None

    def load_private_key(self) -> PrivateKeyTypes:
        """The key for signing. Refuses as ``read_private_key``, and other kinds of keys with ``key-unsupported``."""
        return self.read_private_key().usable

    def read_private_key(self) -> ParsedKey:
        """Decrypt the key as it came, once. Refuses ``key-password-needed`` (it has another password than the store),
        ``wrong-password``, ``key-unsupported``, ``kdf-too-costly``, ``no-private-key``.
        """
        if self._key is None:
            if self._decrypt is None:
                raise Refusal("no-private-key", f"{titled(self.alias)} is a {self.kind} and has no private key")
            self._key = self._decrypt()
        return self._key

    def with_key_of(self, other: KeystoreEntry) -> KeystoreEntry:
        """This certificate as a private key entry, with the key of another entry whose certificate is for the same."""
        return KeystoreEntry(self.alias, PRIVATE_KEY, self.chain, other.read_private_key)

    @property
    def subject(self) -> str | None:
        """Subject of the entry's certificate, as RFC 4514 string."""
        return self.chain[0].facts.subject if self.chain else None

    @property
    def fingerprint_sha256(self) -> str | None:
        """Fingerprint of the entry's certificate."""
        return self.chain[0].facts.fingerprint_sha256 if self.chain else None

    def __repr__(self) -> str:
        return f"<KeystoreEntry {self.alias!r}, {self.kind}>"


class Keystore(Struct, frozen=True, kw_only=True):
    """A keystore's entries in the file's order. ``notes`` are sentences for the user. ``is_protected`` is False where
    no password protects anything, so any would do."""

    type: KeystoreType
    entries: tuple[KeystoreEntry, ...]
    notes: tuple[str, ...] = ()
    is_protected: bool = True

    def __post_init__(self) -> None:
        for number, entry in enumerate(self.entries, 1):
            entry.number = number


def titled(alias: str | None) -> str:
    """The name of an entry in messages."""
    return "the entry without alias" if alias is None else f"the entry “{alias}”"
