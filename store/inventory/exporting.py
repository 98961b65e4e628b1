"""An entry as a file: PEM, DER, chain PEM, PKCS #7 (RFC 2315), PKCS #12 (RFC 7292)."""

from __future__ import annotations

import ssl
from collections.abc import Sequence

from ..certificates import asn1
from ..certificates.facts import parse_certificate
from ..certificates.pbe_writing import encrypted_pkcs8
from ..certificates.pem import to_pem_text
from ..certificates.pkcs8 import leaving
from ..certificates.private_keys import read_private_key
from ..certificates.reading import read_certificates
from ..errors import Refusal
from ..keystores.entries import PRIVATE_KEY
from ..keystores.reading import read_keystore
from ..keystores.writing import Named, write_pkcs12
from ..model.certificate import Certificate
from .sources import ExportFormat


def export_entry(
    entry: Certificate,
    chain: Sequence[bytes],
    private_key: bytes | None,
    format: ExportFormat,
    *,
    password: str | None = None,
    legacy: bool = False,
) -> bytes:
    """The file's content, read back. ``chain`` is DER, leaf first; ``private_key`` is PKCS #8 DER and only used for
    PKCS #12.

    Refuses ``export-differs`` when the file read back holds something else.
    """
    if format is ExportFormat.PKCS12:
        return _pkcs12(entry, chain, private_key, password, legacy)
    if format in (ExportFormat.PKCS7, ExportFormat.PKCS7_DER):
        return _pkcs7(chain, as_pem=format.is_text)
    written = chain if format is ExportFormat.CHAIN else chain[:1]
    data = written[0] if format is ExportFormat.DER else b"".join(map(to_pem, written))
    if [one.der for one in read_certificates(data).certificates] != list(written):
        raise _differs()
    return data


def _pkcs7(chain: Sequence[bytes], *, as_pem: bool) -> bytes:
    """Certificates alone, without content or signature (RFC 2315, 9.1), in the order that DER wants."""
    certificates = [asn1.load(asn1.cms.CertificateChoices, der) for der in sorted(chain)]
    signed = {
        "version": "v1",
        "digest_algorithms": [],
        "encap_content_info": {"content_type": "data"},
        "certificates": certificates,
        "signer_infos": [],
    }
    data = asn1.encode(asn1.cms.ContentInfo, {"content_type": "signed_data", "content": signed})
    if as_pem:
        data = to_pem_text("PKCS7", data).encode("ascii")
    if sorted(one.der for one in read_certificates(data).certificates) != sorted(chain):
        raise _differs()
    return data


def to_pem(der: bytes) -> bytes:
    """A certificate as PEM (RFC 7468)."""
    return ssl.DER_cert_to_PEM_cert(der).encode("ascii")


def _pkcs12(
    entry: Certificate, chain: Sequence[bytes], private_key: bytes | None, password: str | None, legacy: bool
) -> bytes:
    if not password:
        empty = "" if password is None else ", and the one that was given is empty"
        hint = "Give one with --password-file FILE."
        raise Refusal("password-needed", f"a PKCS #12 file needs a password{empty}", hint)
    leaf = parse_certificate(chain[0])
    key = None if private_key is None else leaving(private_key, leaf.spki)
    data = write_pkcs12(_named(entry.alias, chain), key, password, legacy=legacy)
    _read_back(data, password, chain, key)
    return data


def _named(alias: str | None, chain: Sequence[bytes]) -> list[Named]:
    """Each certificate with a name of its own: Java keeps one entry a name, whatever its case."""
    named: list[Named] = []
    taken: set[str] = set()
    for der in chain:
        wanted = name = (alias if alias and not named else None) or parse_certificate(der).facts.common_name
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted} {number}"
        taken.add(name.casefold())
        named.append(Named(name, der))
    return named


def _read_back(data: bytes, password: str, chain: Sequence[bytes], key: bytes | None) -> None:
    entries = read_keystore(data, password=password).entries
    keys = [entry for entry in entries if entry.kind == PRIVATE_KEY]
    found = [one.der for entry in entries for one in entry.chain]
    if found != list(chain) or [entry.read_private_key().pkcs8 for entry in keys] != ([] if key is None else [key]):
        raise _differs()
    if key is not None and not keys[0].read_private_key().fits(keys[0].chain[0]):
        raise _differs()


def _differs() -> Refusal:
    return Refusal("export-differs", "the exported file, read back, holds something else than the entry")


def encrypted_key_pem(private_key: bytes, der: bytes, password: str) -> bytes:
    """The private key (PKCS #8 DER) of a certificate as PEM, encrypted under a password, and read back."""
    if not password:
        raise Refusal("password-needed", "a private key leaves under a password alone", "Give one.")
    leaf = parse_certificate(der)
    key = leaving(private_key, leaf.spki)
    data = to_pem_text("ENCRYPTED PRIVATE KEY", encrypted_pkcs8(key, password)).encode("ascii")
    found = read_private_key(data, password)
    if found.pkcs8 != key or not found.fits(leaf):
        raise _differs()
    return data
