"""Checking that an issuer signed a certificate: names (RFC 5280, 7.1) and signature.

cryptography checks signatures. Its own name comparison is byte for byte, which rejects chains whose CA wrote its name
once as PrintableString and once as UTF8String.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, mldsa, padding, rsa

from ..errors import Refusal
from .algorithms import HASHES, RSASSA_PSS, SIGNATURES
from .asn1 import ASN1_ERRORS, algos, load
from .facts import ParsedCertificate

_CACHEABLE = 16 * 1024

_OwnHash = (
    ed25519.Ed25519PublicKey
    | ed448.Ed448PublicKey
    | mldsa.MLDSA44PublicKey
    | mldsa.MLDSA65PublicKey
    | mldsa.MLDSA87PublicKey
)
_OWN_HASH: dict[str, type[_OwnHash]] = {
    "Ed25519": ed25519.Ed25519PublicKey,
    "Ed448": ed448.Ed448PublicKey,
    "ML-DSA-44": mldsa.MLDSA44PublicKey,
    "ML-DSA-65": mldsa.MLDSA65PublicKey,
    "ML-DSA-87": mldsa.MLDSA87PublicKey,
}
"""The kinds of keys whose signature algorithm says which hash it takes."""


def is_issued_by(child: ParsedCertificate, issuer: ParsedCertificate) -> bool:
    """Whether the names match and the issuer's key made the signature.

    Refuses ``signature-unsupported`` when the names match and the algorithm can't be checked.
    """
    return child.facts.issuer_name_sha256 == issuer.facts.subject_name_sha256 and is_signed_by(child, issuer)


def is_signed_by(child: ParsedCertificate, issuer: ParsedCertificate) -> bool:
    """Whether the issuer's key made the signature, regardless of names. Refuses ``signature-unsupported``."""
    if len(child.der) + len(issuer.der) <= _CACHEABLE:
        # Intermediates come with every chain below them, so the result is cached.
        return _cached(child, issuer)
    return _check(child, issuer)


def _check(child: ParsedCertificate, issuer: ParsedCertificate) -> bool:
    signature = child.signature
    if signature.algorithm not in SIGNATURES:
        raise _unsupported(child, f"its signature algorithm, {child.facts.signature_algorithm}, is not known")
    if not signature.consistent:
        return False
    try:
        return _verify(child, issuer)
    except InvalidSignature:
        return False
    except UnsupportedAlgorithm:
        raise _unsupported(child, f"{child.facts.signature_algorithm} is not supported here") from None
    except Refusal as refusal:
        raise _unsupported(child, refusal.message) from None


def _verify(child: ParsedCertificate, issuer: ParsedCertificate) -> bool:
    """False when the key is of another kind than the signature; raises when the signature is wrong."""
    signature = child.signature
    _, kind, algorithm = SIGNATURES[signature.algorithm]
    key = issuer.public_key()
    if kind == "RSA" and isinstance(key, rsa.RSAPublicKey):
        if signature.algorithm == RSASSA_PSS:
            scheme, digest = pss_parameters(child)
            key.verify(signature.value, signature.signed, scheme, digest)
            return True
        if algorithm is not None:
            key.verify(signature.value, signature.signed, padding.PKCS1v15(), algorithm())
            return True
    if kind == "EC" and isinstance(key, ec.EllipticCurvePublicKey) and algorithm is not None:
        key.verify(signature.value, signature.signed, ec.ECDSA(algorithm()))
        return True
    if kind == "DSA" and isinstance(key, dsa.DSAPublicKey) and algorithm is not None:
        key.verify(signature.value, signature.signed, algorithm())
        return True
    if isinstance(key, _OwnHash) and isinstance(key, _OWN_HASH.get(kind, ())):
        key.verify(signature.value, signature.signed)
        return True
    return False


def pss_parameters(child: ParsedCertificate) -> tuple[padding.PSS, hashes.HashAlgorithm]:
    """The parameters of RSASSA-PSS (RFC 4055 section 3.1)."""
    try:
        parameters = load(algos.RSASSAPSSParams, child.signature.parameters or b"\x30\x00")
        digest = HASHES[parameters["hash_algorithm"]["algorithm"].dotted]
        mask = parameters["mask_gen_algorithm"]
        mask_digest = HASHES[mask["parameters"]["algorithm"].dotted]
        salt_length = parameters["salt_length"].native
        if mask["algorithm"].native != "mgf1" or not 0 <= salt_length <= 1024:
            raise ValueError("not the parameters of RFC 4055")
    except ASN1_ERRORS:
        raise _unsupported(child, "its RSASSA-PSS parameters are not known") from None
    return padding.PSS(padding.MGF1(mask_digest()), salt_length), digest()


def _unsupported(child: ParsedCertificate, why: str) -> Refusal:
    return Refusal(
        "signature-unsupported",
        f"the signature on {child.facts.name} can't be checked: {why}",
        "Leave out the authority's certificate, or ask for one with a current algorithm.",
    )


_cached = lru_cache(maxsize=1_024)(_check)
