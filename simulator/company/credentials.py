"""A certificate with its chain and private key, in the usual file formats."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from ...store.inventory.requests import PrivateKey


def x509_name(common_name: str, organization: str = "", unit: str = "", country: str = "") -> x509.Name:
    """A distinguished name in the usual order; empty parts are left out."""
    parts = (
        (NameOID.COUNTRY_NAME, country),
        (NameOID.ORGANIZATION_NAME, organization),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        (NameOID.COMMON_NAME, common_name),
    )
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


@dataclass(frozen=True)
class Credential:
    """A certificate, the chain up to its root, and the private key if it was generated here."""

    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...]
    key: PrivateKey | None

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Leaf first, the root last."""
        return (self.certificate, *self.issuers)

    def pem(self, *, chain: bool = True) -> bytes:
        """The certificate as PEM, followed by its chain."""
        wanted = self.chain if chain else self.chain[:1]
        return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in wanted)

    def key_pem(self, password: str | None = None) -> bytes:
        """The private key as PKCS #8 PEM."""
        assert self.key is not None
        encryption: KeySerializationEncryption = NoEncryption()
        if password is not None:
            encryption = BestAvailableEncryption(password.encode())
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)

    def pkcs12(self, password: str, alias: str) -> bytes:
        """Certificate, chain and private key as PKCS #12."""
        assert self.key is not None
        encryption = BestAvailableEncryption(password.encode())
        return pkcs12.serialize_key_and_certificates(
            alias.encode(), self.key, self.certificate, self.issuers, encryption
        )
