"""Keystores for tests: PKCS #12 as today and as of old, JKS and JCEKS."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ..store.keystores.writing import Named, PasswordDerivation, write_pkcs12
from .authorities import FixtureAuthority, authority
from .java_keystores import java_keystore
from .leaf import FixtureCertificate

KeystoreFormat = Literal["pkcs12", "pkcs12-legacy", "jks", "jceks"]
ENDINGS = {"pkcs12": "p12", "pkcs12-legacy": "p12", "jks": "jks", "jceks": "jceks"}
PASSWORD = "changeit"  # noqa: S105 - the usual one of keystores that aren't secret
ITERATIONS = 2048  # openssl's default: what nobody has to guess is quick to open


@dataclass(frozen=True)
class FixtureKeystore:
    """A keystore with one certificate, its chain and its key. ``data`` is the file."""

    data: bytes
    format: KeystoreFormat
    password: str
    alias: str
    certificate: FixtureCertificate

    @property
    def file_name(self) -> str:
        """A name for it: ``mdm.p12``."""
        return f"{self.alias}.{ENDINGS[self.format]}"

    def write_to_path(self, path: str | os.PathLike[str]) -> Path:
        """Write the file; into a folder by its ``file_name``. Returns where it is."""
        target = Path(path)
        target = target / self.file_name if target.is_dir() else target
        target.write_bytes(self.data)
        return target


def keystore(
    format: KeystoreFormat = "pkcs12",
    *,
    certificate: FixtureCertificate | None = None,
    name: str = "mdm.example.test",
    password: str = PASSWORD,
    alias: str = "mdm",
    issuer: FixtureAuthority | None = None,
    seed: int = 7,
    fixed_keys: bool = False,
) -> FixtureKeystore:
    """A keystore of a certificate, or of a new one for ``name`` from ``issuer``, by default a root and an intermediate
    of the seed. ``pkcs12`` is AES-256 and SHA-256, ``pkcs12-legacy`` 3DES and SHA-1, as Windows and Java wrote it.

    With fixed keys the same arguments give the same file. Raises ``ValueError`` for another format, and for a password
    that isn't ASCII in a JCEKS keystore.
    """
    if format not in get_args(KeystoreFormat):
        raise ValueError(f"{format!r} is no keystore; choose one of {', '.join(get_args(KeystoreFormat))}")
    if certificate is None:
        certificate = (issuer or authority(depth=1, seed=seed, fixed_keys=fixed_keys)).issue_cert(name)
    chain = certificate.chain_der
    fixed = certificate.authority.fixed_keys
    random = RepeatedSalts(f"{format} {alias} {password}".encode() + chain[0]) if fixed else os.urandom
    if format in ("jks", "jceks"):
        data = java_keystore(
            chain, certificate.private_key_der, password, alias, jceks=format == "jceks", random=random
        )
    else:
        named = [Named(alias, der) for der in chain]
        derivation, legacy = PasswordDerivation(ITERATIONS, random), format == "pkcs12-legacy"
        data = write_pkcs12(named, certificate.private_key_der, password, legacy=legacy, derivation=derivation)
    return FixtureKeystore(data, format, password, alias, certificate)


class RepeatedSalts:
    """The same salts for the same file."""

    def __init__(self, what: bytes) -> None:
        self._what, self._count = what, 0

    def __call__(self, length: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(b"certfleet.testing salt %d " % self._count + self._what).digest(length)
