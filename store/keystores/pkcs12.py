"""PKCS #12 (RFC 7292): all keys, certificates and secrets of a file from any program.

The authenticated safe is read bag by bag, because cryptography's own loader returns only the first key and rejects the
whole file for one certificate that is not strict X.509.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..certificates.chains import CertificatePool
from ..certificates.facts import ParsedCertificate
from ..certificates.parsed_keys import ParsedKey
from ..certificates.private_keys import read_plain_pkcs8
from ..errors import Refusal
from .entries import CERTIFICATE, PRIVATE_KEY, SECRET_KEY, Keystore, KeystoreEntry, titled
from .keystore_type import KeystoreType
from .pkcs12_bags import Bag, Secrets
from .pkcs12_safe import open_safe

_SHARE_FOR_KEYS = 0.4
"""The share of the file's key derivations up to which every key is opened, to tell its certificates."""


def read_pkcs12(data: bytes, password: str | None, key_password: str | None) -> Keystore:
    """Read the whole file; keys stay encrypted until needed.

    Refuses ``wrong-password``, ``password-needed``, ``keystore-damaged``, ``file-truncated``, ``keystore-unsupported``
    and ``kdf-too-costly``.
    """
    secrets = Secrets(password, key_password)
    bags, notes = open_safe(data, secrets)
    certificates = [bag for bag in bags if bag.certificate is not None]
    pool = CertificatePool(bag.certificate for bag in certificates if bag.certificate is not None)
    keys = [bag for bag in bags if bag.kind == PRIVATE_KEY]
    cheap = sum(bag.encryption.cost for bag in keys if bag.encryption is not None) <= _SHARE_FOR_KEYS
    entries: list[tuple[int, KeystoreEntry]] = []
    claimed: set[ParsedCertificate] = set()
    for bag in keys:
        for entry in _key_entries(bag, certificates, pool, secrets, cheap or len(keys) == 1):
            claimed.update(entry.chain)
            entries.append((bag.position, entry))
    entries += [(bag.position, KeystoreEntry(bag.alias, SECRET_KEY)) for bag in bags if bag.kind == SECRET_KEY]
    entries += _certificate_entries(certificates, claimed)
    entries.sort(key=lambda item: item[0])
    is_protected = secrets.proven or any(bag.encryption is not None for bag in bags)
    if password and not is_protected:
        notes.append("Nothing in the keystore is protected by a password: the one that was given isn't kept.")
    return Keystore(
        type=KeystoreType.PKCS12,
        entries=tuple(entry for _, entry in entries),
        notes=tuple(notes),
        is_protected=is_protected,
    )


def _key_entries(
    bag: Bag, certificates: list[Bag], pool: CertificatePool, secrets: Secrets, open_now: bool
) -> list[KeystoreEntry]:
    """The entries of a key, one for each of its certificates. The public key tells them, whatever their local key ids
    say; those count while the key is not opened, because it has another password or there are too many of them."""
    load = _loader(bag, secrets)
    named = [c for c in certificates if bag.local_key_id is not None and c.local_key_id == bag.local_key_id]
    own = _of_the_key(load, certificates) if open_now or len(named) != 1 else None
    if own is None:
        own = [c for c in certificates if c.spki == named[0].spki] if len(named) == 1 else []
    if not own:
        return [KeystoreEntry(bag.alias, PRIVATE_KEY, (), _named(load, bag.alias))]
    found: dict[ParsedCertificate, KeystoreEntry] = {}
    for leaf in own:
        if leaf.certificate is not None and leaf.certificate not in found:
            alias = leaf.alias if bag.alias is None or (leaf.alias is not None and len(own) > 1) else bag.alias
            chain = pool.chain_for(leaf.certificate)
            found[leaf.certificate] = KeystoreEntry(alias, PRIVATE_KEY, chain, _named(load, alias))
    return list(found.values())


def _certificate_entries(bags: list[Bag], claimed: set[ParsedCertificate]) -> Iterator[tuple[int, KeystoreEntry]]:
    """The certificates outside the chains of keys, and those that Java has marked as entries; a copy counts if it has
    a name of its own."""
    names: dict[ParsedCertificate, set[str | None]] = {certificate: {None} for certificate in claimed}
    for bag in bags:
        certificate = bag.certificate
        if certificate is None or (certificate in claimed and not bag.trusted):
            continue
        known = names.setdefault(certificate, set())
        if not known or bag.alias not in known | {None}:
            known.add(bag.alias)
            yield bag.position, KeystoreEntry(bag.alias, CERTIFICATE, (certificate,))


def _of_the_key(load: Callable[[], ParsedKey], certificates: list[Bag]) -> list[Bag] | None:
    """The certificates that are for a key; None if it can't be opened."""
    try:
        key = load()
    except Refusal:
        return None
    return [bag for bag in certificates if bag.certificate is not None and key.fits(bag.certificate)]


def _loader(bag: Bag, secrets: Secrets) -> Callable[[], ParsedKey]:
    """Opens the key once: deriving its password's key takes time."""
    opened: list[ParsedKey] = []

    def load() -> ParsedKey:
        if not opened:
            opened.append(read_plain_pkcs8(secrets.decrypt_key(bag)))
        return opened[0]

    return load


def _named(load: Callable[[], ParsedKey], alias: str | None) -> Callable[[], ParsedKey]:
    """The same, with the entry's alias in its refusals."""

    def load_named() -> ParsedKey:
        try:
            return load()
        except Refusal as refusal:
            raise Refusal(refusal.code, f"{titled(alias)}: {refusal.message}", refusal.hint) from None

    return load_named
