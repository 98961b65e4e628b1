"""A minimal DER (X.690) reader for certificate facts: tags, lengths, object identifiers.

It uses positions instead of copies, because an import reads hundreds of certificates. asn1crypto reads rare, deep or
BER structures instead.
"""

from __future__ import annotations

from functools import lru_cache

from .limits import MAX_BER

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID = 0x01, 0x02, 0x03, 0x04, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31

Element = tuple[int, int, int]
"""Tag, and where the contents start and stop."""


class DerError(ValueError):
    """The bytes are not DER."""


class Truncated(DerError):
    """A length exceeds the data."""


def element(data: bytes, at: int, end: int) -> Element:
    """The element at ``at``. Raises ``DerError``."""
    if at + 2 > end:
        raise Truncated("the data ends inside an element")
    tag = data[at]
    length = data[at + 1]
    start = at + 2
    if length > 0x7F:
        octets = length & 0x7F
        if not 0 < octets <= 8:
            raise DerError("a length is not in definite form")
        start += octets
        length = int.from_bytes(data[at + 2 : start], "big")
    if tag & 0x1F == 0x1F:
        raise DerError("a tag is in high form")
    stop = start + length
    if stop > end:
        raise Truncated("a length leads beyond the end of the data")
    return tag, start, stop


def expect(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Start and stop of the element at ``at``, which must have ``tag``. Raises ``DerError``."""
    found, start, stop = element(data, at, end)
    if found != tag:
        raise DerError(f"expected the tag {tag:#04x}, found {found:#04x}")
    return start, stop


def children(data: bytes, start: int, stop: int) -> list[Element]:
    """The elements between ``start`` and ``stop``. Raises ``DerError``."""
    found: list[Element] = []
    while start < stop:
        item = element(data, start, stop)
        found.append(item)
        start = item[2]
    return found


def has_more_than(contents: bytes, limit: int) -> bool:
    """Whether ``contents`` has, or may have (large BER), more than ``limit`` consecutive elements."""
    at = count = 0
    try:
        while at < len(contents) and count <= limit:
            at = element(contents, at, len(contents))[2]
            count += 1
    except DerError:
        return len(contents) > MAX_BER
    return count > limit


@lru_cache(maxsize=1024)
def dotted(encoded: bytes) -> str:
    """An object identifier's contents as ``1.2.840…``. Raises ``DerError``."""
    if not 0 < len(encoded) <= 128 or encoded[-1] & 0x80:
        raise DerError("an object identifier is incomplete")
    arcs: list[int] = []
    value = 0
    for octet in encoded:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))
