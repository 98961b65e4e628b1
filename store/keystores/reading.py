"""Keystores: PKCS #12, JKS and JCEKS behind one function, detected by content."""

from __future__ import annotations

from msgspec import structs

from ..certificates.der import Truncated, element
from ..certificates.limits import MAX_INPUT
from ..certificates.pem import as_text
from ..certificates.sniffing import FileKind, kind_of, kind_of_label, kind_of_text
from ..errors import Refusal
from .entries import Keystore, KeystoreEntry
from .jks import read_jks
from .keystore_type import KeystoreType
from .pkcs12 import read_pkcs12
from .selection import certificates_of_key, select_entry
from .wrapped import detect_keystore, keystore_kind, unwrapped

__all__ = [
    "Keystore",
    "KeystoreEntry",
    "KeystoreType",
    "certificates_of_key",
    "detect_keystore",
    "keystore_kind",
    "read_keystore",
    "select_entry",
]

_FOREIGN = (FileKind.BKS, FileKind.BCFKS, FileKind.SST, FileKind.DATABASE, FileKind.KEYCHAIN)
_NAMES = {KeystoreType.PKCS12: "PKCS #12", KeystoreType.JKS: "JKS", KeystoreType.JCEKS: "JCEKS"}


def read_keystore(
    data: bytes,
    *,
    type: KeystoreType | None = None,
    password: str | None = None,
    key_password: str | None = None,
) -> Keystore:
    """The keystore in ``data``. ``type`` is what the person believes; the file itself decides, as in Java,
    which has written PKCS #12 into ``.jks`` files since version 9, and a note says so.

    Refuses ``not-a-keystore`` (the hint says what it seems to be), ``keystore-unsupported``,
    ``wrong-password``, ``password-needed``, ``file-truncated``, ``keystore-damaged``, ``keystore-empty``,
    ``kdf-too-costly``, ``file-too-large``, ``too-many-entries``.
    """
    if len(data) > MAX_INPUT:
        raise Refusal("file-too-large", f"the keystore is larger than {MAX_INPUT // 1024**2} MiB")
    data = unwrapped(data)
    found = detect_keystore(data)
    if found is None:
        raise _refused(data)
    if found is KeystoreType.PKCS12:
        keystore = read_pkcs12(data, password, key_password)
    else:
        keystore = read_jks(data, password, key_password)
    if not keystore.entries:
        raise Refusal("keystore-empty", "the keystore holds no entry", "; ".join(keystore.notes) or None)
    if type is None or type is found:
        return keystore
    note = f"The file is a {_NAMES[found]} keystore, not {_NAMES[type]}, and was read as what it is."
    return structs.replace(keystore, notes=(note, *keystore.notes))


def _refused(data: bytes) -> Refusal:
    if not data.strip(b"\0 \t\r\n"):
        return Refusal("file-empty", "the keystore file is empty", "Copy the file again from where it was made.")
    kind = kind_of(data)
    text = as_text(data) if kind is FileKind.UNKNOWN else None
    if text is not None:
        start = text.find("-----BEGIN ")
        kind = kind_of_text(text) if start < 0 else kind_of_label(text[start + 11 : start + 80])
    if kind in _FOREIGN:
        return Refusal("keystore-unsupported", f"the file is {kind.words}, which can't be read", kind.hint)
    if kind is FileKind.UNKNOWN:
        if data[:1] == b"\x30" and _is_cut(data):
            return Refusal("file-truncated", "the keystore ends too early", "Copy the file again, whole.")
        return Refusal("not-a-keystore", "the file is not a keystore in any known form")
    return Refusal("not-a-keystore", f"the file is not a keystore; it seems to be {kind.words}", kind.hint)


def _is_cut(data: bytes) -> bool:
    try:
        element(data, 0, len(data))
    except Truncated:
        return True
    except ValueError:
        return False
    return False
