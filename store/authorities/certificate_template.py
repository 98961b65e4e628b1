"""Certificates put together from a template: the to-be-signed part of one that cryptography's builder made, with the
fields filled in that differ from one device to the next (RFC 5280, section 4.1).

Building and encoding takes the builder longer than signing. A CA's device certificates differ in serial number,
validity, common name, key and subject key identifier only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha1

from ..certificates.der import BIT_STRING, GENERALIZED_TIME, INTEGER, OID, SEQUENCE, SET, UTC_TIME, children

P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
"""How the SubjectPublicKeyInfo of every uncompressed P-256 point begins (RFC 5480, section 2)."""

_POINT = 65
_UTF8_STRING = 0x0C
_COMMON_NAME = bytes([OID, 3, 0x55, 0x04, 0x03])  # 2.5.4.3
_FIRST_GENERALIZED = 2050  # RFC 5280, 4.1.2.5


class CertificateTemplate:
    """Fills in a sample: the DER of a version 3 certificate over a P-256 key whose subject is one common name.

    The sample has its key's identifier (``key_identifier``) in its extensions, once. Raises ``ValueError`` if not.
    """

    def __init__(self, sample: bytes) -> None:
        ((_, start, stop),) = children(sample, 0, len(sample))
        tbs, algorithm, _ = children(sample, start, stop)
        version, serial, _, issuer, _, subject, key, extensions = children(sample, *tbs[1:])
        identifier = key_identifier(sample[subject[2] : key[2]])
        before, found, after = sample[key[2] : extensions[2]].partition(identifier)
        if not found or identifier in after:
            raise ValueError("the sample's key identifier has to stand in its extensions once")
        self._version = sample[tbs[1] : version[2]]
        self._issuer = sample[serial[2] : issuer[2]]  # after the algorithm
        self._before_identifier, self._after_identifier = before, after
        self._algorithm = sample[tbs[2] : algorithm[2]]

    def signed(
        self,
        serial_number: int,
        not_before: datetime,
        not_after: datetime,
        common_name: str,
        spki: bytes,
        sign: Callable[[bytes], bytes],
    ) -> bytes:
        """The DER of a certificate; ``sign`` signs as the sample was signed.

        Times are UTC, aware, and lose their microseconds. ``spki``: the SubjectPublicKeyInfo, which begins as ``P256``
        says. The common name has 1 to 64 bytes, as cryptography counts them.
        """
        name = common_name.encode()
        tbs = _tagged(
            SEQUENCE,
            self._version
            + _tagged(INTEGER, serial_number.to_bytes(serial_number.bit_length() // 8 + 1))
            + self._issuer
            + _tagged(SEQUENCE, _time(not_before) + _time(not_after))
            + _tagged(SEQUENCE, _tagged(SET, _tagged(SEQUENCE, _COMMON_NAME + _tagged(_UTF8_STRING, name))))
            + spki
            + self._before_identifier
            + key_identifier(spki)
            + self._after_identifier,
        )
        return _tagged(SEQUENCE, tbs + self._algorithm + _tagged(BIT_STRING, b"\0" + sign(tbs)))


class RequestTemplate:
    """Fills in a sample: the DER of a signing request (PKCS #10, RFC 2986) over a P-256 key."""

    def __init__(self, sample: bytes) -> None:
        ((_, start, stop),) = children(sample, 0, len(sample))
        information, algorithm, _ = children(sample, start, stop)
        _, subject, key, _ = children(sample, *information[1:])
        self._before_key = sample[start : subject[2]]
        self._after_key = sample[key[2] : information[2]]
        self._algorithm = sample[information[2] : algorithm[2]]

    def signed(self, spki: bytes, sign: Callable[[bytes], bytes]) -> bytes:
        """The DER of the same request over another P-256 key; ``sign`` signs as the sample was signed."""
        information = self._before_key + spki + self._after_key
        return _tagged(SEQUENCE, information + self._algorithm + _tagged(BIT_STRING, b"\0" + sign(information)))


def key_identifier(spki: bytes) -> bytes:
    """The identifier of a P-256 key: SHA-1 of its point (RFC 5280, 4.2.1.2, method 1)."""
    return sha1(spki[-_POINT:], usedforsecurity=False).digest()


def _tagged(tag: int, contents: bytes) -> bytes:
    length = len(contents)
    if length < 0x80:
        return bytes((tag, length)) + contents
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + contents


def _time(at: datetime) -> bytes:
    if at.year < _FIRST_GENERALIZED:
        return b"%c%c%02d%02d%02d%02d%02d%02dZ" % (UTC_TIME, 13, at.year % 100, *at.timetuple()[1:6])
    return b"%c%c%04d%02d%02d%02d%02d%02dZ" % (GENERALIZED_TIME, 15, at.year, *at.timetuple()[1:6])
