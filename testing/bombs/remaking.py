"""A certificate or revocation list made anew (RFC 5280): all of it stays byte for byte but the end of its validity, and
the keys and key ids where a key is new."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ...store.certificates.algorithms import RSASSA_PSS, SIGNATURES
from ...store.certificates.der import GENERALIZED_TIME, SEQUENCE, UTC_TIME, children, expect
from ...store.certificates.facts import ParsedCertificate
from ...store.certificates.signatures import pss_parameters
from ...store.errors import Refusal
from ..der_writing import bits, time, tlv

KeyIds = Mapping[bytes, bytes]
"""The new key ids by the old, which are as long."""

FOREVER = datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)
"""When what is made anew ends, unless that is too early for the day that was asked for."""

_TIMES = (UTC_TIME, GENERALIZED_TIME)
_EXTENSIONS, _CRL_EXTENSIONS = 0xA3, 0xA0


def spki_of(key: PrivateKeyTypes) -> bytes:
    """The public key as a certificate has it."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_like(certificate: ParsedCertificate) -> PrivateKeyTypes:
    """A new key of the kind and size of a certificate's. Raises ``ValueError`` for kinds that aren't made here."""
    try:
        old = certificate.public_key()
    except Refusal as refusal:
        raise ValueError(refusal.message) from refusal
    key: PrivateKeyTypes
    if isinstance(old, rsa.RSAPublicKey):
        key = rsa.generate_private_key(old.public_numbers().e, old.key_size)
    elif isinstance(old, ec.EllipticCurvePublicKey):
        key = ec.generate_private_key(old.curve)
    elif isinstance(old, ed25519.Ed25519PublicKey):
        key = ed25519.Ed25519PrivateKey.generate()
    elif isinstance(old, ed448.Ed448PublicKey):
        key = ed448.Ed448PrivateKey.generate()
    else:
        raise ValueError(f"no new key of its kind ({certificate.facts.key_algorithm}) can be made")
    if _algorithm(spki_of(key)) != _algorithm(certificate.spki):
        raise ValueError(f"no new key of its kind ({certificate.facts.key_algorithm}) can be made")
    return key


def key_for_signature(certificate: ParsedCertificate) -> PrivateKeyTypes:
    """A new key that makes signatures as a certificate has one, whose issuer nobody has. Raises ``ValueError``."""
    kind = SIGNATURES.get(certificate.signature.algorithm, ("", "", None))[1]
    bits_of = len(certificate.signature.value) * 8
    if kind == "RSA":
        return rsa.generate_private_key(65537, max(bits_of, 1024))
    if kind == "EC":
        return ec.generate_private_key(ec.SECP256R1() if bits_of <= 600 else ec.SECP384R1())
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "Ed448":
        return ed448.Ed448PrivateKey.generate()
    raise ValueError(f"its signature ({certificate.facts.signature_algorithm}) can't be made")


def key_ids(old: bytes, new: bytes) -> dict[bytes, bytes]:
    """The key ids of a public key in the usual ways (RFC 5280, 4.2.1.2; RFC 7093), and those of a new one."""
    ways: tuple[Callable[[bytes], bytes], ...] = (
        lambda spki: hashlib.sha1(_bits(spki)).digest(),
        lambda spki: hashlib.sha256(_bits(spki)).digest()[:20],
        lambda spki: hashlib.sha1(spki).digest(),
        lambda spki: hashlib.sha256(spki).digest(),
    )
    return {way(old): way(new) for way in ways}


def remake(
    old: ParsedCertificate, signer: PrivateKeyTypes, ids: KeyIds, *, until: datetime | None, spki: bytes | None
) -> bytes:
    """The certificate with another end and another public key; None leaves them. Raises ``ValueError`` if the key can't
    make its kind of signature."""
    der = old.der
    outer = children(der, *expect(der, 0, len(der), SEQUENCE))
    tbs = _elements(der[outer[0][1] : outer[0][2]])
    first = 1 if tbs[0][0] == 0xA0 else 0
    if until is not None:
        validity = tbs[first + 3]
        not_before = _elements(validity[expect(validity, 0, len(validity), SEQUENCE)[0] :])[0]
        tbs[first + 3] = tlv(SEQUENCE, not_before, time(until))
    if spki is not None:
        tbs[first + 5] = spki
    tbs = [_with_key_ids(part, ids) if part[0] == _EXTENSIONS else part for part in tbs]
    return _signed(tlv(SEQUENCE, *tbs), der[outer[0][2] : outer[1][2]], old, signer)


