"""A keystore's entry is a key with all its certificates; a chain without a key is a chain; one bad entry is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, ExportFormat, ImportResult, KeystoreSource
from certfleet.store.keystores.reading import read_keystore
from certfleet.store.workspace import Workspace
from tests.cases import PASSWORD, case
from tests.material import issue, jks_store, keytool, make_chain, needs_keytool


def take_in(workspace: Workspace, folder: str, name: str = "a.p12", alias: str | None = None) -> ImportResult:
    password = "" if folder == "wrong-local-key-id-made" else PASSWORD
    source = KeystoreSource(data=case(folder, name), password=password, alias=alias)
    return workspace.inventory.import_from(source)


ONE_KEY = [("one-key-two-certificates", "a.p12"), ("one-key-openssl", "a.p12"), ("one-key-openssl", "a.jks")]


@pytest.mark.parametrize(("folder", "name"), ONE_KEY)
def test_of_one_keys_certificates_the_valid_one_is_taken(workspace: Workspace, folder: str, name: str) -> None:
    result = take_in(workspace, folder, name)
    leaf = result.imported[0]
    assert leaf.has_private_key
    assert leaf.not_before <= workspace.now() <= leaf.not_after
    (other,) = (one for one in result.also_in_file if one.kind == "private key")
    assert any(f"not #{other.number} (valid to " in note for note in result.notes)


@pytest.mark.parametrize(("folder", "name"), ONE_KEY)
def test_either_certificate_brings_the_key(workspace: Workspace, folder: str, name: str) -> None:
    keystore = read_keystore(case(folder, name), password=PASSWORD)
    keys = [entry for entry in keystore.entries if entry.kind == "private key"]
    assert len(keys) == 2
    expired = min(keys, key=lambda entry: entry.chain[0].facts.not_after)
    (leaf, *_) = take_in(workspace, folder, name, alias=f"#{expired.number}").imported
    assert (leaf.has_private_key, leaf.fingerprint_sha256) == (True, expired.fingerprint_sha256)


@pytest.mark.parametrize(("folder", "subject"), [("wrong-local-key-id", "www"), ("wrong-local-key-id-made", "renewed")])
def test_the_public_key_wins_over_the_local_key_id(workspace: Workspace, folder: str, subject: str) -> None:
    result = take_in(workspace, folder)
    leaf = result.imported[0]
    assert (leaf.common_name, leaf.has_private_key, leaf.is_ca) == (f"{subject}.example.com", True, False)
    assert not result.also_in_file


@pytest.mark.parametrize("name", ["keytool.p12", "openssl.p12"])
def test_a_chain_without_keys_is_imported_as_that_chain(workspace: Workspace, name: str) -> None:
    result = take_in(workspace, "chain-without-keys", name)
    assert [entry.common_name for entry in result.imported] == ["renewed.example.com", "Renewing CA"]
    assert result.imported[0].issuer_id == result.imported[1].id
    assert not result.also_in_file


def test_an_alias_takes_one_certificate_of_it(workspace: Workspace) -> None:
    (only,) = take_in(workspace, "chain-without-keys", "keytool.p12", alias="ca").imported
    assert only.common_name == "Renewing CA"


@pytest.mark.parametrize("name", ["a.p12", "a.jks"])
def test_one_certificate_that_can_not_be_read_leaves_the_others(workspace: Workspace, name: str) -> None:
    result = take_in(workspace, "truststore-with-one-odd-certificate", name)
    assert {entry.common_name for entry in result.imported} == {"Example Issuing CA", "Example Root CA"}
    assert any("“odd” was left aside" in note for note in result.notes)


def _certificate(der: bytes, kind: bytes = b"X.509") -> bytes:
    return len(kind).to_bytes(2, "big") + kind + len(der).to_bytes(4, "big") + der


def test_another_kind_of_certificate_in_a_jks_leaves_the_others() -> None:
    made = issue("good.example.com")
    odd = (2).to_bytes(4, "big") + b"\0\3odd" + bytes(8) + _certificate(b"\x30\0", b"PGP")
    good = (2).to_bytes(4, "big") + b"\0\4good" + bytes(8) + _certificate(made.der)
    keystore = read_keystore(jks_store(2, 2, odd + good), password="x")
    assert [entry.alias for entry in keystore.entries] == ["good"]
    assert any(
        "“odd” was left aside: the keystore holds a certificate of the kind PGP" in note for note in keystore.notes
    )


def test_a_keystore_of_nothing_readable_says_why() -> None:
    odd = (2).to_bytes(4, "big") + b"\0\3odd" + bytes(8) + _certificate(b"\x30\0")
    with pytest.raises(Refusal) as refused:
        read_keystore(jks_store(2, 1, odd), password="x")
    assert refused.value.code == "certificate-unreadable"


@needs_keytool
@pytest.mark.parametrize("legacy", [False, True])
def test_keytool_lists_an_export_without_a_key(workspace: Workspace, tmp_path: Path, legacy: bool) -> None:
    workspace.inventory.import_from(CertificateSource(data=make_chain().chain_pem))
    path = tmp_path / "trust.p12"
    path.write_bytes(workspace.inventory.export(1, ExportFormat.PKCS12, password=PASSWORD, legacy=legacy))
    told = keytool("-list", "-keystore", path, "-storepass", PASSWORD)
    assert told.count(b"trustedCertEntry") == len(workspace.inventory.chain(1)) > 1
