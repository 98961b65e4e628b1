"""Certificates that would go off made anew in their files: chains stay chains, and every form stays as it was."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)
from cryptography.x509.oid import NameOID

from certfleet.store.certificates.facts import ParsedCertificate
from certfleet.store.certificates.reading import read_certificates
from certfleet.store.certificates.signatures import is_issued_by
from certfleet.store.keystores.reading import read_keystore
from certfleet.testing import keystore
from certfleet.testing.keystores import KeystoreFormat

from .conftest import Command
from .test_fixture_bombs import BEFORE, DAY, rotting

FAR = datetime(2104, 12, 1, tzinfo=UTC)


class Chain:
    """A root and a leaf that go off, each over its own key."""

    def __init__(self, root_key: CertificateIssuerPrivateKeyTypes) -> None:
        self.root_key, self.leaf_key = root_key, ec.generate_private_key(ec.SECP256R1())
        self.root = self.certificate("Root", root_key, "Root")
        self.leaf = self.certificate("leaf.example.test", self.leaf_key, "Root")

    def certificate(
        self, name: str, key: CertificateIssuerPrivateKeyTypes, issuer: str, until: datetime = DAY
    ) -> x509.Certificate:
        """One that the root signed."""
        ids = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root_key.public_key())
        return (
            x509.CertificateBuilder(named(issuer), named(name), key.public_key(), x509.random_serial_number())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=name == issuer, path_length=None), critical=True)
            .add_extension(ids, critical=False)
            .add_extension(above, critical=False)
            .sign(self.root_key, hashes.SHA256())
        )

    def crl(self) -> bytes:
        """A revocation list with the leaf."""
        revoked = x509.RevokedCertificateBuilder(self.leaf.serial_number, DAY - timedelta(days=9)).build()
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root_key.public_key())
        builder = x509.CertificateRevocationListBuilder(named("Root"), DAY - timedelta(days=9), DAY, [], [revoked])
        return (
            builder.add_extension(above, critical=False).sign(self.root_key, hashes.SHA256()).public_bytes(Encoding.PEM)
        )


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def pem(one: x509.Certificate) -> bytes:
    return one.public_bytes(Encoding.PEM)


def key_pem(key: CertificateIssuerPrivateKeyTypes) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


@pytest.fixture
def chain() -> Chain:
    return Chain(rsa.generate_private_key(65537, 2048))


def defused(certfleet: Command, folder: Path, *options: object) -> Any:
    """What it says; nothing is left to go off."""
    told = certfleet.json("fixture", "bombs", folder, *BEFORE, "--defuse", "--yes", *options)
    assert certfleet.json("fixture", "bombs", folder, *BEFORE, *options)["goes_off"] == []
    return told


def one(path: Path) -> ParsedCertificate:
    return read_certificates(path.read_bytes()).certificates[0]


def verified(root: Path, leaf: Path, *options: str) -> bool:
    """What OpenSSL says, in 2099."""
    line: list[str | Path] = ["openssl", "verify", "-attime", "4090000000", *options, "-CAfile", root, leaf]
    return subprocess.run(line, capture_output=True, check=False).returncode == 0


def test_keys_that_are_there_stay(certfleet: Command, repository: Path, chain: Chain) -> None:
    (repository / "ca").mkdir()
    (repository / "ca" / "root.pem").write_bytes(b"# root\n" + pem(chain.root))
    (repository / "ca" / "root.key").write_bytes(key_pem(chain.root_key))
    (repository / "leaf.pem").write_bytes(pem(chain.leaf))
    told = defused(certfleet, repository)
    assert (len(told["defused"]), told["new_keys"], told["left"]) == (2, [], [])
    new = x509.load_pem_x509_certificate((repository / "leaf.pem").read_bytes())
    assert new.not_valid_after_utc >= FAR
    assert new.not_valid_before_utc == chain.leaf.not_valid_before_utc
    assert (new.serial_number, new.subject) == (chain.leaf.serial_number, chain.leaf.subject)
    assert list(new.extensions) == list(chain.leaf.extensions)
    assert new.public_key() == chain.leaf_key.public_key()
    assert (repository / "ca" / "root.pem").read_bytes().startswith(b"# root\n")
    assert verified(repository / "ca" / "root.pem", repository / "leaf.pem")


def test_an_issuer_without_its_key_gets_a_new_one_and_all_that_it_signed_follows(
    certfleet: Command, repository: Path, chain: Chain
) -> None:
    old = read_certificates(pem(chain.root)).certificates[0].facts
    (repository / "root.pem").write_bytes(pem(chain.root))
    (repository / "leaf.pem").write_bytes(pem(chain.leaf))
    far = chain.certificate("far.example.test", chain.leaf_key, "Root", datetime(2150, 1, 1, tzinfo=UTC))
    (repository / "far.der").write_bytes(far.public_bytes(Encoding.DER))
    (repository / "crl.pem").write_bytes(chain.crl())
    (repository / "pins.txt").write_text(f"\nroot {old.fingerprint_sha256}\n")
    told = defused(certfleet, repository)
    root, leaf, other = (one(repository / name) for name in ("root.pem", "leaf.pem", "far.der"))
    assert told["new_keys"] == ["CN=Root gets a new key: its private key isn't here"]
    assert [signed["path"] for signed in told["signed_anew"]] == ["far.der"]
    [mention] = told["mentions"]
    assert (mention["path"], mention["line"], mention["new"]) == ("pins.txt", 2, root.facts.fingerprint_sha256)
    assert root.facts.public_key_sha256 != old.public_key_sha256
    assert (root.facts.key_algorithm, root.facts.key_size) == (old.key_algorithm, old.key_size)
    assert root.facts.subject_key_id == leaf.facts.authority_key_id != old.subject_key_id
    assert is_issued_by(root, root) and is_issued_by(leaf, root) and is_issued_by(other, root)
    assert other.facts.not_after == datetime(2150, 1, 1, tzinfo=UTC)
    assert verified(repository / "root.pem", repository / "leaf.pem")
    crl = ("-crl_check", "-CRLfile", str(repository / "crl.pem"))
    assert not verified(repository / "root.pem", repository / "leaf.pem", *crl)  # it is revoked still
    assert verified(repository / "root.pem", repository / "far.der", *crl)


def test_pem_in_source_keeps_its_form(certfleet: Command, repository: Path, chain: Chain) -> None:
    (repository / "root.key").write_bytes(key_pem(chain.root_key))
    (repository / "root.pem").write_bytes(pem(chain.root))
    lines = pem(chain.leaf).decode().splitlines()
    forms = {
        "a.go": 'var c = "" +\n' + " +\n".join(f'\t"{line}\\n"' for line in lines) + "\n",
        "b.json": json.dumps({"c": "\n".join(lines)}).replace("/", "\\/"),
        "c.py": 'C = """\n' + "\n".join(f"    {line}" for line in lines) + '\n"""\n',
        "d.txt": "\r\n".join(lines) + "\r\n",
        "e.sh": f"X='-----BEGIN CERTIFICATE-----{''.join(lines[1:-1])}-----END CERTIFICATE-----'\n",
    }
    for name, text in forms.items():
        (repository / name).write_bytes(text.encode())
    assert len(defused(certfleet, repository)["defused"]) == 1 + len(forms)
    new = json.loads((repository / "b.json").read_bytes())["c"].splitlines()
    assert one(repository / "d.txt") == read_certificates("\n".join(new).encode()).certificates[0]
    assert (repository / "a.go").read_text() == 'var c = "" +\n' + " +\n".join(f'\t"{line}\\n"' for line in new) + "\n"
    assert (repository / "c.py").read_text() == 'C = """\n' + "\n".join(f"    {line}" for line in new) + '\n"""\n'
    assert (repository / "d.txt").read_bytes() == ("\r\n".join(new) + "\r\n").encode()
    assert "".join(new[1:-1]) in (repository / "e.sh").read_text()


@pytest.mark.parametrize("format", ["pkcs12", "pkcs12-legacy", "jks", "jceks"])
def test_keystores_keep_format_alias_key_and_password(
    certfleet: Command, repository: Path, format: KeystoreFormat
) -> None:
    made = keystore(format, certificate=rotting(), password="pw-7TqX")
    file = made.write_to_path(repository)
    (repository / "test.properties").write_text("password = pw-7TqX\n")
    defused(certfleet, repository)
    before, after = (read_keystore(data, password="pw-7TqX") for data in (made.data, file.read_bytes()))
    [old], [new] = before.entries, after.entries
    assert (after.type, new.alias, new.kind, len(new.chain)) == (before.type, old.alias, old.kind, len(old.chain))
    assert new.read_private_key().pkcs8 == old.read_private_key().pkcs8
    assert new.chain[0].facts.not_after >= FAR
    assert is_issued_by(new.chain[0], new.chain[1])
    if format.startswith("pkcs12"):
        line: list[str | Path] = [
            "openssl",
            "pkcs12",
            "-in",
            file,
            "-passin",
            "pass:pw-7TqX",
            "-legacy",
            "-info",
            "-nodes",
        ]
        said = subprocess.run(line, capture_output=True, check=True).stderr
        assert (b"TripleDES" in said) is (format == "pkcs12-legacy")


@pytest.mark.parametrize("form", ["PEM", "DER"])
def test_pkcs7_is_written_again(certfleet: Command, repository: Path, chain: Chain, form: str) -> None:
    data = pkcs7.serialize_certificates([chain.leaf, chain.root], Encoding.PEM if form == "PEM" else Encoding.DER)
    (repository / "chain.p7b").write_bytes(data)
    defused(certfleet, repository)
    load = pkcs7.load_pem_pkcs7_certificates if form == "PEM" else pkcs7.load_der_pkcs7_certificates
    new = {found.subject: found for found in load((repository / "chain.p7b").read_bytes())}
    new[named("leaf.example.test")].verify_directly_issued_by(new[named("Root")])


def test_what_cannot_be_done_is_left_whole_and_named(certfleet: Command, repository: Path, chain: Chain) -> None:
    (repository / "root.pem").write_bytes(b"# certfleet: keep\n" + pem(chain.root))
    (repository / "leaf.pem").write_bytes(pem(chain.leaf))
    with ZipFile(repository / "files.zip", "w") as archive:
        archive.writestr("other.pem", pem(rotting_alone()))
    (repository / "link.pem").symlink_to(repository / "leaf.pem")
    before = {path.name: path.read_bytes() for path in repository.iterdir()}
    result = certfleet.run("fixture", "bombs", repository, *BEFORE, "--defuse", "--yes", json=True)
    told = json.loads(result.stdout)
    assert (result.exit_code, told["defused"], told["files"]) == (1, [], [])
    assert {left["certificate"]["path"]: left["why"] for left in told["left"]} == {
        "leaf.pem": "Root in root.pem is kept as it is",
        "files.zip": "archives aren't rewritten",
    }
    assert {path.name: path.read_bytes() for path in repository.iterdir()} == before


def test_a_key_that_cannot_be_opened_is_never_replaced(certfleet: Command, repository: Path, chain: Chain) -> None:
    (repository / "root.pem").write_bytes(pem(chain.root))
    locked = chain.root_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"nobody knows"))
    (repository / "root.key").write_bytes(locked)
    result = certfleet.run("fixture", "bombs", repository, *BEFORE, "--defuse", "--yes", json=True)
    assert "a private key that can't be opened" in json.loads(result.stdout)["left"][0]["why"]
    assert (repository / "root.pem").read_bytes() == pem(chain.root)
    (repository / "README").write_text('openssl rsa -passin "pass:nobody-knows"\n')
    locked = chain.root_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"nobody-knows"))
    (repository / "root.key").write_bytes(locked)
    assert defused(certfleet, repository)["new_keys"] == []


def test_lines_of_no_one_form_are_left_in_every_file(certfleet: Command, repository: Path, chain: Chain) -> None:
    lines = pem(chain.root).decode().splitlines()
    (repository / "root.pem").write_bytes(pem(chain.root))
    odd = "\n".join(f"{line} #{'.' * number}" for number, line in enumerate(lines))
    (repository / "odd.txt").write_text(odd)
    result = certfleet.run("fixture", "bombs", repository, *BEFORE, "--defuse", "--yes", json=True)
    assert {left["why"] for left in json.loads(result.stdout)["left"]} == {
        "odd.txt: its PEM is divided into lines of no one form"
    }
    assert (repository / "root.pem").read_bytes() == pem(chain.root)


def rotting_alone() -> x509.Certificate:
    return Chain(ec.generate_private_key(ec.SECP256R1())).root


def test_a_word_is_needed_before(certfleet: Command, repository: Path, chain: Chain) -> None:
    file = repository / "leaf.pem"
    file.write_bytes(pem(chain.leaf))
    file.chmod(0o640)
    assert certfleet.refused("fixture", "bombs", repository, *BEFORE, "--defuse")["code"] == "confirmation-needed"
    said = certfleet.done("fixture", "bombs", repository, *BEFORE, "--defuse", "--dry-run")
    assert "1 certificate would be made anew until 2104" in said
    assert "CN=leaf.example.test is signed with a key that nobody has: its issuer isn't here" in said
    assert file.read_bytes() == pem(chain.leaf)
    defused(certfleet, repository)
    assert file.stat().st_mode & 0o777 == 0o640
    assert certfleet.json("fixture", "bombs", repository, *BEFORE, "--defuse")["files"] == []
    for wrong in (["--yes"], ["--defuse", "--dry-run", "--yes"], ["--defuse", "--format", "junit"]):
        assert certfleet.run("fixture", "bombs", repository, *wrong).exit_code == 2
