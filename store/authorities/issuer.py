"""A CA that issues: its certificate and key, and what all its certificates begin with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_der_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .certificate_template import CertificateTemplate
from .validity import Validity

KEY_SIGNATURE = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
_CLIENT = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
NO_CA = x509.BasicConstraints(ca=False, path_length=None)
ECDSA_SHA256 = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True)
class Issuer:
    """A CA's certificate and private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def load(cls, der: bytes, key: bytes) -> Issuer:
        """Load from the DER of the certificate and of the private key (PKCS #8)."""
        private_key = load_der_private_key(key, None)
        assert isinstance(private_key, ec.EllipticCurvePrivateKey)
        return cls(x509.load_der_x509_certificate(der), private_key)

    @cached_property
    def key_identifier(self) -> x509.AuthorityKeyIdentifier:
        """The authority key identifier of certificates it issues."""
        own = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)

    @cached_property
    def name(self) -> x509.Name:
        """Its subject."""
        return self.certificate.subject

    @cached_property
    def device_template(self) -> CertificateTemplate:
        """For the certificates that it issues to devices over P-256 keys."""
        from_now_on = self.certificate.not_valid_before_utc
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        sample = device_builder("sample", self, key, Validity(from_now_on, from_now_on))
        return CertificateTemplate(sample.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER))


def device_builder(
    serial_number: str,
    issuer: Issuer,
    public_key: CertificatePublicKeyTypes,
    validity: Validity,
    number: int | None = None,
) -> x509.CertificateBuilder:
    """What a device certificate says: the device\'s serial number is its common name."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, serial_number)])
    return (
        builder_of(subject, issuer.name, public_key, validity, number)
        .add_extension(NO_CA, critical=True)
        .add_extension(KEY_SIGNATURE, critical=True)
        .add_extension(_CLIENT, critical=False)
        .add_extension(issuer.key_identifier, critical=False)
    )


def builder_of(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: CertificatePublicKeyTypes,
    validity: Validity,
    number: int | None = None,
) -> x509.CertificateBuilder:
    """What every certificate begins with; ``number`` is its serial number, by default a random one."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number() if number is None else number)
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def hash_for(key: ec.EllipticCurvePrivateKey) -> hashes.SHA256 | hashes.SHA384:
    """The hash that a CA with this key signs over."""
    return hashes.SHA384() if key.key_size > 256 else hashes.SHA256()
