"""A private key as it came: its PKCS #8 (RFC 5208, RFC 5958) with algorithm identifier, parameters and attributes.

cryptography's loader is strict: it rejects numbers with a zero in front, version 2, and curves that it doesn't have.
Where it rejects a key, the numbers in it are handed over in the form that the loader takes. A key of a kind that it
doesn't know at all is kept if it holds its public key, by which it is compared with its certificate.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, mldsa, rsa, x448, x25519
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from cryptography.x509 import ObjectIdentifier

from ..errors import Refusal
from .der import BIT_STRING, INTEGER, OCTET_STRING, OID, SEQUENCE, DerError, children, dotted, expect
from .facts import ParsedCertificate
from .pkcs8 import KeyParts, join_pkcs8, split_pkcs8
from .public_keys import EC, RSA, RSA_PSS, key_name, split_spki

USABLE = (
    rsa.RSAPrivateKey,
    ec.EllipticCurvePrivateKey,
    ed25519.Ed25519PrivateKey,
    ed448.Ed448PrivateKey,
    dsa.DSAPrivateKey,
    mldsa.MLDSA44PrivateKey,
    mldsa.MLDSA65PrivateKey,
    mldsa.MLDSA87PrivateKey,
)
"""The kinds that sign here."""

_RAW: dict[str, Callable[[bytes], PrivateKeyTypes]] = {
    "1.3.101.110": x25519.X25519PrivateKey.from_private_bytes,
    "1.3.101.111": x448.X448PrivateKey.from_private_bytes,
    "1.3.101.112": ed25519.Ed25519PrivateKey.from_private_bytes,
    "1.3.101.113": ed448.Ed448PrivateKey.from_private_bytes,
}
_SEEDED: dict[str, Callable[[bytes], PrivateKeyTypes]] = {
    "2.16.840.1.101.3.4.3.17": mldsa.MLDSA44PrivateKey.from_seed_bytes,
    "2.16.840.1.101.3.4.3.18": mldsa.MLDSA65PrivateKey.from_seed_bytes,
    "2.16.840.1.101.3.4.3.19": mldsa.MLDSA87PrivateKey.from_seed_bytes,
}
_SEED = 32
# Of raw keys of another length, OpenSSL's error comes as it is.
_NOT_LOADED = (ValueError, TypeError, UnsupportedAlgorithm, NotImplementedError, OverflowError, InternalError)


class ParsedKey:
    """A private key: ``pkcs8`` as it came. ``loaded`` is cryptography's key, None if it has no such kind."""

    __slots__ = ("_public", "loaded", "pkcs8")

    def __init__(self, pkcs8: bytes, loaded: PrivateKeyTypes | None, public: bytes | None = None) -> None:
        self.pkcs8 = pkcs8
        self.loaded = loaded
        self._public = public

    @property
    def usable(self) -> PrivateKeyTypes:
        """The key for signing. Refuses ``key-unsupported``."""
        if self.loaded is None or not isinstance(self.loaded, USABLE):
            raise _unusable(key_name(split_pkcs8(self.pkcs8).algorithm))
        return self.loaded

    @property
    def spki(self) -> bytes | None:
        """The SubjectPublicKeyInfo as most certificates have it; None if cryptography has no such kind."""
        if self.loaded is None:
            return None
        return self.loaded.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def fits(self, certificate: ParsedCertificate) -> bool:
        """Whether the certificate is for this key."""
        if self.loaded is not None:
            try:
                return bool(self.loaded.public_key() == certificate.public_key())
            except Refusal:  # cryptography doesn't take the certificate's form of the key
                pass
        algorithm, public = split_spki(certificate.spki)
        own = self.spki
        if own is not None:
            return split_spki(own)[1] == public
        return (
            self._public is not None
            and _compressed_like(public, self._public) == self._public
            and split_pkcs8(self.pkcs8).oid == algorithm
        )


def parse_key(pkcs8: bytes) -> ParsedKey:
    """Read an unencrypted PKCS #8 key. Refuses ``not-a-private-key`` (damaged) and ``key-unsupported``."""
    loaded = _load(pkcs8)
    return ParsedKey(pkcs8, loaded) if loaded is not None else _parse_leniently(pkcs8)