def signs(crl: bytes, issuer: ParsedCertificate) -> bool:
    """Whether a certificate's key signed a revocation list."""
    try:
        # The type names only keys that sign; of any other, such as X25519, it is a TypeError, which is the answer.
        return bool(x509.load_der_x509_crl(crl).is_signature_valid(issuer.public_key()))  # type: ignore[arg-type]
    except (ValueError, TypeError, UnsupportedAlgorithm, Refusal):
        return False


def next_update(crl: bytes) -> datetime | None:
    """When a revocation list is superseded."""
    return x509.load_der_x509_crl(crl).next_update_utc


def remake_crl(
    crl: bytes, issuer: ParsedCertificate, signer: PrivateKeyTypes, ids: KeyIds, until: datetime | None
) -> bytes:
    """The revocation list with another next update. Raises ``ValueError`` as ``remake``."""
    outer = children(crl, *expect(crl, 0, len(crl), SEQUENCE))
    tbs = _elements(crl[outer[0][1] : outer[0][2]])
    times = [at for at, part in enumerate(tbs) if part[0] in _TIMES]
    if until is not None and len(times) == 2:
        tbs[times[1]] = time(until)
    tbs = [_with_key_ids(part, ids) if part[0] == _CRL_EXTENSIONS else part for part in tbs]
    algorithm = crl[outer[0][2] : outer[1][2]]
    oid = x509.load_der_x509_crl(crl).signature_algorithm_oid.dotted_string
    return _signed(tlv(SEQUENCE, *tbs), algorithm, issuer, signer, oid)


def _signed(
    tbs: bytes, algorithm: bytes, old: ParsedCertificate, key: PrivateKeyTypes, oid: str | None = None
) -> bytes:
    try:
        return tlv(SEQUENCE, tbs, algorithm, bits(_sign(tbs, old, key, oid or old.signature.algorithm)))
    except (UnsupportedAlgorithm, Refusal) as error:
        raise ValueError("its signature can't be made") from error


def _sign(data: bytes, old: ParsedCertificate, key: PrivateKeyTypes, oid: str) -> bytes:
    _, kind, digest = SIGNATURES.get(oid, ("", "", None))
    if isinstance(key, rsa.RSAPrivateKey) and kind == "RSA":
        if oid == RSASSA_PSS:
            return key.sign(data, *pss_parameters(old))
        if digest is not None:
            return key.sign(data, padding.PKCS1v15(), digest())
    if isinstance(key, ec.EllipticCurvePrivateKey) and kind == "EC" and digest is not None:
        return key.sign(data, ec.ECDSA(digest()))
    if isinstance(key, dsa.DSAPrivateKey) and kind == "DSA" and digest is not None:
        return key.sign(data, digest())
    if (isinstance(key, ed25519.Ed25519PrivateKey) and kind == "Ed25519") or (
        isinstance(key, ed448.Ed448PrivateKey) and kind == "Ed448"
    ):
        return key.sign(data)
    raise ValueError("its kind of signature can't be made")


def _elements(data: bytes) -> list[bytes]:
    """The elements in ``data``, each whole."""
    found, at = [], 0
    for _, _, stop in children(data, 0, len(data)):
        found.append(data[at:stop])
        at = stop
    return found


def _with_key_ids(extensions: bytes, ids: KeyIds) -> bytes:
    for old, new in ids.items():
        extensions = extensions.replace(old, new)
    return extensions


def _algorithm(spki: bytes) -> bytes:
    return _elements(spki[expect(spki, 0, len(spki), SEQUENCE)[0] :])[0]


def _bits(spki: bytes) -> bytes:
    """The contents of the BIT STRING."""
    start, stop = children(spki, *expect(spki, 0, len(spki), SEQUENCE))[1][1:]
    return spki[start + 1 : stop]
