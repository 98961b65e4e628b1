"""JKS and JCEKS: keystores made by keytool, and damaged files."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from certfleet.store.certificates.private_keys import matches
from certfleet.store.errors import Refusal
from certfleet.store.keystores.keystore_type import KeystoreType
from certfleet.store.keystores.reading import detect_keystore, read_keystore, select_entry
from tests.material import Issued, jks_store, keytool, make_ca, make_chain, needs_keytool

TYPES = [KeystoreType.JKS, KeystoreType.JCEKS]


@pytest.fixture(scope="module")
def made() -> Issued:
    return make_chain()


@pytest.fixture(scope="module")
def stores(made: Issued, tmp_path_factory: pytest.TempPathFactory) -> dict[KeystoreType, bytes]:
    """A store of each type: a key with its chain, a key with its own password, a certificate, a secret key."""
    folder = tmp_path_factory.mktemp("stores")
    source = folder / "source.p12"
    scheme = BestAvailableEncryption(b"changeit")
    source.write_bytes(
        pkcs12.serialize_key_and_certificates(b"server", made.key, made.certificate, made.issuers, scheme)
    )
    (folder / "trusted.pem").write_bytes(make_ca("Trusted CA").pem)
    found: dict[KeystoreType, bytes] = {}
    for kind in TYPES:
        path = folder / f"store.{kind}"
        common = ("-storetype", kind.value, "-keystore", path, "-storepass", "changeit")
        keytool(
            "-importkeystore", "-srckeystore", source, "-srcstorepass", "changeit", "-destkeystore", path,
            "-deststoretype", kind.value, "-deststorepass", "changeit", "-destkeypass", "changeit",
        )  # fmt: skip
        keytool("-genkeypair", "-alias", "Own", "-keyalg", "RSA", "-dname", "CN=own", "-keypass", "different", *common)
        keytool("-importcert", "-noprompt", "-alias", "trusted", "-file", folder / "trusted.pem", *common)
        if kind is KeystoreType.JCEKS:
            keytool("-genseckey", "-alias", "aes", "-keyalg", "AES", "-keysize", "128", "-keypass", "x23456", *common)
        found[kind] = path.read_bytes()
    return found


@needs_keytool
@pytest.mark.parametrize("kind", TYPES)
def test_every_entry(kind: KeystoreType, stores: dict[KeystoreType, bytes], made: Issued) -> None:
    assert detect_keystore(stores[kind]) is kind
    keystore = read_keystore(stores[kind], password="changeit")
    secret = {("aes", "secret key", None)} if kind is KeystoreType.JCEKS else set()
    assert {(entry.alias, entry.kind, entry.subject) for entry in keystore.entries} == {
        ("server", "private key", "CN=mdm.example.com"),
        ("own", "private key", "CN=own"),
        ("trusted", "certificate", "CN=Trusted CA"),
        *secret,
    }
    entry = select_entry(keystore, "SERVER")
    assert [certificate.der for certificate in entry.chain] == made.chain_der
    assert matches(entry.load_private_key(), entry.chain[0])
    assert select_entry(keystore) is keystore.entries[0]


@needs_keytool
@pytest.mark.parametrize("kind", TYPES)
def test_a_key_with_its_own_password(kind: KeystoreType, stores: dict[KeystoreType, bytes]) -> None:
    entry = select_entry(read_keystore(stores[kind], password="changeit"), "own")
    with pytest.raises(Refusal) as refused:
        entry.load_private_key()
    assert refused.value.code == "key-password-needed"
    assert "own" in refused.value.message
    keystore = read_keystore(stores[kind], password="changeit", key_password="different")
    entry = select_entry(keystore, "own")
    assert matches(entry.load_private_key(), entry.chain[0])
    assert select_entry(keystore, "server").load_private_key()
    with pytest.raises(Refusal, match="wrong-password"):
        select_entry(read_keystore(stores[kind], password="changeit", key_password="x"), "own").load_private_key()


@needs_keytool
@pytest.mark.parametrize("kind", TYPES)
def test_passwords_and_damage(kind: KeystoreType, stores: dict[KeystoreType, bytes]) -> None:
    data = stores[kind]
    assert code_of(data, "wrong") == "wrong-password"
    assert code_of(data, None) == "password-needed"
    assert code_of(data[:-100] + b"x" + data[-99:], "changeit") == "wrong-password"
    assert code_of(data[:20], "changeit") == "file-truncated"


@needs_keytool
def test_a_store_of_certificates_opens_without_a_password(tmp_path: Path) -> None:
    path = tmp_path / "trust.jks"
    (tmp_path / "ca.pem").write_bytes(make_ca("Trusted CA").pem)
    keytool(
        "-importcert", "-noprompt", "-alias", "ca", "-file", tmp_path / "ca.pem",
        "-storetype", "JKS", "-keystore", path, "-storepass", "changeit",
    )  # fmt: skip
    keystore = read_keystore(path.read_bytes())
    assert [entry.subject for entry in keystore.entries] == ["CN=Trusted CA"]
    assert "integrity" in keystore.notes[0]
    assert read_keystore(path.read_bytes(), password="changeit").notes == ()


def test_version_1_writes_no_certificate_type() -> None:
    der = make_ca("Old").der
    body = b"\0\0\0\2" + b"\0\1a" + bytes(8) + len(der).to_bytes(4, "big") + der
    assert read_keystore(jks_store(1, 1, body), password="x").entries[0].subject == "CN=Old"


@pytest.mark.parametrize(
    ("version", "count", "body", "code"),
    [
        (2, 0, b"", "keystore-empty"),
        (3, 0, b"", "keystore-unsupported"),
        (2, 0, b"x", "keystore-damaged"),
        (2, 1, b"", "file-truncated"),
        (2, 0xFFFFFFFF, b"", "too-many-entries"),
        (2, 1, b"\0\0\0\2\xff\xff", "file-truncated"),
        (2, 1, b"\0\0\0\2\0\1a" + bytes(8) + b"\0\5X.509\xff\xff\xff\xff", "file-truncated"),
        (2, 1, b"\0\0\0\2\0\1a" + bytes(8) + b"\0\4SDSI\0\0\0\1x", "keystore-unsupported"),
        (2, 1, b"\0\0\0\2\0\1a" + bytes(8) + b"\0\5X.509\0\0\0\1x", "certificate-unreadable"),
        (2, 1, b"\0\0\0\7\0\1a" + bytes(8), "keystore-damaged"),
        (2, 1, b"\0\0\0\1\0\1a" + bytes(8) + b"\xff\xff\xff\xff", "file-truncated"),
        (2, 1, b"\0\0\0\1\0\1a" + bytes(8) + b"\0\0\0\0\xff\xff\xff\xff", "too-many-certificates"),
        (2, 1, b"\0\0\0\3\0\1a" + bytes(8) + b"\xac\xed\0\5" + b"\x73" * 5000, "keystore-damaged"),
        (2, 1, b"\0\0\0\3\0\1a" + bytes(8) + b"\xac\xed\0\5\x75\x72\0\2[L" + bytes(13), "keystore-damaged"),
    ],
)
def test_lengths_and_counts_are_not_trusted(version: int, count: int, body: bytes, code: str) -> None:
    assert code_of(jks_store(version, count, body, magic=b"\xce\xce\xce\xce"), "x") == code


def test_a_damaged_key_is_found_when_it_is_asked_for() -> None:
    der = make_ca("A").der
    certificate = b"\0\5X.509" + len(der).to_bytes(4, "big") + der
    body = b"\0\0\0\1\0\1a" + bytes(8) + b"\0\0\0\3abc" + b"\0\0\0\1" + certificate
    entry = read_keystore(jks_store(2, 1, body), password="x").entries[0]
    with pytest.raises(Refusal, match="keystore-damaged"):
        entry.load_private_key()


def test_an_alias_in_modified_utf8() -> None:
    der = make_ca("A").der
    alias = "ä".encode() + b"\xed\xa0\xbd\xed\xb8\x80" + b"\xc0\x80"
    body = b"\0\0\0\2" + len(alias).to_bytes(2, "big") + alias + bytes(8) + b"\0\5X.509" + len(der).to_bytes(4, "big")
    keystore = read_keystore(jks_store(2, 1, body + der), password="x")
    assert keystore.entries[0].alias == "ä😀\\x00"


def code_of(data: bytes, password: str | None) -> str:
    with pytest.raises(Refusal) as refused:
        read_keystore(data, password=password)
    return refused.value.code
