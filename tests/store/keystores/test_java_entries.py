"""Entries of PKCS #12 files that keytool writes: certificates that are trusted by themselves, and aliases twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from certfleet.store.keystores.reading import Keystore, read_keystore, select_entry
from tests.material import Issued, keytool, make_chain, needs_keytool, needs_openssl, openssl, rsa_key


@pytest.fixture(scope="module")
def made() -> Issued:
    return make_chain(key=rsa_key())


@pytest.fixture
def store(made: Issued, tmp_path: Path) -> Path:
    """A server's key with its chain, as OpenSSL exports it."""
    (tmp_path / "all.pem").write_bytes(made.key_pem + made.chain_pem)
    path = tmp_path / "server.p12"
    openssl(
        "pkcs12", "-export", "-in", tmp_path / "all.pem", "-name", "server", "-passout", "pass:secret", "-out", path
    )
    return path


def trust(store: Path, alias: str, certificate: bytes) -> None:
    file = store.with_suffix(".pem")
    file.write_bytes(certificate)
    keytool("-importcert", "-noprompt", "-keystore", store, "-storepass", "secret", "-alias", alias, "-file", file)


def listed(store: Path) -> tuple[Keystore, list[tuple[str | None, str]]]:
    keystore = read_keystore(store.read_bytes(), password="secret")
    return keystore, sorted((entry.alias, entry.kind) for entry in keystore.entries)


@needs_openssl
@needs_keytool
def test_a_trusted_certificate_is_an_entry_also_when_it_is_in_the_chain_of_a_key(store: Path, made: Issued) -> None:
    """As ``keytool -list`` shows it."""
    trust(store, "root", made.issuers[-1].public_bytes(Encoding.PEM))
    keystore, entries = listed(store)
    assert entries == [("root", "certificate"), ("server", "private key")]
    assert select_entry(keystore).alias == "server"
    assert [certificate.der for certificate in select_entry(keystore).chain] == made.chain_der
    assert select_entry(keystore, "root").chain[0].der == made.chain_der[-1]


@needs_openssl
@needs_keytool
def test_a_certificate_under_two_names_is_two_entries(store: Path) -> None:
    stray = make_chain("stray.example").pem
    trust(store, "one", stray)
    trust(store, "two", stray)
    assert listed(store)[1] == [("one", "certificate"), ("server", "private key"), ("two", "certificate")]


@needs_openssl
def test_a_copy_without_a_name_of_its_own_is_no_entry(made: Issued, store: Path, tmp_path: Path) -> None:
    (tmp_path / "twice.pem").write_bytes(make_chain("stray.example").pem * 2 + made.chain_pem)
    data = openssl(
        *("pkcs12", "-export", "-in", tmp_path / "all.pem", "-certfile", tmp_path / "twice.pem"),
        *("-passout", "pass:secret"),
    )
    keystore = read_keystore(data, password="secret")
    assert [entry.kind for entry in keystore.entries].count("certificate") == 1
