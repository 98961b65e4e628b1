"""Signature algorithms by OID: their names and hashes."""

from __future__ import annotations

from itertools import product

from cryptography.hazmat.primitives import hashes

RSASSA_PSS = "1.2.840.113549.1.1.10"

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.113549.2.5": hashes.MD5,
    "1.3.14.3.2.26": hashes.SHA1,
    "2.16.840.1.101.3.4.2.4": hashes.SHA224,
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
"""Hash algorithms by OID (RFC 8017 appendix B.1)."""

SIGNATURES: dict[str, tuple[str, str, type[hashes.HashAlgorithm] | None]] = {
    "1.2.840.113549.1.1.4": ("md5WithRSAEncryption", "RSA", hashes.MD5),
    "1.2.840.113549.1.1.5": ("sha1WithRSAEncryption", "RSA", hashes.SHA1),
    "1.3.14.3.2.29": ("sha1WithRSA", "RSA", hashes.SHA1),
    "1.2.840.113549.1.1.14": ("sha224WithRSAEncryption", "RSA", hashes.SHA224),
    "1.2.840.113549.1.1.11": ("sha256WithRSAEncryption", "RSA", hashes.SHA256),
    "1.2.840.113549.1.1.12": ("sha384WithRSAEncryption", "RSA", hashes.SHA384),
    "1.2.840.113549.1.1.13": ("sha512WithRSAEncryption", "RSA", hashes.SHA512),
    "2.16.840.1.101.3.4.3.13": ("id-rsassa-pkcs1-v1_5-with-sha3-224", "RSA", hashes.SHA3_224),
    "2.16.840.1.101.3.4.3.14": ("id-rsassa-pkcs1-v1_5-with-sha3-256", "RSA", hashes.SHA3_256),
    "2.16.840.1.101.3.4.3.15": ("id-rsassa-pkcs1-v1_5-with-sha3-384", "RSA", hashes.SHA3_384),
    "2.16.840.1.101.3.4.3.16": ("id-rsassa-pkcs1-v1_5-with-sha3-512", "RSA", hashes.SHA3_512),
    RSASSA_PSS: ("RSASSA-PSS", "RSA", None),
    "1.2.840.10045.4.1": ("ecdsa-with-SHA1", "EC", hashes.SHA1),
    "1.2.840.10045.4.3.1": ("ecdsa-with-SHA224", "EC", hashes.SHA224),
    "1.2.840.10045.4.3.2": ("ecdsa-with-SHA256", "EC", hashes.SHA256),
    "1.2.840.10045.4.3.3": ("ecdsa-with-SHA384", "EC", hashes.SHA384),
    "1.2.840.10045.4.3.4": ("ecdsa-with-SHA512", "EC", hashes.SHA512),
    "2.16.840.1.101.3.4.3.9": ("ecdsa-with-SHA3-224", "EC", hashes.SHA3_224),
    "2.16.840.1.101.3.4.3.10": ("ecdsa-with-SHA3-256", "EC", hashes.SHA3_256),
    "2.16.840.1.101.3.4.3.11": ("ecdsa-with-SHA3-384", "EC", hashes.SHA3_384),
    "2.16.840.1.101.3.4.3.12": ("ecdsa-with-SHA3-512", "EC", hashes.SHA3_512),
    "1.2.840.10040.4.3": ("dsa-with-SHA1", "DSA", hashes.SHA1),
    "2.16.840.1.101.3.4.3.1": ("dsa-with-SHA224", "DSA", hashes.SHA224),
    "2.16.840.1.101.3.4.3.2": ("dsa-with-SHA256", "DSA", hashes.SHA256),
    "2.16.840.1.101.3.4.3.3": ("dsa-with-SHA384", "DSA", hashes.SHA384),
    "2.16.840.1.101.3.4.3.4": ("dsa-with-SHA512", "DSA", hashes.SHA512),
    "1.3.101.112": ("Ed25519", "Ed25519", None),
    "1.3.101.113": ("Ed448", "Ed448", None),
    "2.16.840.1.101.3.4.3.17": ("ML-DSA-44", "ML-DSA-44", None),
    "2.16.840.1.101.3.4.3.18": ("ML-DSA-65", "ML-DSA-65", None),
    "2.16.840.1.101.3.4.3.19": ("ML-DSA-87", "ML-DSA-87", None),
}
"""The supported algorithms: name, kind of key, hash (None if the algorithm has its own)."""

SLH_DSA = {
    f"2.16.840.1.101.3.4.3.{20 + number}": f"SLH-DSA-{hash}-{size}{speed}"
    for number, (hash, size, speed) in enumerate(product(("SHA2", "SHAKE"), (128, 192, 256), "sf"))
}
"""The parameter sets of SLH-DSA by OID (RFC 9909). No library here checks such signatures."""

_OTHER_NAMES = {
    **SLH_DSA,
    "1.2.840.113549.1.1.2": "md2WithRSAEncryption",
    "1.2.840.113549.1.1.3": "md4WithRSAEncryption",
    "1.3.36.3.3.1.2": "ripemd160WithRSA",
    "1.2.156.10197.1.501": "SM2-with-SM3",
}


def signature_name(oid: str) -> str:
    """The field's name for a signature algorithm, or its OID."""
    known = SIGNATURES.get(oid)
    return known[0] if known is not None else _OTHER_NAMES.get(oid, oid)
