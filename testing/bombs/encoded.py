"""Certificates and keystores that stand as base64 in another text: Kubernetes secrets, SAML metadata, JSON Web Keys."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

from ...store.certificates.der import DerError, element
from ...store.certificates.pem import as_text
from .pem_in_text import KEEP, without_blocks

_PEM, _DER = b"LS0tLS1CRUdJTi", b"MII"  # "-----BEGIN", and a SEQUENCE of 256 octets or more
_RUN = re.compile(rb"(?:%b|%b)[A-Za-z0-9+/]{20}(?:[A-Za-z0-9+/]|\\/|\\n|\s){200,100000}" % (_PEM, _DER))
_NO_BASE64 = re.compile(rb"\\n|\\(?=/)|\s")


class Encoded(NamedTuple):
    """What a run of base64 says, and where it begins; ``kept`` as of a PEM block."""

    content: bytes
    line: int
    kept: bool


def in_utf8(data: bytes) -> bytes:
    """A text in UTF-16, as PowerShell writes it, in UTF-8; anything else unchanged."""
    if b"\0" not in data[:512]:
        return data
    text = as_text(data)
    return data if text is None else text.encode("utf-8", "replace")


def encoded_in(data: bytes) -> Iterator[Encoded]:
    """PEM, and DER without what follows it, out of base64 that is no PEM block itself."""
    data = without_blocks(data)
    for match in _RUN.finditer(data):
        characters = _NO_BASE64.sub(b"", match[0])
        try:
            content = binascii.a2b_base64(characters[: -1 if len(characters) % 4 == 1 else None] + b"==")
            if match[0].startswith(_DER):  # words may follow, which look like base64 too
                content = content[: element(content, 0, len(content))[2]]
        except (binascii.Error, DerError):
            continue
        before = data.rfind(b"\n", 0, max(data.rfind(b"\n", 0, match.start()), 0)) + 1
        yield Encoded(content, data.count(b"\n", 0, match.start()) + 1, KEEP in data[before : match.start()])
