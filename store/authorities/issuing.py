"""Issuing: CAs, device certificates and revocation lists as X.509 (RFC 5280). No store, no clock.

What is issued here passes ``openssl verify -x509_strict``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ..errors import Refusal

_KEY_SIGNATURE = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
_KEY_CA = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
_CLIENT = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
_SERVER = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
_NO_CA = x509.BasicConstraints(ca=False, path_length=None)


class Validity(NamedTuple):
    """From when to when, both ends included, UTC."""

    not_before: datetime
    not_after: datetime


class Issued(NamedTuple):
    """An issued certificate: DER, and what a record says of it (hexadecimal as in ``CertificateFacts``)."""

    der: bytes
    serial_number: str
    fingerprint_sha256: str
    public_key_sha256: str


@dataclass(frozen=True)
class Issuer:
    """A CA's certificate and its private key, ready to sign."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def load(cls, der: bytes, key: bytes) -> Issuer:
        """From the DER of the certificate and of the private key (PKCS #8)."""
        private_key = load_der_private_key(key, None)
        assert isinstance(private_key, ec.EllipticCurvePrivateKey)
        return cls(x509.load_der_x509_certificate(der), private_key)

    @cached_property
    def key_identifier(self) -> x509.AuthorityKeyIdentifier:
        """The authority key identifier of what it issues."""
        own = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)

    @cached_property
    def name(self) -> x509.Name:
        """Its subject."""
        return self.certificate.subject


class NewAuthority(NamedTuple):
    """A new CA: its certificate, and its private key as PKCS #8 DER, for the vault."""

    issuer: Issuer
    key: bytes


def new_root(common_name: str, organization: str, validity: Validity) -> NewAuthority:
    """A self-signed root CA over P-384; two levels may follow."""
    return _new_authority(common_name, organization, validity, ec.SECP384R1(), None, path_length=1)


def new_subordinate(root: Issuer, common_name: str, organization: str, validity: Validity) -> NewAuthority:
    """A CA over P-256 below a root; it issues end-entity certificates alone."""
    return _new_authority(common_name, organization, validity, ec.SECP256R1(), root, path_length=0)


def issue_device_certificate(request: bytes, issuer: Issuer, serial_number: str, validity: Validity) -> Issued:
    """The certificate that answers a device's CSR (PKCS #10 DER), for the device of this serial number.

    The subject is ours, the public key the request's. Refuses with ``request-unreadable``,
    ``possession-not-proven`` (the request isn't signed by its own key, RFC 2986) or ``key-not-accepted``.
    """
    csr = read_request(request)
    public_key = csr.public_key()
    builder = (
        _builder(_device_name(serial_number), issuer.name, public_key, validity)
        .add_extension(_NO_CA, critical=True)
        .add_extension(_KEY_SIGNATURE, critical=True)
        .add_extension(_CLIENT, critical=False)
        .add_extension(issuer.key_identifier, critical=False)
    )
    return _issued(builder.sign(issuer.key, hashes.SHA256()), public_key)


def issue_server_certificate(
    names: Sequence[x509.GeneralName], common_name: str, issuer: Issuer, validity: Validity
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """A TLS server certificate for these names, over a new P-256 key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (
        _builder(subject, issuer.name, key.public_key(), validity)
        .add_extension(_NO_CA, critical=True)
        .add_extension(_KEY_SIGNATURE, critical=True)
        .add_extension(_SERVER, critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(issuer.key_identifier, critical=False)
    )
    return builder.sign(issuer.key, hashes.SHA256()), key


class RevokedEntry(NamedTuple):
    """A line of a revocation list; the serial number is hexadecimal."""

    serial_number: str
    at: datetime


def revocation_list(
    issuer: Issuer, number: int, revoked: Iterable[RevokedEntry], this_update: datetime, next_update: datetime
) -> bytes:
    """A CRL as DER (RFC 5280 section 5), with its number and the issuer's key identifier."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.name)
        .last_update(this_update)
        .next_update(next_update)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(issuer.key_identifier, critical=False)
    )
    reason = x509.CRLReason(x509.ReasonFlags.cessation_of_operation)
    for entry in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(int(entry.serial_number, 16))
            .revocation_date(entry.at)
            .add_extension(reason, critical=False)
            .build()
        )
    return builder.sign(issuer.key, _hash_for(issuer.key)).public_bytes(Encoding.DER)


def read_request(data: bytes) -> x509.CertificateSigningRequest:
    """A CSR, DER or PEM, whose signature proves possession of its private key.

    Refuses with ``request-unreadable``, ``possession-not-proven`` or ``key-not-accepted``.
    """
    try:
        if data.lstrip().startswith(b"-----"):
            csr = x509.load_pem_x509_csr(data)
        else:
            csr = x509.load_der_x509_csr(data)
        proven = csr.is_signature_valid
    except Exception as error:
        raise Refusal(
            "request-unreadable",
            "that is no certificate signing request",
            "Bring a PKCS #10 request, PEM or DER.",
        ) from error
    if not proven:
        raise Refusal(
            "possession-not-proven",
            "the request is not signed by the private key that belongs to it",
            "Make the request anew on the device that holds the key.",
        )
    key = csr.public_key()
    bits = getattr(key, "key_size", 256)
    if bits < 2048 and hasattr(key, "public_numbers") and not isinstance(key, ec.EllipticCurvePublicKey):
        raise Refusal("key-not-accepted", f"a key of {bits} bits is too short", "Use P-256, or RSA of 2048 bits.")
    return csr


def key_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as PKCS #8 DER, not encrypted: for the vault alone."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _new_authority(
    common_name: str,
    organization: str,
    validity: Validity,
    curve: ec.EllipticCurve,
    root: Issuer | None,
    path_length: int,
) -> NewAuthority:
    key = ec.generate_private_key(curve)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    signer = key if root is None else root.key
    builder = (
        _builder(subject, subject if root is None else root.name, key.public_key(), validity)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_KEY_CA, critical=True)
    )
    if root is not None:
        builder = builder.add_extension(root.key_identifier, critical=False)
    return NewAuthority(Issuer(builder.sign(signer, _hash_for(signer)), key), key_der(key))


def _builder(subject: x509.Name, issuer: x509.Name, public_key: object, validity: Validity) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)  # type: ignore[arg-type]  # any key that a request can hold
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)  # type: ignore[arg-type]
    )


def _device_name(serial_number: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, serial_number)])


def _issued(certificate: x509.Certificate, public_key: object) -> Issued:
    der = certificate.public_bytes(Encoding.DER)
    spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return Issued(der, serial_text(certificate.serial_number), sha256(der).hexdigest(), sha256(spki).hexdigest())


def facts_of(certificate: x509.Certificate) -> Issued:
    """What a record says of a certificate."""
    return _issued(certificate, certificate.public_key())


def serial_text(number: int) -> str:
    """A serial number as OpenSSL prints it: upper-case hexadecimal of even length."""
    text = f"{number:X}"
    return text if len(text) % 2 == 0 else f"0{text}"


def _hash_for(key: ec.EllipticCurvePrivateKey) -> hashes.HashAlgorithm:
    return hashes.SHA384() if key.key_size > 256 else hashes.SHA256()
