"""Selecting a keystore entry by alias, number, or certificate fingerprint."""

from __future__ import annotations

import re

from ..certificates.text import shortened
from ..errors import Refusal
from .entries import PRIVATE_KEY, Keystore, KeystoreEntry, KeystoreType

_LISTED = 20
_BY_NUMBER = "Name it by its number, as #1, or by its certificate's SHA-256 fingerprint."


def select_entry(keystore: Keystore, alias: str | None = None) -> KeystoreEntry:
    """The entry with that alias: an exact match, otherwise ignoring case, as keytool does; otherwise ``#2`` for the
    second entry, or a SHA-256 fingerprint, of which eight digits suffice if they are unique. Without an alias the first
    entry; in a PKCS #12 file the first with a private key, if there is one."""
    entry = _first(keystore) if alias is None else _named(keystore, alias)
    if entry.kind == PRIVATE_KEY and not entry.chain:
        entry.read_private_key()
    return entry


def _first(keystore: Keystore) -> KeystoreEntry:
    if not keystore.entries:
        raise Refusal("keystore-empty", "the keystore holds no entry")
    if keystore.type is KeystoreType.PKCS12:
        return next((entry for entry in keystore.entries if entry.kind == PRIVATE_KEY), keystore.entries[0])
    return keystore.entries[0]


def _named(keystore: Keystore, name: str) -> KeystoreEntry:
    found = _of_alias(keystore, name) or _of_number(keystore, name) or _of_fingerprint(keystore, name)
    if not found:
        raise Refusal(
            "alias-not-found",
            f"the keystore has no entry “{shortened(name, 60)}”",
            f"It has: {_listed(keystore.entries)}. {_BY_NUMBER}",
        )
    keys = [entry for entry in found if entry.kind == PRIVATE_KEY]
    if len(found) > 1 and len(keys) != 1:
        raise Refusal(
            "alias-ambiguous",
            f"{len(found)} entries of the keystore go by “{shortened(name, 60)}”",
            f"They are: {_listed(found)}. {_BY_NUMBER}",
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


def _listed(entries: tuple[KeystoreEntry, ...] | list[KeystoreEntry]) -> str:
    more = f" and {len(entries) - _LISTED} more" if len(entries) > _LISTED else ""
    return ", ".join(map(_line, entries[:_LISTED])) + more


def _line(entry: KeystoreEntry) -> str:
    name = "" if entry.alias is None else f" {shortened(entry.alias, 60)}"
    subject = "" if entry.subject is None else f", {shortened(entry.subject)}"
    return f"#{entry.number}{name} ({entry.kind}{subject})"
