"""An entry as a file: PEM, DER, chain PEM, PKCS #12 (RFC 7292)."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    KeySerializationEncryption,
    PrivateFormat,
    load_der_private_key,
    pkcs12,
)

from ..errors import Refusal
from ..keystores.writing import write_pkcs12
from ..model.certificate import Certificate
from .sources import ExportFormat

PBKDF2_ITERATIONS = 100_000


def export_entry(
    entry: Certificate,
    chain: Sequence[bytes],
    private_key: bytes | None,
    format: ExportFormat,
    *,
    password: str | None = None,
    legacy: bool = False,
) -> bytes:
    """The file's content. ``chain`` is DER, leaf first; ``private_key`` is PKCS #8 DER and only used for PKCS #12."""
    match format:
        case ExportFormat.DER:
            return chain[0]
        case ExportFormat.PEM:
            return to_pem(chain[0])
        case ExportFormat.CHAIN:
            return b"".join(to_pem(der) for der in chain)
        case ExportFormat.PKCS12:
            return _pkcs12(entry, chain, private_key, password, legacy)


def to_pem(der: bytes) -> bytes:
    """A certificate as PEM (RFC 7468)."""
    return ssl.DER_cert_to_PEM_cert(der).encode("ascii")


def _pkcs12(
    entry: Certificate, chain: Sequence[bytes], private_key: bytes | None, password: str | None, legacy: bool
) -> bytes:
    if not password:
        raise Refusal("password-needed", "a PKCS #12 file needs a password", "Give one with --password-file FILE.")
    name, encryption = entry.alias or entry.common_name, _encryption(password, legacy)
    # Every kind of key in the vault can be exported.
    key: Any = None if private_key is None else load_der_private_key(private_key, None)
    try:
        certificates = [x509.load_der_x509_certificate(der) for der in chain]
    except (ValueError, x509.InvalidVersion):
        return write_pkcs12(name, key, chain, password, encryption, "sha1" if legacy else "sha256")
    return pkcs12.serialize_key_and_certificates(name.encode(), key, certificates[0], certificates[1:], encryption)


def _encryption(password: str, legacy: bool) -> KeySerializationEncryption:
    if not legacy:
        return BestAvailableEncryption(password.encode())
    return (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(PBKDF2_ITERATIONS)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())
        .build(password.encode())
    )
