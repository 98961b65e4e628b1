"""Private keys are kept as they came, and leave so that other programs read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.certificates.parsed_keys import parse_key
from certfleet.store.certificates.pkcs8 import join_pkcs8, leaving, split_pkcs8
from certfleet.store.certificates.private_keys import load_private_key, read_private_key
from certfleet.store.certificates.public_keys import RSA, RSA_PSS
from certfleet.store.certificates.reading import read_certificates
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, ExportFormat, KeystoreSource
from certfleet.store.keystores.reading import read_keystore
from certfleet.store.keystores.writing import Named, write_pkcs12
from certfleet.store.vault.secret_kind import SecretKind
from certfleet.store.workspace import Workspace
from tests.cases import PASSWORD, case
from tests.material import needs_openssl, openssl

KEY_FILES = {
    "rsa-pss-key": "key.pem",
    "rsa-pss-gnutls": "key.pem",
    "ec-key-33-octets": "k.pem",
    "ec-key-31-octets": "k.pem",
    "brainpool-p320": "key.pem",
    "brainpool-openssl": "key.pem",
}
KEYSTORES = ("ed25519-pkcs8-v2", "ed25519-bouncy-castle")


def take_in(workspace: Workspace, folder: str) -> None:
    if folder in KEYSTORES:
        workspace.inventory.import_from(KeystoreSource(data=case(folder, "a.p12"), password=PASSWORD))
    else:
        key = case(folder, KEY_FILES[folder])
        workspace.inventory.import_from(CertificateSource(data=case(folder, "c.pem"), key=key))


@needs_openssl
@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("folder", [*KEY_FILES, *KEYSTORES])
def test_a_key_comes_in_and_openssl_packs_what_leaves(
    workspace: Workspace, tmp_path: Path, folder: str, legacy: bool
) -> None:
    take_in(workspace, folder)
    assert workspace.inventory.get(1).has_private_key
    data = workspace.inventory.export(1, ExportFormat.PKCS12, password=PASSWORD, legacy=legacy)
    option = ["-legacy"] if legacy else []
    plain = openssl("pkcs12", "-nodes", "-passin", f"pass:{PASSWORD}", *option, stdin=data)
    file = tmp_path / "plain.pem"
    file.write_bytes(plain)
    again = openssl("pkcs12", "-export", "-in", file, "-passout", f"pass:{PASSWORD}")  # it compares key and certificate
    assert read_keystore(again, password=PASSWORD).entries[0].kind == "private key"


@pytest.mark.parametrize("folder", ["rsa-pss-key", "rsa-pss-gnutls"])
def test_the_algorithm_and_its_parameters_stay(workspace: Workspace, folder: str) -> None:
    take_in(workspace, folder)
    came = read_private_key(case(folder, "key.pem")).pkcs8
    assert split_pkcs8(came).oid == RSA_PSS
    data = workspace.inventory.export(1, ExportFormat.PKCS12, password=PASSWORD)
    assert read_keystore(data, password=PASSWORD).entries[0].read_private_key().pkcs8 == came


def test_a_key_that_an_earlier_release_kept_as_plain_rsa_leaves_as_its_certificate_says(workspace: Workspace) -> None:
    take_in(workspace, "rsa-pss-gnutls")
    entry = workspace.inventory.get(1)
    came = read_private_key(case("rsa-pss-gnutls", "key.pem")).pkcs8
    plain = join_pkcs8(bytes.fromhex("300d06092a864886f70d0101010500"), split_pkcs8(came).key)
    assert split_pkcs8(plain).oid == RSA
    with workspace.database.transaction():
        workspace.vault.put(SecretKind.PRIVATE_KEY, entry.public_key_sha256, plain)
    data = workspace.inventory.export(1, ExportFormat.PKCS12, password=PASSWORD)
    assert read_keystore(data, password=PASSWORD).entries[0].read_private_key().pkcs8 == came


@pytest.mark.parametrize("folder", ["ec-key-33-octets", "ec-key-31-octets"])
def test_any_number_of_octets_in_a_pkcs12_file(folder: str) -> None:
    (certificate,) = read_certificates(case(folder, "c.pem")).certificates
    key = read_private_key(case(folder, "k.pem"))
    data = write_pkcs12([Named("x", certificate.der)], key.pkcs8, PASSWORD, legacy=False)
    (entry,) = read_keystore(data, password=PASSWORD).entries
    assert entry.read_private_key().fits(certificate)
    assert entry.load_private_key().public_key() == certificate.public_key()


@pytest.mark.parametrize("folder", ["brainpool-p320", "brainpool-openssl"])
def test_a_curve_that_is_not_known_is_kept_and_can_not_sign(folder: str) -> None:
    key = read_private_key(case(folder, "key.pem"))
    (certificate,) = read_certificates(case(folder, "c.pem")).certificates
    assert key.fits(certificate)
    (other,) = read_certificates(case("rsa-pss-key", "c.pem")).certificates
    assert not key.fits(other)
    with pytest.raises(Refusal) as refused:
        load_private_key(case(folder, "key.pem"))
    assert refused.value.code == "key-unsupported"
    assert "EC brainpoolP" in refused.value.message


@needs_openssl
def test_the_hint_for_a_key_without_its_public_key_is_true(tmp_path: Path) -> None:
    bare, whole = tmp_path / "bare.pem", tmp_path / "whole.pem"
    bare.write_bytes(openssl("ec", "-no_public", stdin=case("brainpool-openssl", "key.pem")))
    with pytest.raises(Refusal) as refused:
        read_private_key(bare.read_bytes())
    assert (refused.value.code, refused.value.hint) == (
        "key-unsupported",
        "Write the public key into it with: openssl ec -in KEY -out NEW -param_enc named_curve",
    )
    openssl("ec", "-in", bare, "-out", whole, "-param_enc", "named_curve")
    (certificate,) = read_certificates(case("brainpool-openssl", "c.pem")).certificates
    assert read_private_key(whole.read_bytes()).fits(certificate)


@needs_openssl
def test_a_compressed_public_key() -> None:
    (certificate,) = read_certificates(case("brainpool-openssl", "c.pem")).certificates
    compressed = openssl("ec", "-conv_form", "compressed", stdin=case("brainpool-openssl", "key.pem"))
    assert read_private_key(compressed).fits(certificate)


@pytest.mark.parametrize(
    ("name", "password"),
    [("plain.pvk", None), ("strong.pvk", PASSWORD), ("weak.pvk", PASSWORD), ("key.msblob", None), ("plain.pvk", "any")],
)
def test_windows_keys(workspace: Workspace, name: str, password: str | None) -> None:
    source = CertificateSource(
        data=case("windows-keys", "c.pem"), key=case("windows-keys", name), key_password=password
    )
    workspace.inventory.import_from(source)
    assert workspace.inventory.get(1).has_private_key


@pytest.mark.parametrize(
    ("data", "password", "code"),
    [
        (case("windows-keys", "strong.pvk"), None, "key-password-needed"),
        (case("windows-keys", "strong.pvk"), "wrong", "wrong-password"),
        (case("windows-keys", "weak.pvk"), "wrong", "wrong-password"),
        (case("windows-keys", "plain.pvk")[:-1], None, "file-truncated"),
        (case("windows-keys", "plain.pvk")[:20], None, "not-a-private-key"),
        (case("windows-keys", "key.msblob")[:-1], None, "file-truncated"),
        (case("windows-keys", "key.msblob")[:14], None, "not-a-private-key"),
        (case("windows-keys", "key.msblob")[:-4] + b"abcd", None, "not-a-private-key"),
    ],
    ids=["locked", "wrong", "wrong weak", "cut", "head", "blob cut", "blob head", "numbers"],
)
def test_windows_keys_that_can_not_be_read(data: bytes, password: str | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_private_key(data, password)
    assert refused.value.code == code


def test_ml_dsa(workspace: Workspace) -> None:
    data = case("ml-dsa", "c.pem")
    workspace.inventory.import_from(CertificateSource(data=data, key=case("ml-dsa", "key.pem")))
    entry = workspace.inventory.get(1)
    assert (entry.key_algorithm, entry.signature_algorithm, entry.has_private_key) == ("ML-DSA-65", "ML-DSA-65", True)
    exported = workspace.inventory.export(1, ExportFormat.PKCS12, password=PASSWORD)
    assert read_keystore(exported, password=PASSWORD).entries[0].chain[0].facts.subject == "CN=pq.example.com"


def test_ml_dsa_seed_in_other_wrappings() -> None:
    parts = split_pkcs8(read_private_key(case("ml-dsa", "key.pem")).pkcs8)
    (certificate,) = read_certificates(case("ml-dsa", "c.pem")).certificates
    seed = parts.key[-32:]
    for wrapped in (seed, b"\x30\x22\x04\x20" + seed, b"\x04\x20" + seed):
        assert parse_key(join_pkcs8(parts.algorithm, wrapped)).fits(certificate)
    with pytest.raises(Refusal) as refused:
        parse_key(join_pkcs8(parts.algorithm, b"\x04\x82\x0f\xc0" + bytes(4032)))
    assert (refused.value.code, refused.value.hint) == ("key-unsupported", "Export it anew with its seed.")


def test_a_key_with_the_public_key_of_another_is_damaged() -> None:
    key = bytearray(read_private_key(case("ec-key-31-octets", "k.pem")).pkcs8)
    key[-1] ^= 1
    with pytest.raises(Refusal) as refused:
        parse_key(bytes(key))
    assert refused.value.code == "not-a-private-key"


def test_version_2_leaves_as_version_1() -> None:
    entry = read_keystore(case("ed25519-bouncy-castle", "a.p12"), password=PASSWORD).entries[0]
    came = entry.read_private_key()
    assert split_pkcs8(came.pkcs8).version == 1
    left = split_pkcs8(leaving(came.pkcs8, entry.chain[0].spki))
    assert (left.version, left.public, left.key) == (0, None, split_pkcs8(came.pkcs8).key)


def test_workspace_check_knows_such_keys(workspace: Workspace) -> None:
    for folder in (*KEY_FILES, *KEYSTORES):
        take_in(workspace, folder)
    assert not [problem for problem in workspace.check().problems if problem.code.startswith("secret")]
