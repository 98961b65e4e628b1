"""Encoding DER (X.690), for certificates that a builder is too slow for, or too correct."""

from __future__ import annotations

from datetime import datetime

from ..store.certificates.der import BIT_STRING, GENERALIZED_TIME, INTEGER, SEQUENCE, UTC_TIME

_BOOLEAN_TRUE = b"\x01\x01\xff"
_OCTET_STRING = 0x04


def tlv(tag: int, *parts: bytes) -> bytes:
    """An element: its tag, its length, and these contents."""
    contents = b"".join(parts) if len(parts) != 1 else parts[0]
    length = len(contents)
    if length < 0x80:
        return b"%c%c%b" % (tag, length, contents)
    octets = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | octets)) + length.to_bytes(octets) + contents


def integer(value: int) -> bytes:
    """An INTEGER that isn't negative."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def bits(value: bytes) -> bytes:
    """A BIT STRING of whole octets."""
    return tlv(BIT_STRING, b"\0", value)


def time(at: datetime) -> bytes:
    """A Time of RFC 5280, 4.1.2.5: UTCTime up to 2049, GeneralizedTime from then on."""
    if at.year < 2050:
        return tlv(UTC_TIME, at.strftime("%y%m%d%H%M%SZ").encode())
    return generalized_time(at)


def generalized_time(at: datetime) -> bytes:
    """A GeneralizedTime, to the second."""
    return tlv(GENERALIZED_TIME, f"{at.year:04}{at:%m%d%H%M%S}Z".encode())


def extension(oid: bytes, value: bytes, *, critical: bool = False) -> bytes:
    """An Extension (RFC 5280, 4.1); ``oid`` is encoded, ``value`` the DER of its contents."""
    return tlv(SEQUENCE, oid, _BOOLEAN_TRUE if critical else b"", tlv(_OCTET_STRING, value))
