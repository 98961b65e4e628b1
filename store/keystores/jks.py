"""JKS and JCEKS, Java's older keystores: their layout and password digest.

The layout is that of OpenJDK's ``JavaKeyStore`` and ``JceKeyStore``: a magic number, a version, a count, the entries,
and a SHA-1 digest over the password and all of it.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Callable
from typing import NamedTuple

from ..certificates.facts import ParsedCertificate, parse_certificate
from ..certificates.kdf import KdfBudget
from ..certificates.limits import MAX_BAGS, MAX_CERTIFICATES
from ..certificates.parsed_keys import ParsedKey
from ..certificates.private_keys import read_plain_pkcs8
from ..certificates.wrong_password import Locked, WrongPassword, wrong_password
from ..errors import Refusal
from ..printable import printable
from .entries import CERTIFICATE, PRIVATE_KEY, SECRET_KEY, Keystore, KeystoreEntry, titled
from .java_objects import object_end
from .jks_protection import decrypt_private_key
from .keystore_type import KeystoreType

_MAGIC = {b"\xfe\xed\xfe\xed": KeystoreType.JKS, b"\xce\xce\xce\xce": KeystoreType.JCEKS}
_DIGEST = 20
_WHITENER = b"Mighty Aphrodite"
_KEY_TAG, _CERTIFICATE_TAG, _SECRET_TAG = 1, 2, 3


class _Odd(NamedTuple):
    """A certificate that can't be read, and why."""

    alias: str
    refusal: Refusal


class _Reader:
    """Reads Java's DataOutput. Refuses ``file-truncated``."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        if not 0 <= count <= len(self.data) - self.at:
            raise Refusal("file-truncated", "the keystore ends too early", "Copy the file again, whole.")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self) -> int:
        return int(struct.unpack(">I", self.take(4))[0])

    def text(self) -> str:
        """A string in Java's modified UTF-8: zero as C0 80, and surrogates each by itself."""
        encoded = self.take(struct.unpack(">H", self.take(2))[0]).replace(b"\xc0\x80", b"\0")
        halves = encoded.decode("utf-8", "surrogatepass" if _is_utf8(encoded) else "replace")
        return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def read_jks(data: bytes, password: str | None, key_password: str | None) -> Keystore:
    """Read the whole keystore; keys stay encrypted until needed.

    Without a password only a store of certificates can be read, as Java does, and a note says that its integrity was
    not checked. Refuses ``password-needed``, ``wrong-password`` (a damaged file looks the same), ``file-truncated``,
    ``keystore-damaged``, ``keystore-unsupported``.
    """
    kind = _MAGIC[data[:4]]
    if len(data) < 12 + _DIGEST:
        raise Refusal("file-truncated", "the keystore ends too early", "Copy the file again, whole.")
    if password is not None:
        _check_digest(data, password)
    reader = _Reader(data[:-_DIGEST])
    reader.take(4)
    version, count = reader.number(), reader.number()
    if version not in (1, 2):
        raise Refusal("keystore-unsupported", f"the keystore is of version {version}; only 1 and 2 are known")
    if count > MAX_BAGS:
        raise Refusal("too-many-entries", f"the keystore holds more than {MAX_BAGS:,} entries")
    budget = KdfBudget()
    odd: list[_Odd] = []
    read = [_entry(reader, version, password, key_password, budget, odd) for _ in range(count)]
    if reader.at != len(reader.data):
        raise Refusal("keystore-damaged", "something follows the last entry of the keystore")
    if odd and not any(read):
        raise odd[0].refusal
    notes = [f"The certificate “{one.alias}” was left aside: {one.refusal.message}." for one in odd]
    if password is None:
        notes.append("No password was given, so the keystore's integrity was not checked.")
    entries = _with_keys([entry for entry in read if entry is not None])
    return Keystore(type=kind, entries=tuple(entries), notes=tuple(notes))


