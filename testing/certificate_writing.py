"""Writing X.509 certificates (RFC 5280, 4.1) from their parts: right ones, and any that is wrong in one respect.

cryptography's builder isn't used: it takes four times as long, and refuses what a bad certificate needs. Keys and
signatures are cryptography's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..simulator.company.purposes import Purpose, key_usage
from ..store.authorities.validity import Validity
from ..store.certificates.der import OCTET_STRING, OID, SEQUENCE
from .der_writing import bits, extension, integer, time, tlv
from .key_making import PrivateKey

_VERSION_3 = bytes.fromhex("a003020102")
_EXTENSIONS, _KEY_ID = 0xA3, 0x80
_EC_P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")  # before the point (RFC 5480)
_SUBJECT_KEY_ID, _SUBJECT_ALT_NAME, _AUTHORITY_KEY_ID = (
    bytes.fromhex(f"0603551d{last}") for last in ("0e", "11", "23")
)
_EMPTY = b"\x30\0"


_CRITICAL = (x509.NameConstraints, x509.PolicyConstraints, x509.InhibitAnyPolicy)


class Signer:
    """A key that signs certificates: the algorithm's identifier, and the function that signs.

    ``repeatable``: the same key and contents give the same signature (RFC 6979 for ECDSA). ``digest`` is SHA-256 by
    default, or stronger for a curve that is; SHA-1 makes a weak signature.
    """

    __slots__ = ("algorithm", "sign")

    def __init__(
        self, key: PrivateKey, *, repeatable: bool = False, digest: hashes.HashAlgorithm | None = None
    ) -> None:
        self.sign: Callable[[bytes], bytes]
        if isinstance(key, ed25519.Ed25519PrivateKey):
            self.algorithm, self.sign = _identifier("1.3.101.112"), key.sign
        elif isinstance(key, rsa.RSAPrivateKey):
            hashed, scheme = digest or hashes.SHA256(), padding.PKCS1v15()
            self.algorithm = _identifier(_RSA[hashed.name], null=True)
            self.sign = lambda data: key.sign(data, scheme, hashed)
        else:
            hashed = digest or (hashes.SHA384() if key.key_size > 256 else hashes.SHA256())
            ecdsa = ec.ECDSA(hashed, deterministic_signing=repeatable)
            self.algorithm = _identifier(_ECDSA[hashed.name])
            self.sign = lambda data: key.sign(data, ecdsa)


_RSA = {
    "sha1": "1.2.840.113549.1.1.5",
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
_ECDSA = {
    "sha1": "1.2.840.10045.4.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}


def public_key_der(key: PrivateKey) -> bytes:
    """The SubjectPublicKeyInfo of a private key's other half."""
    public = key.public_key()
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size == 256:
        return _EC_P256 + public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_id_of(spki: bytes) -> bytes:
    """The key identifier of a SubjectPublicKeyInfo (RFC 5280, 4.2.1.2, method 1)."""
    if spki.startswith(_EC_P256):
        return hashlib.sha1(spki[len(_EC_P256) :], usedforsecurity=False).digest()
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(spki)
    assert isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey)
    return x509.SubjectKeyIdentifier.from_public_key(key).digest


def subject_key_id(key_id: bytes) -> bytes:
    """The extension that tells a certificate's own key."""
    return extension(_SUBJECT_KEY_ID, tlv(OCTET_STRING, key_id))


def authority_key_id(key_id: bytes) -> bytes:
    """The extension that tells the issuer's key."""
    return extension(_AUTHORITY_KEY_ID, tlv(SEQUENCE, tlv(_KEY_ID, key_id)))


def alternative_names(names: bytes, *, critical: bool = False) -> bytes:
    """The extension of the subject's other names; ``names`` are encoded GeneralNames. It is critical where there is no
    subject (RFC 5280, 4.2.1.6)."""
    return extension(_SUBJECT_ALT_NAME, tlv(SEQUENCE, names), critical=critical)


def encoded(value: x509.ExtensionType, *, critical: bool | None = None) -> bytes:
    """Any extension that cryptography knows; if nothing is said, it is critical where RFC 5280 wants it to be."""
    critical = isinstance(value, _CRITICAL) if critical is None else critical
    return extension(_oid(value.oid.dotted_string), value.public_bytes(), critical=critical)


def usual_extensions(purpose: Purpose, key: CertificatePublicKeyTypes, path_length: int | None = None) -> bytes:
    """Basic constraints, key usage and extended key usage of a purpose."""
    constraints = x509.BasicConstraints(ca=purpose.ca, path_length=path_length)
    made = encoded(constraints, critical=True) + encoded(key_usage(purpose, key), critical=True)
    return made + encoded(x509.ExtendedKeyUsage(purpose.extended)) if purpose.extended else made


def write_certificate(
    signer: Signer,
    *,
    serial_number: int,
    issuer: bytes,
    validity: bytes,
    subject: bytes,
    spki: bytes,
    extensions: Sequence[bytes],
) -> bytes:
    """The DER of a certificate whose parts are DER."""
    body = tlv(
        SEQUENCE,
        _VERSION_3,
        integer(serial_number),
        signer.algorithm,
        issuer,
        validity,
        subject,
        spki,
        tlv(_EXTENSIONS, tlv(SEQUENCE, *extensions)),
    )
    return tlv(SEQUENCE, body, signer.algorithm, bits(signer.sign(body)))


@lru_cache(maxsize=64)
def validity_der(validity: Validity) -> bytes:
    """A Validity, to the second."""
    return tlv(SEQUENCE, time(validity.not_before), time(validity.not_after))


def serial_number_for(*parts: bytes) -> int:
    """A serial number that depends on these parts of a certificate and on nothing else: 16 octets, never negative."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part)
    return int.from_bytes(digest.digest()) >> 2 | 1 << 126


@cache
def _identifier(oid: str, *, null: bool = False) -> bytes:
    return tlv(SEQUENCE, _oid(oid), b"\x05\0" if null else b"")


@cache
def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    contents = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        contents += bytes(reversed(groups))
    return tlv(OID, bytes(contents))
