"""Naming an entry of a keystore: by alias, number or fingerprint."""

from __future__ import annotations

import pytest

from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.errors import Refusal
from certfleet.store.inventory.loading import load
from certfleet.store.inventory.sources import KeystoreSource
from certfleet.store.keystores.entries import Keystore, KeystoreEntry
from certfleet.store.keystores.keystore_type import KeystoreType
from certfleet.store.keystores.reading import select_entry
from tests.material import issue, jks_store

ONE, TWO = issue("one.example"), issue("two.example")


def keystore(*aliases: str | None, kind: str = "certificate") -> Keystore:
    """As many entries, with the certificates ONE and TWO in turn."""
    chains = [(parse_certificate((TWO if at % 2 else ONE).der),) for at in range(len(aliases))]
    entries = tuple(KeystoreEntry(alias, kind, chain) for alias, chain in zip(aliases, chains, strict=True))
    return Keystore(type=KeystoreType.PKCS12, entries=entries)


def refusal_of(store: Keystore, name: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        select_entry(store, name)
    return refused.value


def test_entries_have_numbers() -> None:
    assert [entry.number for entry in keystore("a", None, "c").entries] == [1, 2, 3]


@pytest.mark.parametrize("kind", ["certificate", "private key"])
@pytest.mark.parametrize("aliases", [("same", "same"), (None, None)])
def test_by_number_and_fingerprint(kind: str, aliases: tuple[str | None, ...]) -> None:
    store = keystore(*aliases, kind=kind)
    for entry in store.entries:
        fingerprint = entry.fingerprint_sha256 or ""
        pairs = ":".join(fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()
        for name in (f"#{entry.number}", fingerprint, fingerprint[:8], pairs, pairs[:12]):
            assert select_entry(store, name) is entry


def test_an_alias_comes_first() -> None:
    fingerprint = parse_certificate(ONE.der).facts.fingerprint_sha256
    for name in ("#1", fingerprint, fingerprint[:8]):
        store = keystore("a", name)
        assert select_entry(store, name) is store.entries[1]
        assert select_entry(keystore("a", "b"), name).number == 1


def test_an_ambiguous_alias_is_told_with_numbers() -> None:
    refusal = refusal_of(keystore("two", "TWO", "other", kind="private key"), "Two")
    assert refusal.code == "alias-ambiguous"
    assert "#1 two (private key, CN=one.example), #2 TWO (private key, CN=two.example)" in (refusal.hint or "")
    assert "other" not in (refusal.hint or "")


def test_a_fingerprint_that_several_begin_with_is_ambiguous() -> None:
    store = keystore("a", "b", "c")
    assert refusal_of(store, store.entries[0].fingerprint_sha256 or "").code == "alias-ambiguous"


def test_what_is_not_there_is_answered_with_what_is() -> None:
    store = keystore(None, "b")
    for name in ("#0", "#3", "#", "#x", "deadbeef", "", (store.entries[0].fingerprint_sha256 or "")[:7]):
        refusal = refusal_of(store, name)
        assert refusal.code == "alias-not-found"
        assert "#1 (certificate, CN=one.example), #2 b (certificate, CN=two.example)" in (refusal.hint or "")
    assert "and 5 more" in (refusal_of(keystore(*["x"] * 25), "y").hint or "")


def test_what_is_left_in_the_file_has_its_number() -> None:
    entry = b"\0\0\0\2\0\1a" + bytes(8) + b"\0\5X.509"
    body = b"".join(entry + len(made.der).to_bytes(4, "big") + made.der for made in (ONE, TWO, ONE))
    loaded = load(KeystoreSource(data=jks_store(2, 3, body), password="x", alias="#2"))
    assert loaded.chain[0].der == TWO.der
    assert [left.number for left in loaded.also_in_file] == [1, 3]