def _with_keys(entries: list[KeystoreEntry]) -> list[KeystoreEntry]:
    """A certificate beside the entry of its key, as after a renewal, is another certificate of that key."""
    keys = {entry.chain[0].spki: entry for entry in reversed(entries) if entry.kind == PRIVATE_KEY and entry.chain}

    def completed(entry: KeystoreEntry) -> KeystoreEntry:
        holder = keys.get(entry.chain[0].spki) if entry.kind == CERTIFICATE else None
        return entry if holder is None or holder.chain[0] == entry.chain[0] else entry.with_key_of(holder)

    return [completed(entry) for entry in entries]


def _check_digest(data: bytes, password: str) -> None:
    digest = hashlib.sha1(password.encode("utf-16-be", "surrogatepass") + _WHITENER + data[:-_DIGEST])
    if not hmac.compare_digest(digest.digest(), data[-_DIGEST:]):
        raise wrong_password(Locked.JAVA_KEYSTORE, password=password)


def _entry(
    reader: _Reader, version: int, password: str | None, key_password: str | None, budget: KdfBudget, odd: list[_Odd]
) -> KeystoreEntry | None:
    """The next entry; None for a certificate that can't be read, which is added to ``odd``."""
    tag = reader.number()
    alias = printable(reader.text())
    reader.take(8)
    if tag == _CERTIFICATE_TAG:
        certificate = _certificate(reader, version, alias, odd)
        return None if certificate is None else KeystoreEntry(alias, CERTIFICATE, (certificate,))
    if tag not in (_KEY_TAG, _SECRET_TAG):
        raise Refusal("keystore-damaged", f"{titled(alias)} is of an unknown kind")
    if password is None:
        raise Refusal("password-needed", "the keystore holds keys, and no password was given")
    if tag == _SECRET_TAG:
        reader.take(object_end(reader.data, reader.at) - reader.at)
        return KeystoreEntry(alias, SECRET_KEY)
    protected = reader.take(reader.number())
    length = reader.number()
    if length > MAX_CERTIFICATES:
        raise Refusal("too-many-certificates", f"{titled(alias)} has more than {MAX_CERTIFICATES:,} certificates")
    chain = [_certificate(reader, version, alias, odd) for _ in range(length)]
    if chain[:1] == [None]:
        chain = []  # without the leaf, the others are no chain of the key
    good = tuple(certificate for certificate in chain if certificate is not None)
    return KeystoreEntry(alias, PRIVATE_KEY, good, _loader(alias, protected, password, key_password, budget))


def _certificate(reader: _Reader, version: int, alias: str, odd: list[_Odd]) -> ParsedCertificate | None:
    """The next certificate; None for one that can't be read, which is added to ``odd``."""
    kind = reader.text() if version == 2 else "X.509"
    encoded = reader.take(reader.number())
    if kind not in ("X.509", "X509"):
        said = f"the keystore holds a certificate of the kind {printable(kind)}"
        odd.append(_Odd(alias, Refusal("keystore-unsupported", said)))
        return None
    try:
        return parse_certificate(encoded)
    except Refusal as refusal:
        odd.append(_Odd(alias, refusal))
        return None


def _loader(
    alias: str, protected: bytes, password: str, key_password: str | None, budget: KdfBudget
) -> Callable[[], ParsedKey]:
    def load() -> ParsedKey:
        for attempt in (password,) if key_password is None else (key_password, password):
            try:
                plain = decrypt_private_key(protected, attempt, budget)
            except WrongPassword:
                continue
            except ValueError:
                raise Refusal("keystore-damaged", f"{titled(alias)}: its key is damaged") from None
            return read_plain_pkcs8(plain)
        if key_password is None:
            raise Refusal(
                "key-password-needed",
                f"{titled(alias)}: its key has another password than the keystore",
                "Give the key's password.",
            )
        raise wrong_password(Locked.KEY_IN_KEYSTORE, titled(alias), key_password)

    return load


def _is_utf8(encoded: bytes) -> bool:
    try:
        encoded.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
