"""What is wrong on purpose is refused for the reason that its name says: by OpenSSL, and by certfleet's importers."""

from __future__ import annotations

import re
import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import KeystoreSource
from certfleet.store.model.bulk import IdentityType
from certfleet.store.workspace import Workspace
from certfleet.testing import BadChain, FixtureArchive, FixtureKeystore, bad_archive, bad_chain, bad_keystore
from certfleet.testing.bad_names import ARCHIVE_FAULTS, CHAIN_FAULTS, KEYSTORE_FAULTS
from certfleet.testing.keystores import KeystoreFormat
from tests.material import needs_openssl

KEYSTORE_REFUSALS = {
    "truncated": "file-truncated",
    "wrong-password": "wrong-password",
    "damaged": "wrong-password",
    "key-mismatch": "key-mismatch",
    "empty": "file-empty",
}
ARCHIVE_REFUSALS = {
    "no-credentials": "credentials-missing",
    "duplicate-name": "archive-duplicate-name",
    "path-outside": "archive-name-unsafe",
    "nested": "archive-nested",
    "truncated": "file-truncated",
    "not-an-archive": "not-an-archive",
    "empty": "file-empty",
}


def verified(chain: BadChain, folder: Path) -> str:
    """What ``openssl verify -x509_strict`` says of a chain, as a client would ask."""
    files = {"chain.pem": chain.presented_pem.bytes(), "root.pem": chain.trusted.cert_pem.bytes()}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "crl.der").write_bytes(chain.crl or b"")
    asked = ["-x509_strict", "-purpose", "sslserver", "-verify_hostname", chain.host, "-auth_level", "2"]
    if chain.name in ("good", "revoked"):  # who looks for a CRL of the wrong issuer complains about that first
        asked += ["-crl_check", "-CRLfile", "crl.der"]
    command = ["openssl", "verify", *asked, "-CAfile", "root.pem", "-untrusted", "chain.pem", "chain.pem"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@needs_openssl
def test_openssl_refuses_each_chain_for_its_reason(bad_chain: BadChain, tmp_path: Path) -> None:
    assert bad_chain.fault.wrong
    if bad_chain.fault.at_loading:
        with pytest.raises(ssl.SSLError) as refused:
            bad_chain.configure_cert(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        assert bad_chain.fault.openssl in str(refused.value)
        return
    said = verified(bad_chain, tmp_path)
    if bad_chain.fault.openssl:
        first = re.search(r"error \d+ at \d depth lookup: (.*)", said)
        assert first is not None and first[1] == bad_chain.fault.openssl, said
    else:
        assert said == "chain.pem: OK\n"  # same-key-twice: each of the two is good


@needs_openssl
def test_the_good_chain_is_accepted(tmp_path: Path) -> None:
    chain = bad_chain("good")
    assert chain.is_good and verified(chain, tmp_path) == "chain.pem: OK\n"
    chain.configure_cert(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))


def test_every_one_is_the_same_again_with_fixed_keys() -> None:
    for name in CHAIN_FAULTS:
        first, again = bad_chain(name, fixed_keys=True), bad_chain(name, fixed_keys=True)
        assert (first.presented, first.crl) == (again.presented, again.crl)
    for name in KEYSTORE_FAULTS:
        assert bad_keystore(name, fixed_keys=True).data == bad_keystore(name, fixed_keys=True).data
    for name in ARCHIVE_FAULTS:
        assert bad_archive(name, fixed_keys=True).data == bad_archive(name, fixed_keys=True).data


def test_the_same_key_twice_is_in_two_certificates() -> None:
    chain = bad_chain("same-key-twice")
    found = [x509.load_der_x509_certificate(der) for der in (*chain.beside, chain.presented[0])]
    assert len({one.serial_number for one in found}) == 2
    assert found[0].public_key() == found[1].public_key() == chain.key.public_key()


@pytest.mark.parametrize("format", ["pkcs12", "pkcs12-legacy", "jks", "jceks"])
@pytest.mark.parametrize("name", KEYSTORE_REFUSALS)
def test_certfleet_refuses_each_keystore(name: str, format: KeystoreFormat) -> None:
    made = bad_keystore(name, format)
    code = KEYSTORE_REFUSALS[name]
    if name == "truncated" and format.startswith("j"):
        code = "wrong-password"  # the digest is over the whole file, so it looks the same
    if name == "key-mismatch" and format.startswith("p"):
        code = "entry-without-certificate"  # PKCS #12 doesn't say which certificate is the key's
    with Workspace.open(None) as workspace, pytest.raises(Refusal) as refused:
        workspace.inventory.import_from(KeystoreSource(data=made.data, name=made.file_name, password=made.password))
    assert refused.value.code == code


@pytest.mark.parametrize("name", ARCHIVE_REFUSALS)
def test_certfleet_refuses_each_archive_that_is_wrong_as_a_whole(name: str, tmp_path: Path) -> None:
    file = bad_archive(name).write_to_path(tmp_path / "devices.zip")
    with Workspace.open(None) as workspace, pytest.raises(Refusal) as refused:
        workspace.bulk.import_archive(file, identity_type=IdentityType.SERIAL_NUMBER)
    assert refused.value.code == ARCHIVE_REFUSALS[name]


def test_each_keystore_is_a_parameter(bad_keystore: FixtureKeystore) -> None:
    assert bad_keystore.password and bad_keystore.file_name == "mdm.p12"


def test_each_archive_is_a_parameter(bad_archive: FixtureArchive) -> None:
    assert bad_archive.faults and set(bad_archive.faults) <= set(bad_archive.identities)


@pytest.mark.parametrize("bad_chain", ["expired", "revoked"], indirect=True)
def test_some_are_asked_for_by_name(bad_chain: BadChain) -> None:
    assert bad_chain.name in ("expired", "revoked")


def test_another_name_is_refused() -> None:
    for make in (bad_chain, bad_keystore, bad_archive):
        with pytest.raises(ValueError, match="'odd' is no bad"):
            make("odd")


def test_the_page_has_every_name() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "fixtures.md").read_text()
    for name, fault in CHAIN_FAULTS.items():
        assert f"| `{name}` | {fault.wrong} | {fault.openssl or '-'} |" in page
    for name, wrong in (*KEYSTORE_FAULTS.items(), *ARCHIVE_FAULTS.items()):
        assert f"| `{name}` | {wrong} |" in page
