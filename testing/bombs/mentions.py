"""Where a repository names a certificate by its fingerprint, or pins its public key: what has to follow by hand."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator

from msgspec import Struct

from ...store.certificates.facts import parse_certificate
from ...store.errors import Refusal
from .defusing import Defusing
from .searching import LARGEST, files_of

_HEX = re.compile(rb"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[: ]?){19,31}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")
_BASE64 = re.compile(rb"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{27}=)")


class Mention(Struct, frozen=True, kw_only=True):
    """A line that names what is made anew: ``what`` is "SHA-256" or "SHA-1", of the certificate or of its public key;
    ``old`` as hexadecimal digits, and ``new``, what it has to be."""

    path: str
    line: int
    subject: str
    what: str
    old: str
    new: str


def mentions(defusing: Defusing) -> Iterator[Mention]:
    """Every mention in the text files below the folder."""
    known = _digests(defusing)
    for path in files_of(defusing.folder) if known else ():
        try:
            data = path.read_bytes() if path.stat().st_size <= LARGEST else b""
        except OSError:
            continue
        if b"\0" in data:
            continue
        for at, digest in _named_in(data):
            if (found := known.get(digest)) is not None:
                what, subject, new = found
                line = data.count(b"\n", 0, at) + 1
                named = str(path.relative_to(defusing.folder))
                yield Mention(path=named, line=line, subject=subject, what=what, old=digest.hex(), new=new.hex())


def _named_in(data: bytes) -> Iterator[tuple[int, bytes]]:
    for match in _HEX.finditer(data):
        yield match.start(), bytes.fromhex(match[0].decode().replace(":", " "))
    for match in _BASE64.finditer(data):
        yield match.start(), base64.b64decode(match[0])


def _digests(defusing: Defusing) -> dict[bytes, tuple[str, str, bytes]]:
    found: dict[bytes, tuple[str, str, bytes]] = {}
    for old, new in defusing.made.items():
        try:
            before, after = parse_certificate(old), parse_certificate(new)
        except Refusal:  # a revocation list
            continue
        subject = before.facts.subject
        for name, way in (("SHA-256", hashlib.sha256), ("SHA-1", hashlib.sha1)):
            found[way(old).digest()] = (f"{name} fingerprint", subject, way(new).digest())
            if before.spki != after.spki:
                found[way(before.spki).digest()] = (f"{name} of the public key", subject, way(after.spki).digest())
    return found
