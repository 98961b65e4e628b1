"""What is kept on record of an issued certificate."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)


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


def made_up(what: str) -> IssuedCertificate:
    """The fields of a certificate on paper, which doesn't exist: made up from a text that names it and no other."""
    sha256_of_it = sha256(b"on paper: " + what.encode()).hexdigest()
    return IssuedCertificate(b"", sha256_of_it[:16].upper(), sha256_of_it, sha256_of_it)


def issued(certificate: x509.Certificate, spki: bytes) -> IssuedCertificate:
    """The record's fields for a certificate over this public key (SubjectPublicKeyInfo, DER)."""
    der = certificate.public_bytes(Encoding.DER)
    return IssuedCertificate(
        der, serial_text(certificate.serial_number), sha256(der).hexdigest(), sha256(spki).hexdigest()
    )


def facts_of(certificate: x509.Certificate) -> IssuedCertificate:
    """The record's fields for a certificate."""
    public_key = certificate.public_key()
    return issued(certificate, public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def serial_text(number: int) -> str:
    """A serial number as OpenSSL prints it: upper-case hexadecimal of even length."""
    text = f"{number:X}"
    return text if len(text) % 2 == 0 else f"0{text}"
