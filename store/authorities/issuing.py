"""Issuing CAs, device certificates and revocation lists as X.509 (RFC 5280), without store or clock.

They pass ``openssl verify -x509_strict``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, SignatureAlgorithmOID

from ..certificates.pem import as_text, bare_base64, find_blocks
from ..errors import Refusal
from .certificate_template import P256, CertificateTemplate
from .validity import Validity

_KEY_SIGNATURE = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
_KEY_CA = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
_CLIENT = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
_SERVER = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_NO_CA = x509.BasicConstraints(ca=False, path_length=None)
_ECDSA_SHA256 = ec.ECDSA(hashes.SHA256())
_ECDSA_WITH_SHA256 = SignatureAlgorithmOID.ECDSA_WITH_SHA256

ORGANIZATION = "certfleet"
LONGEST_COMMON_NAME = 64  # characters (RFC 5280, ub-common-name)

READ_BACK_ONE_IN = 100
"""Of so many certificates from a template, one is read back and compared with what it should say."""


class IssuedCertificate(NamedTuple):
    """An issued certificate: DER, and the fields of a record (hexadecimal as in ``CertificateFacts``)."""

    der: bytes
    serial_number: str
    fingerprint_sha256: str
    public_key_sha256: str

    def on_record(self, certificate: x509.Certificate) -> dict[str, Any]:
        """The fields that every record of such a certificate has."""
        return {
            "serial_number": self.serial_number,
            "not_before": certificate.not_valid_before_utc,
            "not_after": certificate.not_valid_after_utc,
            "fingerprint_sha256": self.fingerprint_sha256,
            "public_key_sha256": self.public_key_sha256,
        }


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
        sample = _device_builder("sample", self, key, Validity(from_now_on, from_now_on))
        return CertificateTemplate(sample.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER))


class NewAuthority(NamedTuple):
    """A new CA: its certificate, and its private key as PKCS #8 DER, for the vault."""

    issuer: Issuer
    key: bytes

    def __repr__(self) -> str:
        return f"NewAuthority({self.issuer.name.rfc4514_string()})"


def new_root(common_name: str, organization: str, validity: Validity) -> NewAuthority:
    """A self-signed root CA over P-384, with path length 1."""
    return _new_authority(common_name, organization, validity, ec.SECP384R1(), None, path_length=1)


def new_subordinate(root: Issuer, common_name: str, organization: str, validity: Validity) -> NewAuthority:
    """A CA over P-256 below a root; it issues end-entity certificates only."""
    return _new_authority(common_name, organization, validity, ec.SECP256R1(), root, path_length=0)


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
        builder = _device_builder(serial_number, issuer, _loaded(spki), validity)
        return _issued(builder.sign(issuer.key, hashes.SHA256()), spki)
    number = x509.random_serial_number()
    der = issuer.device_template.signed(
        number, *validity, serial_number, spki, lambda tbs: issuer.key.sign(tbs, _ECDSA_SHA256)
    )
    if number % READ_BACK_ONE_IN == 0:
        _read_back(der, issuer, _device_builder(serial_number, issuer, _loaded(spki), validity, number))
    return IssuedCertificate(der, serial_text(number), sha256(der).hexdigest(), sha256(spki).hexdigest())


def _loaded(spki: bytes) -> CertificatePublicKeyTypes:
    key = load_der_public_key(spki)
    assert isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey)
    return key


def _device_builder(
    serial_number: str,
    issuer: Issuer,
    public_key: CertificatePublicKeyTypes,
    validity: Validity,
    number: int | None = None,
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, serial_number)])
    return (
        _builder(subject, issuer.name, public_key, validity, number)
        .add_extension(_NO_CA, critical=True)
        .add_extension(_KEY_SIGNATURE, critical=True)
        .add_extension(_CLIENT, critical=False)
        .add_extension(issuer.key_identifier, critical=False)
    )


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
        _builder(subject, issuer.name, key.public_key(), validity)
        .add_extension(_NO_CA, critical=True)
        .add_extension(_KEY_SIGNATURE, critical=True)
        .add_extension(_SERVER, critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=not fitting)  # RFC 5280, 4.2.1.6
        .add_extension(issuer.key_identifier, critical=False)
    )
    return builder.sign(issuer.key, hashes.SHA256()), key


class RevokedEntry(NamedTuple):
    """An entry of a revocation list; the serial number is hexadecimal."""

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
        key.verify(csr.signature, csr.tbs_certrequest_bytes, _ECDSA_SHA256)
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


def key_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as unencrypted PKCS #8 DER, for the vault only."""
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def authority_name(common_name: str, organization: str) -> x509.Name:
    """The subject of a CA."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def made_up(what: str) -> IssuedCertificate:
    """The fields of a certificate on paper, which doesn't exist: made up from a text that names it and no other."""
    sha256_of_it = sha256(b"on paper: " + what.encode()).hexdigest()
    return IssuedCertificate(b"", sha256_of_it[:16].upper(), sha256_of_it, sha256_of_it)


def _new_authority(
    common_name: str,
    organization: str,
    validity: Validity,
    curve: ec.EllipticCurve,
    root: Issuer | None,
    path_length: int,
) -> NewAuthority:
    key = ec.generate_private_key(curve)
    subject = authority_name(common_name, organization)
    signer = key if root is None else root.key
    builder = (
        _builder(subject, subject if root is None else root.name, key.public_key(), validity)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_KEY_CA, critical=True)
    )
    if root is not None:
        builder = builder.add_extension(root.key_identifier, critical=False)
    return NewAuthority(Issuer(builder.sign(signer, _hash_for(signer)), key), key_der(key))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: CertificatePublicKeyTypes,
    validity: Validity,
    number: int | None = None,
) -> x509.CertificateBuilder:
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


def _issued(certificate: x509.Certificate, spki: bytes) -> IssuedCertificate:
    der = certificate.public_bytes(Encoding.DER)
    return IssuedCertificate(
        der, serial_text(certificate.serial_number), sha256(der).hexdigest(), sha256(spki).hexdigest()
    )


def facts_of(certificate: x509.Certificate) -> IssuedCertificate:
    """The record's fields for a certificate."""
    public_key = certificate.public_key()
    return _issued(certificate, public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def serial_text(number: int) -> str:
    """A serial number as OpenSSL prints it: upper-case hexadecimal of even length."""
    text = f"{number:X}"
    return text if len(text) % 2 == 0 else f"0{text}"


def _hash_for(key: ec.EllipticCurvePrivateKey) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA384() if key.key_size > 256 else hashes.SHA256()
