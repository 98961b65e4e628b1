"""Keystores inside text: base64 and PEM, Kubernetes secrets, JSON of secret stores, configuration profiles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..certificates.pem import as_text, bare_base64, find_blocks
from ..certificates.reading import read_certificates
from ..certificates.sniffing import FileKind, kind_of
from ..errors import Refusal
from .keystore_type import KeystoreType

_TYPES = {FileKind.PKCS12: KeystoreType.PKCS12, FileKind.JKS: KeystoreType.JKS, FileKind.JCEKS: KeystoreType.JCEKS}
_VALUE = re.compile(r"[\"':>][ \t\r\n]{0,80}((?:MI|\\?/u3\+7|zs7Ozg)[A-Za-z0-9+/\\]{200,}+={0,2})")
_DATA = re.compile(r"<data>\s{0,80}((?:MI|/u3\+7|zs7Ozg)[A-Za-z0-9+/\s]{200,}+={0,2})\s{0,80}</data>")
"""The base64 of PKCS #12, JKS and JCEKS as a value in JSON and YAML, and in a property list."""


def detect_keystore(data: bytes) -> KeystoreType | None:
    """The format, told from the beginning of the file; None when it is not a keystore that can be read."""
    return _TYPES.get(kind_of(data))


def keystore_kind(data: bytes) -> KeystoreType | None:
    """The format of the keystore that ``data`` is, or that a text around it brings; None if it is something else, or
    brings certificates too."""
    if (found := detect_keystore(data)) is not None or (text := _text(data)) is None:
        return found
    whole = _first(_whole(text))
    if whole is not None:
        return detect_keystore(whole)
    inside = list(dict.fromkeys(_inside(text)))
    return detect_keystore(inside[0]) if len(inside) == 1 and not _has_certificates(data) else None


def unwrapped(data: bytes) -> bytes:
    """The keystore inside a text, as portals and secret stores hand it out; other data as it is.

    Refuses ``not-a-keystore`` if there are several: it is a person who knows which is asked for.
    """
    if (text := _text(data)) is None:
        return data
    if (whole := _first(_whole(text))) is not None:
        return whole
    found = list(dict.fromkeys(_inside(text)))
    if len(found) > 1:
        raise Refusal(
            "not-a-keystore",
            f"the file is a text with {len(found)} keystores in it",
            "Save the base64 of the one that is asked for in a file of its own.",
        )
    return found[0] if found else data


def _text(data: bytes) -> str | None:
    return as_text(data) if kind_of(data) is FileKind.UNKNOWN else None


def _first(found: Iterator[bytes]) -> bytes | None:
    return next((one for one in found if detect_keystore(one) is not None), None)


def _whole(text: str) -> Iterator[bytes]:
    """What a text is as a whole: base64, or PEM under any label (Windows' ``certutil -encode`` writes CERTIFICATE)."""
    if (decoded := bare_base64(text)) is not None:
        yield decoded
    elif "-----BEGIN " in text:
        try:
            blocks = find_blocks(text, "the keystore")
        except Refusal:
            return
        yield from (one.der for one in blocks if one.der is not None and (len(blocks) == 1 or one.label == "PKCS12"))


def _inside(text: str) -> Iterator[bytes]:
    for value in (*_VALUE.findall(text), *_DATA.findall(text)):
        decoded = bare_base64(value.replace("\\", ""))
        if decoded is not None and detect_keystore(decoded) is not None:
            yield decoded


def _has_certificates(data: bytes) -> bool:
    try:
        return bool(read_certificates(data).certificates)
    except Refusal:
        return False
