"""How strong a certificate's key and signature are, for comparing two certificates (NIST SP 800-57 part 1, table 2)."""

from __future__ import annotations

from ..model.certificate import CertificateFacts
from ..words import key_text

_MODULUS = ((1024, 80), (2048, 112), (3072, 128), (7680, 192), (15360, 256))
_ED = {"Ed25519": 128, "Ed448": 224}
_BROKEN = ("md2", "md4", "md5", "sha1")


def weaker_than(one: CertificateFacts, other: CertificateFacts) -> str | None:
    """Why a certificate is weaker than another one, to complete a sentence that begins with it; None if it isn't."""
    mine, theirs = _key_bits(one), _key_bits(other)
    if mine is not None and theirs is not None and mine < theirs:
        own = key_text(one.key_algorithm, one.key_size)
        return f"has a weaker key: {own}, not {key_text(other.key_algorithm, other.key_size)}"
    if _is_broken(one) and not _is_broken(other):
        return f"has a weaker signature: {one.signature_algorithm}, not {other.signature_algorithm}"
    return None


def _key_bits(certificate: CertificateFacts) -> int | None:
    """The security strength of a key in bits; None if it isn't known."""
    algorithm, size = certificate.key_algorithm, certificate.key_size
    if algorithm in _ED:
        return _ED[algorithm]
    if size is None:
        return None
    if algorithm.startswith(("RSA", "DSA")):
        return next((bits for length, bits in reversed(_MODULUS) if size >= length), size * 80 // 1024)
    return size // 2 if algorithm.startswith("EC") else None


def _is_broken(certificate: CertificateFacts) -> bool:
    algorithm = certificate.signature_algorithm.lower().replace("-", "")
    return any(hash in algorithm for hash in _BROKEN)
