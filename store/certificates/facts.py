"""The facts of a certificate (RFC 5280), read leniently and quickly.

The bytes are parsed once, here; cryptography is used only for keys and signatures. Strict parsers reject certificates
that fleets do use: negative serial numbers, odd name encodings, invalid versions or extensions, unknown keys. They are
accepted as long as subject, issuer, validity and key can be read.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key
from msgspec import Struct

from ..errors import Refusal
from ..model.certificate import CertificateFacts
from .algorithms import signature_name
from .der import BIT_STRING, INTEGER, OID, SEQUENCE, DerError, Element, children, dotted, expect
from .extensions import ExtensionFacts, read_extensions
from .fields import read_validity, serial_number
from .limits import MAX_CERTIFICATE
from .names import read_name
from .public_keys import describe_public_key

_CACHEABLE = 16 * 1024


class Signature(Struct, frozen=True):
    """The signature of a certificate: its algorithm (OID and raw parameters), value, and signed data.

    ``consistent``: the algorithm in the signed part is the same (RFC 5280, 4.1.1.2).
    """

    algorithm: str
    parameters: bytes
    value: bytes
    signed: bytes
    consistent: bool


class ParsedCertificate:
    """A parsed certificate: ``der``, ``facts``, and the data needed to check signatures."""

    __slots__ = ("_public_key", "der", "facts", "signature", "spki")

    def __init__(self, der: bytes, facts: CertificateFacts, spki: bytes, signature: Signature) -> None:
        self.der = der
        self.facts = facts
        self.spki = spki
        self.signature = signature
        self._public_key: PublicKeyTypes | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParsedCertificate) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        return f"<ParsedCertificate {self.facts.subject}>"

    @property
    def x509(self) -> x509.Certificate | None:
        """cryptography's certificate, or None if its strict parser rejects this one."""
        if self.facts.serial_number.startswith("-") or not int(self.facts.serial_number, 16):
            return None
        try:
            return x509.load_der_x509_certificate(self.der)
        except (ValueError, x509.InvalidVersion):
            return None

    def public_key(self) -> PublicKeyTypes:
        """The key. Refuses ``key-unsupported`` when cryptography can't use it."""
        if self._public_key is None:
            try:
                self._public_key = load_der_public_key(self.spki)
            except (ValueError, UnsupportedAlgorithm):
                raise Refusal(
                    "key-unsupported",
                    f"the public key of {self.facts.name} ({self.facts.key_algorithm}) can't be used",
                ) from None
        return self._public_key


def parse_certificate(der: bytes, *, remember: bool = True) -> ParsedCertificate:
    """Read one DER certificate. Turn ``remember`` off for one of thousands that won't be read again.

    Refuses ``certificate-unreadable`` with the reason.
    """
    if len(der) > MAX_CERTIFICATE:
        raise Refusal("certificate-unreadable", "a certificate is larger than any real one")
    # Imports repeat the same CAs, and the result never changes.
    return _cached(der) if remember and len(der) <= _CACHEABLE else _parse(der)


def _parse(der: bytes) -> ParsedCertificate:
    try:
        return _read(der)
    except (DerError, ValueError, OverflowError) as error:
        raise Refusal("certificate-unreadable", f"a certificate can't be read: {error}") from None


def _read(der: bytes) -> ParsedCertificate:
    start, stop = expect(der, 0, len(der), SEQUENCE)
    if stop != len(der):
        raise DerError("something follows it")
    signed_start, signed_stop = expect(der, start, stop, SEQUENCE)
    algorithm = expect(der, signed_stop, stop, SEQUENCE)
    bits = expect(der, algorithm[1], stop, BIT_STRING)
    fields = children(der, signed_start, signed_stop)
    version = 1
    if fields and fields[0][0] == 0xA0:
        number = expect(der, fields[0][1], fields[0][2], INTEGER)
        version = int.from_bytes(der[number[0] : min(number[1], number[0] + 2)], "big", signed=True) + 1
        del fields[0]
    if [tag for tag, _, _ in fields[:6]] != [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE]:
        raise DerError("it lacks a part that every certificate has")
    serial, inner, issuer_part, validity, subject_part, key_part = fields[:6]
    issuer = read_name(der[inner[2] : issuer_part[2]])
    subject = read_name(der[validity[2] : subject_part[2]])
    not_before, not_after = read_validity(der, validity)
    spki = der[subject_part[2] : key_part[2]]
    key_algorithm, key_size = describe_public_key(spki)
    extensions = ExtensionFacts()
    for tag, part_start, part_stop in fields[6:]:
        if tag == 0xA3:
            extensions = read_extensions(der, part_start, part_stop)
    signature = _signature(der, algorithm, bits, inner, (start, signed_stop))
    is_self_issued = subject.sha256 == issuer.sha256
    facts = CertificateFacts(
        version=version,
        subject=subject.string,
        issuer=issuer.string,
        subject_name_sha256=subject.sha256,
        issuer_name_sha256=issuer.sha256,
        serial_number=serial_number(der[serial[1] : serial[2]]),
        not_before=not_before,
        not_after=not_after,
        sans=extensions.sans,
        fingerprint_sha256=hashlib.sha256(der).hexdigest(),
        public_key_sha256=hashlib.sha256(spki).hexdigest(),
        key_algorithm=key_algorithm,
        key_size=key_size,
        signature_algorithm=signature_name(signature.algorithm),
        # Version 1 has no extensions; OpenSSL treats a self-issued one as a root.
        is_ca=extensions.is_ca or (version == 1 and not extensions.has_constraints and is_self_issued),
        path_length=extensions.path_length if extensions.is_ca else None,
        key_usage=extensions.key_usage,
        extended_key_usage=extensions.extended_key_usage,
        subject_key_id=extensions.subject_key_id,
        authority_key_id=extensions.authority_key_id,
    )
    return ParsedCertificate(der, facts, spki, signature)


def _signature(
    der: bytes, algorithm: tuple[int, int], bits: tuple[int, int], inner: Element, signed: tuple[int, int]
) -> Signature:
    oid_start, oid_stop = expect(der, *algorithm, OID)
    outer = der[algorithm[0] : algorithm[1]]
    return Signature(
        algorithm=dotted(der[oid_start:oid_stop]),
        parameters=der[oid_stop : algorithm[1]],
        value=der[bits[0] + 1 : bits[1]],
        signed=der[signed[0] : signed[1]],
        consistent=outer == der[inner[1] : inner[2]],
    )


_cached = lru_cache(maxsize=1_024)(_parse)
