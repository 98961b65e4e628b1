"""A small certificate factory for tests: authorities, leaves, chains and keystores of real keys."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.rsa_keys import new_rsa_key

NOW = datetime(2026, 1, 1, tzinfo=UTC)
YESTERDAY = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
"""From when on certificates are valid that are judged by the machine's clock: those since ``NOW`` end some day."""

PrivateKey = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
    | dsa.DSAPrivateKey
)

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl command is not installed")
needs_keytool = pytest.mark.skipif(shutil.which("keytool") is None, reason="keytool (a Java runtime) is not installed")


Digest = hashes.SHA224 | hashes.SHA256 | hashes.SHA384 | hashes.SHA512


@dataclass(frozen=True)
class Issued:
    """A certificate, its key, and its issuers, nearest first."""

    certificate: x509.Certificate
    key: PrivateKey
    issuers: tuple[x509.Certificate, ...] = field(default=())

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """Leaf first."""
        return (self.certificate, *self.issuers)

    @property
    def chain_pem(self) -> bytes:
        return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in self.chain)

    @property
    def chain_der(self) -> list[bytes]:
        return [certificate.public_bytes(Encoding.DER) for certificate in self.chain]

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def key_der(self) -> bytes:
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def ec_key() -> ec.EllipticCurvePrivateKey:
    """A fresh key, made in some microseconds."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    """An RSA-2048 key, the same for the same number in one run: making one takes a while."""
    return new_rsa_key(65537, 2048)


def name(common_name: str, **attributes: str) -> x509.Name:
    """``name("a.example", O="Example")``."""
    oids = {"O": NameOID.ORGANIZATION_NAME, "OU": NameOID.ORGANIZATIONAL_UNIT_NAME, "C": NameOID.COUNTRY_NAME}
    parts = [x509.NameAttribute(oids[key], value) for key, value in attributes.items()]
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def make_ca(common_name: str = "Root CA", *, issuer: Issued | None = None, key: PrivateKey | None = None) -> Issued:
    """An authority: a root, or below ``issuer``."""
    return issue(common_name, issuer=issuer, key=key, is_ca=True)


def issue_long_ago(common_name: str, *, days: int) -> Issued:
    """A certificate of a year that ends with one of ``days`` that is issued now."""
    start = NOW - timedelta(days=1) - timedelta(days=365 - days)
    return issue(common_name, not_before=start, days=365)


def issue(
    common_name: str = "mdm.example.com",
    *,
    issuer: Issued | None = None,
    key: PrivateKey | None = None,
    is_ca: bool = False,
    sans: tuple[x509.GeneralName, ...] = (),
    not_before: datetime = NOW - timedelta(days=1),
    days: int = 365,
    subject: x509.Name | None = None,
    issuer_name: x509.Name | None = None,
    extensions: tuple[x509.ExtensionType, ...] = (),
    serial_number: int | None = None,
    hash_algorithm: Digest | None = None,
    rsa_padding: padding.PSS | None = None,
) -> Issued:
    """A certificate, self-signed when there is no issuer."""
    key = key or ec_key()
    signer = issuer.key if issuer is not None else key
    subject = subject if subject is not None else name(common_name)
    signed_by = issuer.certificate.subject if issuer is not None else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name if issuer_name is not None else signed_by)
        .public_key(key.public_key())
        .serial_number(serial_number or x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_before + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if sans:
        builder = builder.add_extension(x509.SubjectAlternativeName(sans), critical=False)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    edwards = isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    digest = None if edwards else hash_algorithm or hashes.SHA256()
    certificate = builder.sign(signer, digest, rsa_padding=rsa_padding)
    return Issued(certificate, key, issuer.chain if issuer is not None else ())


def make_chain(
    common_name: str = "mdm.example.com", *, key: PrivateKey | None = None, subject: x509.Name | None = None
) -> Issued:
    """A leaf under an intermediate under a root."""
    root = make_ca(f"Root of {common_name}")
    return issue(common_name, issuer=make_ca(f"Issuer of {common_name}", issuer=root), key=key, subject=subject)


def push_subject(name: str = "APSP:1", topic: str = "com.apple.mgmt.External.1") -> x509.Name:
    """The subject of a push certificate: its UID is the topic."""
    attributes = ((x509.NameOID.USER_ID, topic), (x509.NameOID.COMMON_NAME, name))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def jks_store(version: int, count: int, body: bytes, password: str = "x", magic: bytes = b"\xfe\xed\xfe\xed") -> bytes:
    """A Java keystore with whatever in it, and the right digest for the password."""
    data = magic + version.to_bytes(4, "big") + count.to_bytes(4, "big") + body
    return data + hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + data).digest()


def openssl(*arguments: str | Path, stdin: bytes | None = None) -> bytes:
    """Run the openssl command; its standard output."""
    return _run("openssl", *arguments, stdin=stdin)


def keytool(*arguments: str | Path) -> bytes:
    """Run keytool, small and quick."""
    return _run("keytool", "-J-XX:TieredStopAtLevel=1", "-J-Xshare:auto", "-J-XX:+UseSerialGC", *arguments)


def _run(*command: str | Path, stdin: bytes | None = None) -> bytes:
    done = subprocess.run([str(part) for part in command], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, (done.stderr + done.stdout).decode(errors="replace")
    return done.stdout
