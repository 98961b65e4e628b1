"""One PKCS #12 file of an archive: the one private key in it, and the certificate of that key.

Without store or clock: this is the expensive part of an import and also runs in worker processes.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from msgspec import Struct

from ..certificates.facts import ParsedCertificate, parse_certificate
from ..certificates.limits import BULK_KDF_SHARE
from ..certificates.private_keys import read_plain_pkcs8
from ..certificates.sniffing import FileKind, kind_of
from ..certificates.wrong_password import WrongPassword
from ..errors import Refusal
from ..keystores.entries import PRIVATE_KEY
from ..keystores.pkcs12_bags import Bag, Secrets
from ..keystores.pkcs12_safe import open_safe
from ..model.bulk import CertificateReading
from ..model.documents import copied
from .pkcs12_fast_path import Contents, open_usual_safe


class NotRead(Struct, frozen=True):
    """The parts of a ``Refusal``, in a form that can be pickled."""

    code: str
    message: str
    hint: str | None = None

    @classmethod
    def of(cls, refusal: Refusal) -> NotRead:
        return cls(refusal.code, refusal.message, refusal.hint)

    @property
    def refusal(self) -> Refusal:
        """The refusal."""
        return Refusal(self.code, self.message, self.hint)


Job = tuple[bytes, str]  # a file, and its password
Outcome = CertificateReading | NotRead


def read_all(jobs: Iterable[Job]) -> list[Outcome]:
    """Read each file separately."""
    return [_read_or_refuse(data, password) for data, password in jobs]


def read_file(data: bytes, password: str) -> CertificateReading:
    """The facts of the certificate in a PKCS #12 file. Its private key is decrypted and compared with it.

    Refuses ``not-pkcs12``, ``wrong-password``, ``keystore-damaged``, ``keystore-unsupported``, ``file-truncated``,
    ``kdf-too-costly``, ``no-private-key``, ``several-keys``, ``entry-without-certificate``, ``key-mismatch``,
    ``several-certificates``, ``certificate-unreadable``, ``key-unsupported`` and ``not-a-private-key``.
    """
    contents, secrets = _opened(data, password)
    if not contents.keys:
        raise Refusal("no-private-key", "the file holds no private key", "Export the certificate with its key.")
    if len(contents.keys) > 1:
        raise Refusal(
            "several-keys", f"the file holds {len(contents.keys)} private keys", "A device has a file with its own."
        )
    certificate = _of_the_key(contents.keys[0], contents.certificates, secrets)
    return copied(CertificateReading, certificate.facts, file_sha256=sha256(data).hexdigest())


def _read_or_refuse(data: bytes, password: str) -> Outcome:
    try:
        return read_file(data, password)
    except Refusal as refusal:
        return NotRead.of(refusal)


def _opened(data: bytes, password: str) -> tuple[Contents, Secrets]:
    kind = kind_of(data)
    if kind is not FileKind.PKCS12:
        seems = "" if kind is FileKind.UNKNOWN else f"; it seems to be {kind.words}"
        raise Refusal("not-pkcs12", f"the file is no PKCS #12 file{seems}", "Only .p12 files are taken in bulk.")
    try:
        secrets = _secrets(password)
        return open_usual_safe(data, secrets), secrets
    except (ValueError, LookupError, WrongPassword):
        secrets = _secrets(password)
        bags, _ = open_safe(data, secrets)
    certificates = [bag.certificate.der for bag in bags if bag.certificate is not None]
    return Contents(certificates, [bag for bag in bags if bag.kind == PRIVATE_KEY]), secrets


def _secrets(password: str) -> Secrets:
    secrets = Secrets(password, None)
    secrets.budget.spend(1 - BULK_KDF_SHARE)
    return secrets


def _of_the_key(key_bag: Bag, certificates: list[bytes], secrets: Secrets) -> ParsedCertificate:
    if not certificates:
        raise Refusal("entry-without-certificate", "the file holds no certificate", "Export the key with it.")
    key = read_plain_pkcs8(secrets.decrypt_key(key_bag))
    spki = key.spki
    # A certificate contains its public key verbatim, so the CA certificates needn't be parsed.
    likely = [der for der in certificates if spki is not None and spki in der] or certificates
    read = [parse_certificate(der, remember=False) for der in likely]
    fitting = {one for one in read if one.spki == spki or key.fits(one)}
    if not fitting:
        raise Refusal("key-mismatch", "the private key in the file belongs to none of its certificates")
    if len(fitting) > 1:
        raise Refusal(
            "several-certificates",
            "the file holds several certificates of its one key",
            "Leave the one that the device is to have.",
        )
    return fitting.pop()
