"""Algorithm and size of a SubjectPublicKeyInfo without loading the key (RFC 5480, RFC 8017)."""

from __future__ import annotations

from .algorithms import SLH_DSA
from .der import BIT_STRING, INTEGER, OID, SEQUENCE, children, dotted, expect

RSA, RSA_PSS, EC, DSA = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1", "1.2.840.10040.4.1"

# The curves of ANSI X9.62 and SEC 2 by the last arc of their OID.
_X962 = {2: "192v2", 3: "192v3", 4: "239v1", 5: "239v2", 6: "239v3"}
_SEC2 = {
    1: "sect163k1",
    2: "sect163r1",
    3: "sect239k1",
    4: "sect113r1",
    5: "sect113r2",
    6: "secp112r1",
    7: "secp112r2",
    8: "secp160r1",
    9: "secp160k1",
    15: "sect163r2",
    16: "sect283k1",
    17: "sect283r1",
    22: "sect131r1",
    23: "sect131r2",
    24: "sect193r1",
    25: "sect193r2",
    26: "sect233k1",
    27: "sect233r1",
    28: "secp128r1",
    29: "secp128r2",
    30: "secp160r2",
    31: "secp192k1",
    32: "secp224k1",
    36: "sect409k1",
    37: "sect409r1",
    38: "sect571k1",
    39: "sect571r1",
}

CURVES: dict[str, tuple[str, int]] = {
    "1.2.840.10045.3.1.1": ("P-192", 192),
    "1.3.132.0.33": ("P-224", 224),
    "1.2.840.10045.3.1.7": ("P-256", 256),
    "1.3.132.0.34": ("P-384", 384),
    "1.3.132.0.35": ("P-521", 521),
    "1.3.132.0.10": ("secp256k1", 256),
    "1.2.156.10197.1.301": ("SM2", 256),
    **{f"1.2.840.10045.3.1.{number}": (f"prime{name}", int(name[:3])) for number, name in _X962.items()},
    **{f"1.3.132.0.{number}": (name, int(name[4:7])) for number, name in _SEC2.items()},
    **{
        f"1.3.36.3.3.2.8.1.1.{2 * number + twist}": (f"brainpoolP{size}{kind}1", size)
        for number, size in enumerate((160, 192, 224, 256, 320, 384, 512))
        for twist, kind in ((1, "r"), (2, "t"))
    },
}

_FIXED: dict[str, tuple[str, int | None]] = {
    "1.3.101.110": ("X25519", 256),
    "1.3.101.111": ("X448", 448),
    "1.3.101.112": ("Ed25519", 256),
    "1.3.101.113": ("Ed448", 456),
    "1.2.840.113549.1.3.1": ("DH", None),
    "2.16.840.1.101.3.4.3.17": ("ML-DSA-44", None),
    "2.16.840.1.101.3.4.3.18": ("ML-DSA-65", None),
    "2.16.840.1.101.3.4.3.19": ("ML-DSA-87", None),
    **{oid: (name, None) for oid, name in SLH_DSA.items()},
    **{f"2.16.840.1.101.3.4.4.{number}": (f"ML-KEM-{size}", None) for number, size in ((1, 512), (2, 768), (3, 1024))},
}


def describe_public_key(spki: bytes) -> tuple[str, int | None]:
    """Algorithm ("RSA", "EC P-256", "Ed25519", or the OID) and size in bits, None if it has no such size.

    Raises ``DerError`` if ``spki`` is not a SubjectPublicKeyInfo.
    """
    start, stop = expect(spki, 0, len(spki), SEQUENCE)
    algorithm, key = _two(spki, start, stop)
    oid_start, oid_stop = expect(spki, algorithm[0], algorithm[1], OID)
    oid = dotted(spki[oid_start:oid_stop])
    if oid in _FIXED:
        return _FIXED[oid]
    if oid in (RSA, RSA_PSS):
        return ("RSA" if oid == RSA else "RSA-PSS"), _modulus_bits(spki, *key)
    if oid == EC:
        return _curve(spki, oid_stop, algorithm[1])
    if oid == DSA:
        return "DSA", _prime_bits(spki, oid_stop, algorithm[1])
    return oid, None


def split_spki(spki: bytes) -> tuple[str, bytes]:
    """The algorithm's OID and the public key itself. Raises ``DerError`` if ``spki`` is no SubjectPublicKeyInfo."""
    start, stop = expect(spki, 0, len(spki), SEQUENCE)
    algorithm, key = _two(spki, start, stop)
    oid = expect(spki, *algorithm, OID)
    return dotted(spki[oid[0] : oid[1]]), spki[key[0] + 1 : key[1]]


def algorithm_of(spki: bytes) -> bytes:
    """The encoded AlgorithmIdentifier, parameters included."""
    start, stop = expect(spki, 0, len(spki), SEQUENCE)
    return spki[start : expect(spki, start, stop, SEQUENCE)[1]]


def key_name(algorithm: bytes) -> str:
    """An encoded AlgorithmIdentifier of a key in words: "EC brainpoolP320r1", or its OID."""
    start, stop = expect(algorithm, 0, len(algorithm), SEQUENCE)
    oid_start, oid_stop = expect(algorithm, start, stop, OID)
    oid = dotted(algorithm[oid_start:oid_stop])
    if oid == EC:
        return _curve(algorithm, oid_stop, stop)[0]
    return _FIXED[oid][0] if oid in _FIXED else {RSA: "RSA", RSA_PSS: "RSA-PSS", DSA: "DSA"}.get(oid, oid)


def _two(spki: bytes, start: int, stop: int) -> tuple[tuple[int, int], tuple[int, int]]:
    algorithm = expect(spki, start, stop, SEQUENCE)
    return algorithm, expect(spki, algorithm[1], stop, BIT_STRING)


def _modulus_bits(spki: bytes, start: int, stop: int) -> int | None:
    try:
        key = expect(spki, start + 1, stop, SEQUENCE)
        modulus = expect(spki, *key, INTEGER)
    except ValueError:
        return None
    return int.from_bytes(spki[modulus[0] : modulus[1]], "big").bit_length()


def _prime_bits(spki: bytes, start: int, stop: int) -> int | None:
    """The size of p; a DSA key may leave its parameters to its issuer (RFC 3279 section 2.3.2)."""
    try:
        parameters = expect(spki, start, stop, SEQUENCE)
        prime = expect(spki, *parameters, INTEGER)
    except ValueError:
        return None
    return int.from_bytes(spki[prime[0] : prime[1]], "big").bit_length()


def _curve(spki: bytes, start: int, stop: int) -> tuple[str, int | None]:
    items = children(spki, start, stop)
    if not items or items[0][0] != OID:
        return "EC with explicit parameters", None
    oid = dotted(spki[items[0][1] : items[0][2]])
    name, size = CURVES.get(oid, (oid, None))
    return f"EC {name}", size
