"""Certificates on paper: X.509 in form (RFC 5280), over a public key that nobody has the private key of, and signed by
nobody. They are for copies of a workspace whose time is run ahead; rules read them as they read any certificate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from secrets import token_bytes

from cryptography import x509

from .der import BIT_STRING, BOOLEAN, GENERALIZED_TIME, INTEGER, OCTET_STRING, OID, SEQUENCE, UTC_TIME

RSA = "1.2.840.113549.1.1.1"
ED25519 = "1.3.101.112"
EC = "1.2.840.10045.2.1"
CURVES = {256: "1.2.840.10045.3.1.7", 384: "1.3.132.0.34", 521: "1.3.132.0.35"}
PRIVATE_KEY = b"on paper"
"""What stands in the place of the private key."""
_ECDSA_SHA256 = "1.2.840.10045.4.3.2"
_VERSION_3, _EXTENSIONS = 0xA0, 0xA3
_NULL = b"\x05\x00"
_FIRST_GENERALIZED = 2050  # RFC 5280, 4.1.2.5

Extension = tuple[x509.ExtensionType, bool]
"""An extension, and whether it is critical."""


def paper_certificate(
    subject: x509.Name,
    issuer: x509.Name,
    not_before: datetime,
    not_after: datetime,
    public_key: bytes,
    extensions: Iterable[Extension],
) -> bytes:
    """A certificate (DER) over a SubjectPublicKeyInfo."""
    algorithm = _sequence(_oid(_ECDSA_SHA256))
    contents = (
        tagged(_VERSION_3, tagged(INTEGER, b"\x02")),
        tagged(INTEGER, _positive(token_bytes(16))),
        algorithm,
        issuer.public_bytes(),
        _sequence(_time(not_before), _time(not_after)),
        subject.public_bytes(),
        public_key,
        tagged(_EXTENSIONS, _sequence(*(_extension(value, critical) for value, critical in extensions))),
    )
    return _sequence(_sequence(*contents), algorithm, _bits(bytes(64)))


def made_up_rsa_key(bits: int = 2048) -> bytes:
    """A SubjectPublicKeyInfo of an RSA key of this size."""
    modulus = bytearray(token_bytes(bits // 8))
    modulus[0] |= 0x80
    modulus[-1] |= 1
    key = _sequence(tagged(INTEGER, b"\0" + bytes(modulus)), tagged(INTEGER, b"\x01\x00\x01"))
    return _sequence(_sequence(_oid(RSA), _NULL), _bits(key))


def made_up_ec_key(bits: int = 256) -> bytes:
    """The same of a key on one of NIST's curves. The point is on no curve."""
    octets = (bits + 7) // 8
    return _sequence(_sequence(_oid(EC), _oid(CURVES[bits])), _bits(b"\x04" + bytes(octets) + token_bytes(octets)))


def made_up_ed25519_key() -> bytes:
    """The same of an Ed25519 key."""
    return _sequence(_sequence(_oid(ED25519)), _bits(token_bytes(32)))


def made_up_key_id() -> x509.SubjectKeyIdentifier:
    """The identifier of such a key."""
    return x509.SubjectKeyIdentifier(token_bytes(20))


def _extension(value: x509.ExtensionType, critical: bool) -> bytes:
    flag = tagged(BOOLEAN, b"\xff") if critical else b""
    return _sequence(_oid(value.oid.dotted_string), flag, tagged(OCTET_STRING, value.public_bytes()))


def _time(at: datetime) -> bytes:
    if at.year < _FIRST_GENERALIZED:
        return tagged(UTC_TIME, f"{at:%y%m%d%H%M%S}Z".encode())
    return tagged(GENERALIZED_TIME, f"{at:%Y%m%d%H%M%S}Z".encode())


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    encoded = b""
    for arc in (first * 40 + second, *rest):
        octets = [arc & 0x7F]
        while arc := arc >> 7:
            octets.append(arc & 0x7F | 0x80)
        encoded += bytes(reversed(octets))
    return tagged(OID, encoded)


def _bits(contents: bytes) -> bytes:
    return tagged(BIT_STRING, b"\0" + contents)


def _positive(number: bytes) -> bytes:
    return bytes([number[0] & 0x7F | 0x40]) + number[1:]


def _sequence(*parts: bytes) -> bytes:
    return tagged(SEQUENCE, b"".join(parts))


def tagged(tag: int, contents: bytes) -> bytes:
    size = len(contents)
    if size < 0x80:
        return bytes([tag, size]) + contents
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + contents
