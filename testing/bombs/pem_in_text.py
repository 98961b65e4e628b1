"""PEM blocks inside text and source code of any language: finding them, and writing another one in the same form."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

KEEP = b"certfleet: keep"
"""A comment with this, on the line before a block or on its first line, says that it is as it is on purpose."""

_CERTIFICATES = (b"CERTIFICATE", b"X509 CERTIFICATE", b"X.509 CERTIFICATE", b"TRUSTED CERTIFICATE")
_PKCS7 = (b"PKCS7", b"CMS")
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 .]{3,40})-----(.{20,60000}?)-----END \1-----", re.S)
# Between the lines, whatever the language: strings that are joined, escapes, and anything that isn't base64.
_BETWEEN = re.compile(rb"""(?:["'`]\s*\+\s*["'`]|\\[nrt]|[^A-Za-z0-9+/=])+""")


class FoundPem(NamedTuple):
    """A block: what is between its lines as it stands in the text, and its DER."""

    label: bytes
    body: bytes
    der: bytes
    start: int
    line: int
    kept: bool

    @property
    def is_certificate(self) -> bool:
        """Whether it holds one certificate."""
        return self.label in _CERTIFICATES

    @property
    def is_pkcs7(self) -> bool:
        """Whether it holds a PKCS #7 structure."""
        return self.label in _PKCS7

    @property
    def clean(self) -> bytes:
        """The block as a PEM file."""
        lines = self.body.strip() if b"Proc-Type" in self.body else base64.encodebytes(self.der).strip()
        return b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (self.label, lines, self.label)


def blocks(data: bytes) -> Iterator[FoundPem]:
    """The PEM blocks of a text or of source code; what isn't one after all is left out."""
    for match in _PEM.finditer(data):
        encrypted = b"Proc-Type" in match[2]
        try:
            plain = _BETWEEN.sub(b"", match[2].replace(b"\\/", b"/"))
            der = b"" if encrypted else base64.b64decode(plain, validate=True)
        except binascii.Error:
            continue
        first = data.rfind(b"\n", 0, match.start())
        before = data.rfind(b"\n", 0, max(first, 0)) + 1
        kept = KEEP in data[before : match.start()] or KEEP in data[match.start() : match.start(2)]
        yield FoundPem(match[1], match[2], der, match.start(2), data.count(b"\n", 0, match.start()) + 1, kept)


def without_blocks(data: bytes) -> bytes:
    """The text with empty lines in place of its PEM blocks."""
    return _PEM.sub(lambda match: b"\n" * match[0].count(b"\n"), data)


def replace_blocks(data: bytes, made: Mapping[bytes, bytes]) -> bytes:
    """The text with the body of each block (as in ``FoundPem.body``) replaced by that of other DER, divided into lines
    as it was. Raises ``ValueError`` for a block whose lines can't be told."""
    done, at = [], 0
    for block in blocks(data):
        if (der := made.get(block.der)) is not None:
            done += [data[at : block.start], _divided_as(block.body, der)]
            at = block.start + len(block.body)
    return b"".join((*done, data[at:]))


def _divided_as(body: bytes, der: bytes) -> bytes:
    escaped = b"\\/" in body
    body = body.replace(b"\\/", b"/")
    between = [match[0] for match in _BETWEEN.finditer(body)]
    lines = [line for line in _BETWEEN.split(body) if line]
    head = between.pop(0) if between and body.startswith(between[0]) else b""
    tail = between.pop() if between and body.endswith(between[-1]) else b""
    width = len(lines[0])
    regular = all(len(line) == width for line in lines[:-1]) and len(lines[-1]) <= width
    if between and (len(set(between)) > 1 or not regular) and any(one.strip() for one in between):
        raise ValueError("its PEM is divided into lines of no one form")
    text = base64.b64encode(der)
    if not between:
        return head + (text.replace(b"/", b"\\/") if escaped else text) + tail
    new = [text[at : at + width] for at in range(0, len(text), width)]
    joints = [*between, *[between[-1]] * len(new)]
    joined = b"".join(line + joints[at] for at, line in enumerate(new[:-1])) + new[-1]
    return head + (joined.replace(b"/", b"\\/") if escaped else joined) + tail