def _compressed_like(point: bytes, other: bytes) -> bytes:
    """``point`` as it is, or compressed (SEC 1, 2.3.3) if the other point on a curve is."""
    if point[:1] != b"\4" or other[:1] not in (b"\2", b"\3"):
        return point
    return bytes((2 + (point[-1] & 1),)) + point[1 : 1 + len(point) // 2]


def _load(pkcs8: bytes) -> PrivateKeyTypes | None:
    try:
        return load_der_private_key(pkcs8, None)
    except _NOT_LOADED:
        return None


def _parse_leniently(pkcs8: bytes) -> ParsedKey:
    try:
        parts = split_pkcs8(pkcs8)
        loaded: PrivateKeyTypes | None
        public: bytes | None
        if parts.oid == EC:
            loaded, public = _read_ec(parts)
        elif parts.oid in (RSA, RSA_PSS):
            loaded, public = _read_rsa(parts)
        elif parts.oid in _RAW:
            loaded, public = _RAW[parts.oid](_octets(parts.key)), None
        elif parts.oid in _SEEDED:
            seed = _seed(parts.key)
            loaded, public = None if seed is None else _SEEDED[parts.oid](seed), None
        else:
            loaded, public = _load(join_pkcs8(parts.algorithm, parts.key)), None
    except (ValueError, IndexError, InternalError):  # IndexError: a SEQUENCE with too little in it
        raise damaged_key() from None
    public = public or parts.public
    if loaded is None and public is None:
        raise _unknowable(key_name(parts.algorithm))
    return ParsedKey(pkcs8, loaded, public)


def _read_ec(parts: KeyParts) -> tuple[PrivateKeyTypes | None, bytes | None]:
    """ECPrivateKey (RFC 5915): the number in any number of octets."""
    start, stop = expect(parts.key, 0, len(parts.key), SEQUENCE)
    version, number, *rest = children(parts.key, start, stop)
    if (version[0], number[0]) != (INTEGER, OCTET_STRING):
        raise DerError("it is no EC key")
    parameters, public = parts.parameters, None
    for tag, part_start, part_stop in rest:
        if tag == 0xA0 and not parameters:
            parameters = parts.key[part_start:part_stop]
        elif tag == 0xA1:
            inner = expect(parts.key, part_start, part_stop, BIT_STRING)
            public = parts.key[inner[0] + 1 : inner[1]]
    if parameters[:1] != bytes((OID,)):
        return None, public
    oid = expect(parameters, 0, len(parameters), OID)
    try:
        curve = ec.get_curve_for_oid(ObjectIdentifier(dotted(parameters[oid[0] : oid[1]])))()
        key = ec.derive_private_key(int.from_bytes(parts.key[number[1] : number[2]], "big"), curve)
    except (LookupError, UnsupportedAlgorithm):
        return None, public
    point = PublicFormat.CompressedPoint if public and public[0] in (2, 3) else PublicFormat.UncompressedPoint
    if public and key.public_key().public_bytes(Encoding.X962, point) != public:
        raise DerError("its public key is another one's")
    return key, public


def _read_rsa(parts: KeyParts) -> tuple[PrivateKeyTypes | None, bytes | None]:
    """RSAPrivateKey (RFC 8017 appendix A.1.2). cryptography doesn't read one of more than two primes."""
    plain = _load(parts.key)
    if plain is not None:
        return plain, None
    start, stop = expect(parts.key, 0, len(parts.key), SEQUENCE)
    numbers = children(parts.key, start, stop)
    if parts.key[numbers[0][1] : numbers[0][2]] != b"\1" or len(numbers) != 10:
        raise DerError("its numbers don't fit together")
    modulus, exponent = (int.from_bytes(parts.key[n[1] : n[2]], "big") for n in numbers[1:3])
    public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    return None, public.public_bytes(Encoding.DER, PublicFormat.PKCS1)


def _octets(key: bytes) -> bytes:
    """CurvePrivateKey (RFC 8410): an OCTET STRING inside; some programs leave that out."""
    try:
        start, stop = expect(key, 0, len(key), OCTET_STRING)
    except DerError:
        return key
    return key[start:stop] if stop == len(key) else key


def _seed(key: bytes) -> bytes | None:
    """The seed of an ML-DSA key (RFC 9881 section 6); None if only the expanded key is there."""
    if len(key) == _SEED:
        return key
    tag, start, stop = children(key, 0, len(key))[0]
    if tag == SEQUENCE:
        tag, start, stop = children(key, start, stop)[0]
    return key[start:stop] if stop - start == _SEED else None


def damaged_key() -> Refusal:
    """The refusal of a key that can't be read."""
    return Refusal("not-a-private-key", "the private key is damaged", "Copy the file again from where it was made.")


def _unusable(kind: str) -> Refusal:
    return Refusal("key-unsupported", f"a private key of this kind ({kind}) is kept here, and can't sign here")


def _unknowable(kind: str) -> Refusal:
    hint = None
    if kind.startswith("EC "):
        hint = "Write the public key into it with: openssl ec -in KEY -out NEW -param_enc named_curve"
    elif kind.startswith("ML-DSA"):
        hint = "Export it anew with its seed."
    return Refusal(
        "key-unsupported",
        f"the private key is of a kind ({kind}) that isn't known here, and its public key, by which to tell its "
        "certificate, isn't in it",
        hint,
    )
