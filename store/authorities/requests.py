"""Reading a certificate signing request (PKCS #10) that proves possession of its key."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import SignatureAlgorithmOID

from ..certificates.pem import as_text, bare_base64, find_blocks
from ..errors import Refusal
from .issuer import ECDSA_SHA256

_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_ECDSA_WITH_SHA256 = SignatureAlgorithmOID.ECDSA_WITH_SHA256


def read_request(data: bytes) -> tuple[x509.CertificateSigningRequest, CertificatePublicKeyTypes]:
    """A CSR, DER or PEM, whose signature proves possession of its private key; and its public key.

    If there are several, reads the first. Refuses with ``request-unreadable``, ``file-truncated``,
    ``signature-unsupported``, ``possession-not-proven`` or ``key-not-accepted``.
    """
    der = data if data.startswith(b"\x30") else _request_in(data)
    try:
        csr = x509.load_der_x509_csr(der)
        key = csr.public_key()
        proven = _is_signed_by(csr, key)
        outdated = not proven and isinstance(csr.signature_hash_algorithm, hashes.SHA1 | hashes.MD5)
    except Exception as error:
        raise Refusal(
            "request-unreadable",
            "that is not a certificate signing request",
            "Bring a PKCS #10 request, PEM or DER.",
        ) from error
    if outdated:  # a signature of that kind never verifies
        raise Refusal(
            "signature-unsupported",
            "the signature on the request can't be checked: it is over SHA-1 or MD5",
            "Make the request anew, signed over SHA-256.",
        )
    if not proven:
        raise Refusal(
            "possession-not-proven",
            "the request is not signed by the private key that belongs to it",
            "Make the request anew on the device that holds the key.",
        )
    if not _is_accepted(key):
        raise Refusal(
            "key-not-accepted",
            "the key is too short, or of a kind that devices don't sign with",
            "Use P-256 or another curve of NIST, Ed25519, or RSA of 2048 bits or more.",
        )
    return csr, key


def _is_signed_by(csr: x509.CertificateSigningRequest, key: CertificatePublicKeyTypes) -> bool:
    """Whether its own key signed the request. Most devices' keys are EC: the one that is read already is used, since
    OpenSSL prepares each anew."""
    if not (isinstance(key, ec.EllipticCurvePublicKey) and csr.signature_algorithm_oid == _ECDSA_WITH_SHA256):
        return csr.is_signature_valid
    try:
        key.verify(csr.signature, csr.tbs_certrequest_bytes, ECDSA_SHA256)
    except InvalidSignature:
        return False
    return True


def _request_in(data: bytes) -> bytes:
    """The DER of the first request in a text, or empty."""
    text = as_text(data) or ""
    blocks = find_blocks(text, "the request")
    if not blocks:
        return bare_base64(text) or b""
    return next((block.der for block in blocks if block.label.endswith("CERTIFICATE REQUEST") and block.der), b"")


def _is_accepted(key: CertificatePublicKeyTypes) -> bool:
    match key:
        case rsa.RSAPublicKey():
            return key.key_size >= 2048
        case ec.EllipticCurvePublicKey():
            return isinstance(key.curve, _CURVES)
        case _:
            return isinstance(key, ed25519.Ed25519PublicKey)
