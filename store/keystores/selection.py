"""Selecting a keystore entry by alias, number, or certificate fingerprint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from ..certificates.text import shortened
from ..errors import Refusal
from .entries import PRIVATE_KEY, Keystore, KeystoreEntry
from .keystore_type import KeystoreType

_LISTED = 20
_BY_NUMBER = "Name it by its number, as #1, or by its certificate's SHA-256 fingerprint."


def select_entry(keystore: Keystore, alias: str | None = None, now: datetime | None = None) -> KeystoreEntry:
    """The entry with that alias: an exact match, otherwise ignoring case, as keytool does; otherwise ``#2`` for the
    second entry, or a SHA-256 fingerprint, of which eight digits suffice if they are unique. Without an alias the first
    entry; in a PKCS #12 file the first with a private key, if there is one. Of several certificates of one key the one
    that is valid ``now``, and of those the last to expire."""
    entry = _preferred(keystore, _first(keystore), now) if alias is None else _named(keystore, alias, now)
    if entry.kind == PRIVATE_KEY and not entry.chain:
        entry.read_private_key()
    return entry


def certificates_of_key(keystore: Keystore, entry: KeystoreEntry) -> list[KeystoreEntry]:
    """The entries of one private key, each with another certificate; the entry alone if it has no key."""
    if entry.kind != PRIVATE_KEY or not entry.chain:
        return [entry]
    return [other for other in keystore.entries if other.kind == PRIVATE_KEY and _same_key([entry, other])]


def _preferred(keystore: Keystore, entry: KeystoreEntry, now: datetime | None) -> KeystoreEntry:
    return _best(certificates_of_key(keystore, entry), now)


def _best(entries: list[KeystoreEntry], now: datetime | None) -> KeystoreEntry:
    if len(entries) == 1:
        return entries[0]

    def merit(entry: KeystoreEntry) -> tuple[bool, datetime]:
        facts = entry.chain[0].facts
        return now is not None and facts.not_before <= now <= facts.not_after, facts.not_after

    return max(entries, key=merit)


def _same_key(entries: Iterable[KeystoreEntry]) -> bool:
    return len({entry.chain[0].facts.public_key_sha256 if entry.chain else None for entry in entries}) == 1


def _first(keystore: Keystore) -> KeystoreEntry:
    if not keystore.entries:
        raise Refusal("keystore-empty", "the keystore holds no entry")
    if keystore.type is KeystoreType.PKCS12:
        return next((entry for entry in keystore.entries if entry.kind == PRIVATE_KEY), keystore.entries[0])
    return keystore.entries[0]


def _named(keystore: Keystore, name: str, now: datetime | None) -> KeystoreEntry:
    found = _of_alias(keystore, name) or _of_number(keystore, name) or _of_fingerprint(keystore, name)
    if not found:
        raise Refusal(
            "alias-not-found",
            f"the keystore has no entry “{shortened(name, 60)}”",
            f"It has: {listed(keystore.entries)}. {_BY_NUMBER}",
        )
    keys = [entry for entry in found if entry.kind == PRIVATE_KEY]
    if len(keys) > 1 and keys[0].chain and _same_key(keys):
        return _best(keys, now)
    if len(found) > 1 and len(keys) != 1:
        raise Refusal(
            "alias-ambiguous",
            f"{len(found)} entries of the keystore go by “{shortened(name, 60)}”",
            f"They are: {listed(found)}. {_BY_NUMBER}",
        )
    return keys[0] if keys else found[0]


def _of_alias(keystore: Keystore, alias: str) -> list[KeystoreEntry]:
    exact = [entry for entry in keystore.entries if entry.alias == alias]
    return exact or [e for e in keystore.entries if e.alias is not None and e.alias.casefold() == alias.casefold()]


def _of_number(keystore: Keystore, name: str) -> list[KeystoreEntry]:
    return [entry for entry in keystore.entries if name == f"#{entry.number}"]


def _of_fingerprint(keystore: Keystore, name: str) -> list[KeystoreEntry]:
    digits = name.replace(":", "").lower()
    if not re.fullmatch("[0-9a-f]{8,64}", digits):
        return []
    return [entry for entry in keystore.entries if (entry.fingerprint_sha256 or "").startswith(digits)]


def listed(entries: Sequence[KeystoreEntry]) -> str:
    """The entries with number, alias, kind and subject, in a line; at most 20 of them."""
    more = f" and {len(entries) - _LISTED} more" if len(entries) > _LISTED else ""
    return ", ".join(map(_line, entries[:_LISTED])) + more


def _line(entry: KeystoreEntry) -> str:
    name = "" if entry.alias is None else f" {shortened(entry.alias, 60)}"
    subject = "" if entry.subject is None else f", {shortened(entry.subject)}"
    return f"#{entry.number}{name} ({entry.kind}{subject})"
