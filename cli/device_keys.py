"""What a device does with its key: sign, and make a request over a new one."""

from __future__ import annotations

from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ..store.errors import Refusal


class NewKey(NamedTuple):
    """A new key as PKCS #8 PEM, and the request (DER) that it signed."""

    pem: bytes
    request: bytes


def signature(key: PrivateKeyTypes, data: bytes) -> bytes:
    """The device's proof over ``data``: ECDSA and RSA (PKCS #1 v1.5) over SHA-256, or Ed25519.

    Refuses with ``key-unsupported`` a key of another kind.
    """
    match key:
        case ec.EllipticCurvePrivateKey():
            return key.sign(data, ec.ECDSA(hashes.SHA256()))
        case rsa.RSAPrivateKey():
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        case ed25519.Ed25519PrivateKey():
            return key.sign(data)
    raise Refusal("key-unsupported", "a device proves itself by an EC, RSA or Ed25519 key")


def new_key() -> NewKey:
    """A new P-256 key with its request. The subject is left to the CA."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return NewKey(pem, request.public_bytes(Encoding.DER))
