"""The purpose of a certificate: key usage and extended key usage (RFC 5280, 4.2.1.3 and 4.2.1.12)."""

from __future__ import annotations

from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID


class Purpose(NamedTuple):
    """``encipherment``: RSA keys of this purpose are also used for key transport."""

    extended: tuple[x509.ObjectIdentifier, ...] = ()
    ca: bool = False
    encipherment: bool = False


CA = Purpose(ca=True)
TLS_SERVER = Purpose((ExtendedKeyUsageOID.SERVER_AUTH,), encipherment=True)
TLS_BOTH = Purpose((ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH), encipherment=True)
TLS_CLIENT = Purpose((ExtendedKeyUsageOID.CLIENT_AUTH,))
CODE_SIGNING = Purpose((ExtendedKeyUsageOID.CODE_SIGNING,))
SIGNING = Purpose()


def key_usage(purpose: Purpose, public_key: CertificatePublicKeyTypes) -> x509.KeyUsage:
    """The key usage of a purpose, limited to what this kind of key supports."""
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=purpose.ca,
        crl_sign=purpose.ca,
        key_encipherment=purpose.encipherment and isinstance(public_key, rsa.RSAPublicKey),
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
