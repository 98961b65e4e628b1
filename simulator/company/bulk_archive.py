"""An archive of device certificates as a company's CA would deliver it, for rehearsing a bulk import.

An example::

    root = IssuingAuthority.root(x509_name("Example Root CA"), draw, Validity(start, end))
    passwords = write_bulk_archive(Path("devices.zip"), ["A12BC3D4EFGH", "A12BC3D4EFIJ"], root, validity)
"""

from __future__ import annotations

import secrets
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    KeySerializationEncryption,
    PrivateFormat,
    pkcs12,
)

from ...store.authorities.validity import Validity
from .credentials import Credential, x509_name
from .purposes import TLS_CLIENT, Purpose

CREDENTIALS = "credential.txt"

KeystoreWriter = Callable[[Credential, str, str, int | None], bytes]
"""Writes the file of a credential: its alias, its password, and the iterations of the key derivation."""

LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789=!@#$%+-_"


class DeviceIssuer(Protocol):
    """Issues a device's certificate, as an ``IssuingAuthority`` does."""

    def issue(self, subject: x509.Name, purpose: Purpose, validity: Validity) -> Credential:
        """A leaf over a new key."""
        ...


def write_bulk_archive(
    target: Path | BinaryIO,
    identities: Iterable[str],
    authority: DeviceIssuer,
    validity: Validity,
    *,
    organization: str = "",
    password: Callable[[], str] | None = None,
    iterations: int | None = None,
    keystore: KeystoreWriter | None = None,
) -> dict[str, str]:
    """Write a ``.zip`` with ``IDENTITY.p12`` for each identity, issued by ``authority`` over a new P-256 key, and the
    credential file ``credential.txt``. Returns the password of each identity.

    ``password`` is called for each password; by default passwords are random. ``iterations`` of the key derivation
    defaults to cryptography's own number; a small number makes test archives quickly. ``keystore`` writes the files in
    place of ``device_pkcs12``. Files are written as they are generated.
    """
    passwords: dict[str, str] = {}
    write = keystore or device_pkcs12
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for identity in identities:
            passwords[identity] = secret = (password or _password)()
            credential = authority.issue(x509_name(identity, organization), TLS_CLIENT, validity)
            add_file(archive, f"{identity}.p12", write(credential, identity, secret, iterations), validity)
        lines = "".join(f"{identity}.p12={secret}\n" for identity, secret in passwords.items())
        add_file(archive, CREDENTIALS, lines.encode(), validity)
    return passwords


def add_file(archive: zipfile.ZipFile, name: str, data: bytes, validity: Validity) -> None:
    """Add a file, dated when its certificate was issued: the same delivery is the same archive."""
    dated = zipfile.ZipInfo(name, validity.not_before.timetuple()[:6])
    dated.compress_type, dated.external_attr = archive.compression, 0o600 << 16
    archive.writestr(dated, data)


def device_pkcs12(credential: Credential, alias: str, password: str, iterations: int | None = None) -> bytes:
    """A PKCS #12 file with a device's certificate, its issuers and its key, using this many iterations."""
    assert credential.key is not None
    encryption: KeySerializationEncryption = BestAvailableEncryption(password.encode())
    if iterations is not None:
        encryption = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(iterations).build(password.encode())
    return pkcs12.serialize_key_and_certificates(
        alias.encode(), credential.key, credential.certificate, credential.issuers, encryption
    )


def _password() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(12))
