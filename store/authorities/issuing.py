"""Issuing device certificates and server certificates as X.509 (RFC 5280), without store or clock.

They pass ``openssl verify -x509_strict``.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .certificate_template import P256
from .issued import IssuedCertificate, issued, serial_text
from .issuer import ECDSA_SHA256, KEY_SIGNATURE, NO_CA, Issuer, builder_of, device_builder
from .requests import read_request
from .validity import Validity

_SERVER = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])

LONGEST_COMMON_NAME = 64  # characters (RFC 5280, ub-common-name)

READ_BACK_ONE_IN = 100
"""Of so many certificates from a template, one is read back and compared with what it should say."""


def issue_device_certificate(
    request: bytes, issuer: Issuer, serial_number: str, validity: Validity
) -> IssuedCertificate:
    """Issue a certificate for a device's CSR (PKCS #10 DER), for the device with this serial number.

    The subject is ours; only the public key comes from the request. Refuses with ``request-unreadable``,
    ``possession-not-proven`` (the request isn't signed by its own key, RFC 2986) or ``key-not-accepted``.
    """
    _, public_key = read_request(request)
    spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return issue_over(spki, issuer, serial_number, validity)


def issue_over(spki: bytes, issuer: Issuer, serial_number: str, validity: Validity) -> IssuedCertificate:
    """The same over a public key (SubjectPublicKeyInfo, DER) that is accepted, and whose holder is known to have its
    private key."""
    if not spki.startswith(P256) or not 1 <= len(serial_number.encode()) <= LONGEST_COMMON_NAME:
        builder = device_builder(serial_number, issuer, _loaded(spki), validity)
        return issued(builder.sign(issuer.key, hashes.SHA256()), spki)
    number = x509.random_serial_number()
    der = issuer.device_template.signed(
        number, *validity, serial_number, spki, lambda tbs: issuer.key.sign(tbs, ECDSA_SHA256)
    )
    if number % READ_BACK_ONE_IN == 0:
        _read_back(der, issuer, device_builder(serial_number, issuer, _loaded(spki), validity, number))
    return IssuedCertificate(der, serial_text(number), sha256(der).hexdigest(), sha256(spki).hexdigest())


def _loaded(spki: bytes) -> CertificatePublicKeyTypes:
    key = load_der_public_key(spki)
    assert isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey)
    return key


def _read_back(der: bytes, issuer: Issuer, builder: x509.CertificateBuilder) -> None:
    """A certificate from a template is the one that the builder makes, and signed by its issuer."""
    certificate = x509.load_der_x509_certificate(der)
    certificate.verify_directly_issued_by(issuer.certificate)
    expected = builder.sign(issuer.key, hashes.SHA256())
    if certificate.tbs_certificate_bytes != expected.tbs_certificate_bytes:
        raise RuntimeError("a certificate from a template differs from the one that cryptography builds")


def issue_server_certificate(
    names: Sequence[x509.DNSName | x509.IPAddress], issuer: Issuer, validity: Validity
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """A TLS server certificate for these names, over a new P-256 key. The first name that is short enough becomes the
    common name."""
    key = ec.generate_private_key(ec.SECP256R1())
    fitting = [text for name in names if len(text := str(name.value)) <= LONGEST_COMMON_NAME]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text) for text in fitting[:1]])
    builder = (
        builder_of(subject, issuer.name, key.public_key(), validity)
        .add_extension(NO_CA, critical=True)
        .add_extension(KEY_SIGNATURE, critical=True)
        .add_extension(_SERVER, critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=not fitting)  # RFC 5280, 4.2.1.6
        .add_extension(issuer.key_identifier, critical=False)
    )
    return builder.sign(issuer.key, hashes.SHA256()), key


def key_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as unencrypted PKCS #8 DER, for the vault only."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
