"""Loading a file as one chain with its key: the part of an import that needs no inventory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from ..certificates.chains import order_chain
from ..certificates.facts import ParsedCertificate, parse_certificate
from ..certificates.kdf import KdfBudget
from ..certificates.on_paper import PRIVATE_KEY
from ..certificates.parsed_keys import ParsedKey
from ..certificates.private_keys import read_private_key, split_keys
from ..certificates.reading import read_certificates
from ..errors import Refusal
from ..keystores import entries as kinds
from ..keystores.reading import Keystore, KeystoreEntry, certificates_of_key, read_keystore, select_entry
from ..keystores.selection import listed
from ..words import day
from .sources import CertificateSource, KeystoreSource, OtherEntry, PaperSource, Source


class LoadedChain(Struct, frozen=True, kw_only=True):
    """A chain, leaf first, and the leaf's private key (PKCS #8 DER). All signatures are checked, unless it is on
    paper. ``places`` are those of the certificates in a certificate file, from 1."""

    chain: tuple[ParsedCertificate, ...]
    places: tuple[int, ...] = ()
    private_key: bytes | None = None
    password: str | None = None
    alias: str | None = None
    source: str = ""
    also_in_file: tuple[OtherEntry, ...] = ()
    notes: tuple[str, ...] = ()


def load(source: Source, now: datetime | None = None) -> LoadedChain:
    """Read, order and check a source; refuses it with the reason. One on paper is taken as it is. ``now`` decides
    between certificates of one key."""
    if isinstance(source, PaperSource):
        return LoadedChain(
            chain=tuple(map(parse_certificate, source.chain)), private_key=PRIVATE_KEY, source=source.name
        )
    if isinstance(source, CertificateSource):
        return _load_certificates(source)
    return _load_keystore(source, now)


def _load_certificates(source: CertificateSource) -> LoadedChain:
    file = read_certificates(source.data, source.name)
    chain = order_chain(file.certificates)
    keys = split_keys(source.key) if source.key is not None else list(file.keys)
    private_key = _matching_key(keys, source.key_password, chain[0]) if keys else None
    places = tuple(file.certificates.index(certificate) + 1 for certificate in chain)
    return LoadedChain(chain=chain, places=places, private_key=private_key, source=source.name)


def _matching_key(keys: list[bytes], password: str | None, leaf: ParsedCertificate) -> bytes:
    """The leaf's key among ``keys``. If there is none, refuses with the reason why one couldn't be tried."""
    budget = KdfBudget()
    refusals: list[Refusal] = []
    for data in keys:
        try:
            key = read_private_key(data, password, budget)
        except Refusal as refusal:
            refusals.append(refusal)
            continue
        if key.fits(leaf):
            return key.pkcs8
    needed = next((refusal for refusal in refusals if refusal.code == "key-password-needed"), None)
    if needed is not None or refusals:
        raise needed or refusals[0]
    raise Refusal(
        "key-mismatch",
        f"the private key does not belong to {leaf.facts.name}",
        "Bring the key that the certificate was requested with. Nothing was imported.",
    )


def _load_keystore(source: KeystoreSource, now: datetime | None) -> LoadedChain:
    keystore = read_keystore(source.data, type=source.type, password=source.password, key_password=source.key_password)
    entry = select_entry(keystore, source.alias, now)
    if not entry.chain:
        raise Refusal(
            "entry-without-certificate",
            f"the entry {entry.alias or f'#{entry.number}'} holds a {entry.kind} and no certificate",
            f"Name the alias of an entry with a certificate. It has: {listed(with_certificate)}."
            if (with_certificate := [one for one in keystore.entries if one.chain])
            else "No entry has one. Bring the certificate itself, and the private key in a file of its own.",
        )
    whole = _whole_chain(keystore) if source.alias is None else None
    chain = whole or order_chain(entry.chain)
    key = _key_of(entry, keystore, source.alias) if entry.kind == kinds.PRIVATE_KEY else None
    if key is not None and not key.fits(chain[0]):
        raise Refusal("key-mismatch", f"the entry's private key does not belong to {chain[0].facts.name}")
    if whole:
        entry = next(one for one in keystore.entries if one.chain[0] == chain[0])
    taken = keystore.entries if whole else (entry,)
    return LoadedChain(
        chain=chain,
        private_key=None if key is None else key.pkcs8,
        password=source.password if keystore.is_protected else None,
        alias=entry.alias,
        source=source.name,
        also_in_file=_others(keystore, taken),
        notes=(*keystore.notes, *_of_one_key(keystore, entry)),
    )


def _key_of(entry: KeystoreEntry, keystore: Keystore, alias: str | None) -> ParsedKey:
    """The key of the entry that was taken. If it is locked, and nobody has named it, refuses with the other entries."""
    try:
        return entry.read_private_key()
    except Refusal as refusal:
        others = [one for one in keystore.entries if one is not entry and one.chain]
        if refusal.code != "key-password-needed" or alias is not None or not others:
            raise
        message = f"{refusal.message}; it is the first, and an alias can name another one: {listed(others)}"
        raise Refusal(refusal.code, message, refusal.hint) from None


def _whole_chain(keystore: Keystore) -> tuple[ParsedCertificate, ...] | None:
    """The chain that the certificates of a keystore without keys form; None if they are something else."""
    if len(keystore.entries) < 2 or any(entry.kind != kinds.CERTIFICATE for entry in keystore.entries):
        return None
    try:
        return order_chain([entry.chain[0] for entry in keystore.entries])
    except Refusal:
        return None


def _of_one_key(keystore: Keystore, chosen: KeystoreEntry) -> tuple[str, ...]:
    """Says that the key has other certificates in the file, and how they differ."""
    others = [f"#{one.number} ({_ends(one)})" for one in certificates_of_key(keystore, chosen) if one is not chosen]
    if not others:
        return ()
    return (
        f"its private key has {len(others) + 1} certificates in the file: "
        f"#{chosen.number} ({_ends(chosen)}) was taken, not {', '.join(others)}",
    )


def _ends(entry: KeystoreEntry) -> str:
    return f"valid to {day(entry.chain[0].facts.not_after)}"


def _others(keystore: Keystore, taken: Sequence[KeystoreEntry]) -> tuple[OtherEntry, ...]:
    return tuple(
        OtherEntry(
            number=entry.number,
            alias=entry.alias,
            kind=entry.kind,
            subject=entry.chain[0].facts.subject if entry.chain else None,
            fingerprint_sha256=entry.chain[0].facts.fingerprint_sha256 if entry.chain else None,
        )
        for entry in keystore.entries
        if entry not in taken
    )
