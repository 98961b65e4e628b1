"""A second one of each kind of file that was once read wrongly, by another program: see tests/cases/make_second.sh."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.cli.frame.passwords import read_password_file
from certfleet.store.certificates.chains import order_chain
from certfleet.store.certificates.facts import parse_certificate
from certfleet.store.certificates.private_keys import read_private_key
from certfleet.store.certificates.reading import read_certificates
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, ImportResult, KeystoreSource, OnConflict
from certfleet.store.keystores.reading import read_keystore
from certfleet.store.workspace import Workspace
from tests.cases import PASSWORD, case


def take_in(workspace: Workspace, data: bytes, on_conflict: OnConflict = OnConflict.FAIL) -> ImportResult:
    return workspace.inventory.import_from(CertificateSource(data=data), on_conflict=on_conflict)


def test_both_forms_of_a_root(workspace: Workspace) -> None:
    both = case("both-forms-openssl", "c.pem")
    with pytest.raises(Refusal) as refused:
        take_in(workspace, both)
    assert refused.value.code == "same-key-in-file"
    assert "certificate 3 of the file (New Root), self-issued" in refused.value.message
    assert "certificate 4 of the file (New Root), issued by CN=Old Root" in refused.value.message
    result = take_in(workspace, both, OnConflict.KEEP)
    assert [entry.is_self_issued for entry in result.imported] == [False, False, True]


def test_a_cross_signed_root_over_the_root(workspace: Workspace) -> None:
    take_in(workspace, case("cross-signed-openssl", "mail.pem"))
    www = case("cross-signed-openssl", "www.pem")
    with pytest.raises(Refusal) as refused:
        take_in(workspace, www)
    assert "2 entries chain through that entry up to a root, and will lack one" in refused.value.message
    result = take_in(workspace, www, OnConflict.KEEP)
    assert ([entry.common_name for entry in result.imported], [entry.id for entry in result.linked]) == (
        ["www.second.example"],
        [2, 3],
    )


def test_two_intermediates_of_one_name() -> None:
    with pytest.raises(Refusal) as refused:
        order_chain(read_certificates(case("two-intermediates-openssl", "c.pem")).certificates)
    assert refused.value.message == (
        "certificate 2 of 4, Issuing CA, does not fit: certificate 4, New Root, issued it, "
        "but it issued none of the others"
    )
    assert (refused.value.hint or "").startswith("Leave certificate 2 out")


def test_names_in_capitals(workspace: Workspace) -> None:
    take_in(workspace, case("names-in-capitals-gnutls", "a.pem"))
    replaced = workspace.inventory.replace(1, CertificateSource(data=case("names-in-capitals-gnutls", "b.pem")))
    assert not [note for note in replaced.notes if "cover" in note]


def test_a_name_in_utf_8() -> None:
    sans = parse_certificate(case("u-label-forge", "c.der")).facts.sans
    assert sans[:2] == ("DNS:straße.second.example", "DNS:例え.second.example")


@pytest.mark.parametrize("name", ["long-dashes.pem", "trusted-certificate.pem", "secret.yaml"])
def test_pem_that_was_changed(name: str) -> None:
    (as_made,) = read_certificates(case("spoilt-gnutls", "as-made.pem")).certificates
    (certificate,) = read_certificates(case("spoilt-gnutls", name)).certificates
    assert certificate.der == as_made.der


def test_the_key_of_a_secret() -> None:
    secret = case("spoilt-gnutls", "secret.yaml")
    assert read_private_key(secret).fits(read_certificates(secret).certificates[0])


def test_a_truststore_with_one_odd_certificate(workspace: Workspace) -> None:
    keystore = read_keystore(case("truststore-keytool", "a.jks"), password=PASSWORD)
    assert [entry.alias for entry in keystore.entries] == ["old", "new"]
    source = KeystoreSource(data=case("truststore-keytool", "a.jks"), password=PASSWORD)
    assert any("odd" in note for note in workspace.inventory.import_from(source).notes)


@pytest.mark.parametrize("name", ["utf16-big-endian", "utf16-without-mark", "cp1252", "utf8-with-mark"])
def test_a_password_beyond_ascii(tmp_path: Path, name: str) -> None:
    (tmp_path / "pw").write_bytes(case("password-files-nss", name))
    assert read_keystore(case("password-files-nss", "a.p12"), password=read_password_file(tmp_path / "pw")).entries


@pytest.mark.parametrize(("name", "word"), [("quoted", "quotation marks"), ("trailing-space", "a blank")])
def test_what_does_not_belong_to_a_password(tmp_path: Path, name: str, word: str) -> None:
    (tmp_path / "pw").write_bytes(case("password-files-nss", name))
    with pytest.raises(Refusal) as refused:
        read_keystore(case("password-files-nss", "a.p12"), password=read_password_file(tmp_path / "pw"))
    assert (refused.value.code, word in (refused.value.hint or "")) == ("wrong-password", True)
