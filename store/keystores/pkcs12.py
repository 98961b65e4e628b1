"""PKCS #12 (RFC 7292): all keys, certificates and secrets of a file from any program.

The authenticated safe is read bag by bag, because cryptography's own loader returns only the first key and rejects the
whole file for one certificate that is not strict X.509.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..certificates.chains import CertificatePool
from ..certificates.facts import ParsedCertificate
from ..certificates.private_keys import load_plain_pkcs8
from ..errors import Refusal
from .entries import CERTIFICATE, PRIVATE_KEY, SECRET_KEY, Keystore, KeystoreEntry, KeystoreType, titled
from .pkcs12_bags import Bag, Secrets
from .pkcs12_safe import open_safe


def read_pkcs12(data: bytes, password: str | None, key_password: str | None) -> Keystore:
    """Read the whole file; keys stay encrypted until needed.

    Refuses ``wrong-password``, ``password-needed``, ``keystore-damaged``, ``file-truncated``, ``keystore-unsupported``
    and ``kdf-too-costly``.
    """
    secrets = Secrets(password, key_password)
    bags, notes = open_safe(data, secrets)
    certificates = [bag for bag in bags if bag.certificate is not None]
    pool = CertificatePool(bag.certificate for bag in certificates if bag.certificate is not None)
    entries: list[tuple[int, KeystoreEntry]] = []
    claimed: set[ParsedCertificate] = set()
    for bag in bags:
        if bag.kind == PRIVATE_KEY:
            entry = _key_entry(bag, certificates, pool, secrets)
            claimed.update(entry.chain)
            entries.append((bag.position, entry))
        elif bag.kind == SECRET_KEY:
            entries.append((bag.position, KeystoreEntry(bag.alias, SECRET_KEY)))
    for bag in certificates:
        certificate = bag.certificate
        if certificate is not None and certificate not in claimed:
            claimed.add(certificate)
            entries.append((bag.position, KeystoreEntry(bag.alias, CERTIFICATE, (certificate,))))
    entries.sort(key=lambda item: item[0])
    return Keystore(type=KeystoreType.PKCS12, entries=tuple(entry for _, entry in entries), notes=tuple(notes))


def _key_entry(bag: Bag, certificates: list[Bag], pool: CertificatePool, secrets: Secrets) -> KeystoreEntry:
    """The entry of a key: its certificate by local key id, otherwise by public key."""
    load = _loader(bag, secrets)
    named = [c for c in certificates if bag.local_key_id is not None and c.local_key_id == bag.local_key_id]
    leaf = named[0] if len(named) == 1 else _by_public_key(load, named or certificates)
    alias = bag.alias if bag.alias is not None or leaf is None else leaf.alias
    chain = pool.chain_for(leaf.certificate) if leaf is not None and leaf.certificate is not None else ()
    return KeystoreEntry(alias, PRIVATE_KEY, chain, _named(load, alias))


def _by_public_key(load: Callable[[], PrivateKeyTypes], certificates: list[Bag]) -> Bag | None:
    try:
        key = load()
    except Refusal:
        return None
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return next((bag for bag in certificates if bag.certificate and bag.certificate.spki == spki), None)


def _loader(bag: Bag, secrets: Secrets) -> Callable[[], PrivateKeyTypes]:
    def load() -> PrivateKeyTypes:
        return load_plain_pkcs8(secrets.decrypt_key(bag))

    return load


def _named(load: Callable[[], PrivateKeyTypes], alias: str | None) -> Callable[[], PrivateKeyTypes]:
    """The same, with the entry's alias in its refusals."""

    def load_named() -> PrivateKeyTypes:
        try:
            return load()
        except Refusal as refusal:
            raise Refusal(refusal.code, f"{titled(alias)}: {refusal.message}", refusal.hint) from None

    return load_named
