"""PKCS #8 (RFC 5208, RFC 5958): taking it apart, putting it together, and the form in which a key leaves."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec import Struct

from .asn1 import core, encode, load
from .der import BIT_STRING, INTEGER, OCTET_STRING, OID, SEQUENCE, DerError, Element, children, dotted, expect
from .public_keys import RSA, RSA_PSS, algorithm_of, split_spki


class _Pkcs8(core.Sequence):
    _fields = [("version", core.Integer), ("algorithm", core.Any), ("key", core.OctetString)]


class KeyParts(Struct, frozen=True):
    """The parts of a PKCS #8 key. ``algorithm`` is the whole AlgorithmIdentifier, ``oid`` and ``parameters`` what is in
    it; ``public`` the public key of version 2 (RFC 5958), the contents of its BIT STRING."""

    version: int
    algorithm: bytes
    oid: str
    parameters: bytes
    key: bytes
    public: bytes | None = None


def split_pkcs8(data: bytes) -> KeyParts:
    """The parts of a PKCS #8 key. Raises ``DerError`` for anything else."""
    start, stop = expect(data, 0, len(data), SEQUENCE)
    parts = children(data, start, stop)
    if [tag for tag, _, _ in parts[:3]] != [INTEGER, SEQUENCE, OCTET_STRING] or stop != len(data):
        raise DerError("it is no PKCS #8 key")
    version, algorithm, key = parts[:3]
    oid = expect(data, algorithm[1], algorithm[2], OID)
    return KeyParts(
        version=int.from_bytes(data[version[1] : version[2]], "big"),
        algorithm=data[version[2] : algorithm[2]],
        oid=dotted(data[oid[0] : oid[1]]),
        parameters=data[oid[1] : algorithm[2]],
        key=data[key[1] : key[2]],
        public=_public(data, parts[3:]),
    )


def join_pkcs8(algorithm: bytes, key: bytes) -> bytes:
    """A PKCS #8 key of version 1."""
    return encode(_Pkcs8, {"version": 0, "algorithm": load(core.Any, algorithm), "key": key})


def _public(data: bytes, parts: list[Element]) -> bytes | None:
    """The public key of version 2: implicitly tagged (RFC 5958), or explicitly as older programs have it."""
    for tag, start, stop in parts:
        if tag == 0x81:
            return data[start + 1 : stop]
        if tag == 0xA1:
            inner = expect(data, start, stop, BIT_STRING)
            return data[inner[0] + 1 : inner[1]]
    return None


def as_pkcs8(loaded: PrivateKeyTypes) -> bytes:
    """A key that has no form of its own, as PKCS #8."""
    return loaded.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def leaving(pkcs8: bytes, spki: bytes) -> bytes:
    """The key of a certificate in the form that programs read.

    Version 2 leaves as version 1: OpenSSL rejects the public key in it, which the certificate has as well. A key that
    came, or was kept by an earlier release, as plain RSA gets the RSASSA-PSS algorithm of its certificate: without it
    OpenSSL doesn't find that they belong together.
    """
    parts = split_pkcs8(pkcs8)
    if parts.oid == RSA and split_spki(spki)[0] == RSA_PSS:
        return join_pkcs8(algorithm_of(spki), parts.key)
    if parts.version:
        return join_pkcs8(parts.algorithm, parts.key)
    return pkcs8
