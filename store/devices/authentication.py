"""Authenticating a device: by a certificate that we issued, and a signature with its key."""

from __future__ import annotations

import base64
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from ..errors import Refusal
from ..model.device import DeviceCertificate
from ..words import day


def verify_possession(certificate: x509.Certificate, data: bytes, signature: bytes) -> None:
    """Refuse with ``possession-not-proven`` unless the certificate's key made the signature over ``data``.

    ECDSA and RSA (PKCS #1 v1.5) over SHA-256, or Ed25519.
    """
    key = certificate.public_key()
    try:
        match key:
            case ec.EllipticCurvePublicKey():
                key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
            case rsa.RSAPublicKey():
                key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            case ed25519.Ed25519PublicKey():
                key.verify(signature, data)
            case _:
                raise InvalidSignature
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        raise Refusal(
            "possession-not-proven",
            "the signature was not made by the key of that certificate",
            "Sign the challenge with the private key that belongs to the certificate.",
        ) from error


def verify_chain(
    certificate: x509.Certificate, record: DeviceCertificate, issuer: x509.Certificate, now: datetime
) -> None:
    """Refuse a certificate that its group's device CA did not issue, or that isn't valid yet.

    ``untrusted-chain``, ``issuer-expired``, ``certificate-not-yet-valid``. ``checkin`` handles expired and revoked ones
    by turning the device away.
    """
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise Refusal("untrusted-chain", f"CA group {record.group} did not issue that certificate") from error
    if issuer.not_valid_after_utc < now <= record.not_after:
        raise Refusal("issuer-expired", f"the device CA of group {record.group} has expired")
    if now < record.not_before:
        raise Refusal("certificate-not-yet-valid", f"that certificate is valid from {day(record.not_before)} on")


def load_certificate(record: DeviceCertificate) -> x509.Certificate:
    """The certificate of a record."""
    return x509.load_der_x509_certificate(base64.b64decode(record.der))


def pem_of(record: DeviceCertificate) -> bytes:
    """The certificate of a record as PEM."""
    return load_certificate(record).public_bytes(Encoding.PEM)
