"""Certificates in a repository that will expire, in every form; for people, JUnit and SARIF."""

from __future__ import annotations

import json
from base64 import b64encode, encodebytes
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from certfleet.testing import FixtureCertificate, authority, bulk_archive, keystore
from certfleet.testing.export.exporting import export_fixtures
from certfleet.testing.export.manifest import Part
from certfleet.testing.keystores import KeystoreFormat

from .conftest import Command

DAY = datetime(2090, 1, 1, tzinfo=UTC)
BEFORE = ("--before", "2095-01-01")


def rotting(name: str = "rots.example.test") -> FixtureCertificate:
    """A certificate that is good for some decades; its issuers for longer."""
    return authority(depth=1, fixed_keys=True).issue_cert(name, not_after=DAY)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


def found(certfleet: Command, folder: Path) -> list[tuple[str, int | None, str | None]]:
    """The path, line and alias of all that goes off."""
    told = json.loads(certfleet.run("fixture", "bombs", folder, *BEFORE, json=True).stdout)
    return [(one["path"], one["line"], one["alias"]) for one in told["goes_off"]]


def test_files_of_certificates_are_read(certfleet: Command, repository: Path) -> None:
    made = rotting()
    (repository / "a.der").write_bytes(made.der)
    (repository / "b.pem").write_bytes(b"# chain\n" + b"".join(pem.bytes() for pem in made.cert_chain_pems))
    assert found(certfleet, repository) == [("a.der", None, None), ("b.pem", 2, None)]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("plain.py", 'CERT = """\n{pem}"""\n'),
        ("escaped.js", '\nconst cert = "{escaped}";\n'),
        ("joined.go", 'var cert = "" +\n{joined}\n'),
        ("indented.yaml", "data:\n{indented}\n"),
    ],
)
def test_pem_inside_source_is_read(certfleet: Command, repository: Path, name: str, source: str) -> None:
    pem = rotting().cert_chain_pems[0].bytes().decode()
    lines = pem.splitlines()
    forms = {
        "pem": pem,
        "escaped": "\\n".join(lines),
        "joined": " +\n".join(f'\t"{line}\\n"' for line in lines),
        "indented": "\n".join(f"  {line}" for line in lines),
    }
    (repository / name).write_text(source.format(**forms))
    assert found(certfleet, repository) == [(name, 2, None)]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("secret.yaml", "kind: Secret\ndata:\n  tls.crt: {pem64}\n  tls.key: bm8ga2V5\n", 3),
        ("folded.yaml", "data:\n  tls.crt: |\n    {pem76}\n  type: tls\n", 3),
        ("metadata.xml", "<ds:X509Certificate>\n{der76}\n</ds:X509Certificate>\n", 2),
        ("jwks.json", '{{"keys": [\n{{"x5c": ["{escaped}"], "kty": "EC"}}]}}\n', 2),
        ("bare.b64", "{der64}\n", 1),
        ("store.b64", "{p12}\n", 1),
    ],
)
def test_what_is_encoded_in_another_text_is_read(
    certfleet: Command, repository: Path, name: str, text: str, line: int
) -> None:
    made = rotting()
    store = keystore("pkcs12", fixed_keys=True, certificate=made, password="changeit") if name == "store.b64" else None
    pem, der = made.cert_chain_pems[0].bytes(), made.der
    forms = {
        "pem64": b64encode(pem),
        "pem76": encodebytes(pem).strip().replace(b"\n", b"\n    "),
        "der76": encodebytes(der).strip(),
        "der64": b64encode(der),
        "escaped": b64encode(der).replace(b"/", b"\\/"),
        "p12": b64encode(store.data) if store is not None else b"",
    }
    (repository / "README").write_text("its password is changeit\n")
    (repository / name).write_text(text.format(**{form: data.decode() for form, data in forms.items()}))
    assert [one[:2] for one in found(certfleet, repository)] == [(name, None if store is not None else line)]


def test_texts_in_utf_16_and_the_trusted_form_of_openssl_are_read(certfleet: Command, repository: Path) -> None:
    pem = rotting().cert_chain_pems[0].bytes()
    (repository / "a.pem").write_text(pem.decode(), encoding="utf-16")
    (repository / "b.pem").write_bytes(trusted(pem))
    assert found(certfleet, repository) == [("a.pem", 1, None), ("b.pem", 1, None)]


def trusted(pem: bytes) -> bytes:
    """As ``openssl x509 -addtrust serverAuth -trustout`` writes it."""
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    uses = bytes.fromhex("300c300a06082b06010505070301")
    return b"-----BEGIN TRUSTED CERTIFICATE-----\n%b-----END TRUSTED CERTIFICATE-----\n" % encodebytes(der + uses)


@pytest.mark.parametrize("format", ["pkcs12", "pkcs12-legacy", "jks", "jceks"])
def test_keystores_are_opened_by_passwords_beside_them(
    certfleet: Command, repository: Path, format: KeystoreFormat
) -> None:
    made = keystore(format, certificate=rotting(), password="pw-7TqX")
    file = made.write_to_path(repository)
    told = json.loads(certfleet.run("fixture", "bombs", repository, *BEFORE, json=True).stdout)
    assert (told["goes_off"], [one["path"] for one in told["unread"]]) == ([], [file.name])
    (repository / "Server.java").write_text('store.load(in, "x");\nString PASSWORD = "pw-7TqX";\n')
    assert found(certfleet, repository) == [(file.name, None, "mdm")]


def test_a_password_file_opens_them_too(certfleet: Command, repository: Path) -> None:
    keystore("jks", certificate=rotting(), password="just words").write_to_path(repository)
    (repository / "keystore.pass").write_text("just words\n")
    assert len(found(certfleet, repository)) == 1


def test_people_read_when_and_where(certfleet: Command, repository: Path) -> None:
    (repository / "a.pem").write_bytes(rotting().cert_chain_pems[0].bytes())
    (repository / "old.pem").write_bytes(authority().issue_cert("old.example.test", days=-3).cert_chain_pems[0].bytes())
    (repository / "far.pem").write_bytes(authority().issue_cert("far.example.test").cert_chain_pems[0].bytes())
    result = certfleet.run("fixture", "bombs", repository, *BEFORE)
    assert result.exit_code == 1
    assert "2090-01-01  a.pem:1" in result.stdout
    assert "3 certificates: 1 expire before 2095-01-01, 1 later, 1 have expired already" in result.stdout
    assert "0 expire" in certfleet.done("fixture", "bombs", repository)


def test_what_others_keep_and_what_we_exported_is_left_out(certfleet: Command, repository: Path) -> None:
    for name in (".git", "node_modules"):
        (repository / name).mkdir()
        (repository / name / "a.pem").write_bytes(rotting().cert_chain_pems[0].bytes())
    export_fixtures(repository / "fixtures", only=[Part.BROKEN], fixed_keys=True)
    (repository / "link.pem").symlink_to(repository / ".git" / "a.pem")
    assert certfleet.json("fixture", "bombs", repository, *BEFORE)["certificates"] == 0


def test_archives_are_opened_with_the_passwords_in_them(certfleet: Command, repository: Path) -> None:
    made = keystore("pkcs12", certificate=rotting(), password="pw-7TqX")
    with ZipFile(repository / "devices.zip", "w") as archive:
        archive.writestr("x/mdm.p12", made.data)
        archive.writestr("credential.txt", "mdm.p12=pw-7TqX\n")
    (repository / "cut.zip").write_bytes(bulk_archive(1).data[:-40])
    assert found(certfleet, repository) == [("devices.zip", None, "x/mdm.p12: mdm")]
    result = certfleet.run("fixture", "bombs", repository, *BEFORE)
    assert "devices.zip (x/mdm.p12: mdm)" in result.stdout
    assert "cut.zip can't be opened" in result.stdout


@pytest.mark.parametrize("form", ["PEM", "DER"])
def test_pkcs7_is_read(certfleet: Command, repository: Path, form: str) -> None:
    chain = [x509.load_der_x509_certificate(der) for der in rotting().chain_der]
    data = pkcs7.serialize_certificates(chain, Encoding.PEM if form == "PEM" else Encoding.DER)
    (repository / "chain.p7b").write_bytes(data)
    assert [line for _, line, _ in found(certfleet, repository)] == [1 if form == "PEM" else None]


def test_what_shall_expire_is_kept(certfleet: Command, repository: Path) -> None:
    pem = rotting().cert_chain_pems[0].bytes().decode()
    (repository / "expired").mkdir()
    (repository / "expired" / "a.pem").write_text(pem)
    (repository / "b.py").write_text(f'X = 1\n# certfleet: keep\nCERT = """{pem}"""\nOTHER = """{pem}"""\n')
    both = ("--except", "expired", "--except", "*.p12")
    told = certfleet.run("fixture", "bombs", repository, *BEFORE, *both, json=True)
    assert [one["line"] for one in json.loads(told.stdout)["goes_off"]] == [3 + pem.count("\n") + 1]
    assert "2 are kept" in certfleet.run("fixture", "bombs", repository, *BEFORE, *both).stdout


def test_junit_has_a_case_for_each(certfleet: Command, repository: Path, tmp_path: Path) -> None:
    (repository / "a.pem").write_bytes(rotting().cert_chain_pems[0].bytes())
    (repository / "far.pem").write_bytes(authority().issue_cert("far.example.test").cert_chain_pems[0].bytes())
    (repository / "locked.p12").write_bytes(keystore(password="unknown").data)
    file = tmp_path / "bombs.xml"
    assert certfleet.run("fixture", "bombs", repository, *BEFORE, "--format", "junit", "--output", file).exit_code == 1
    suite = ElementTree.fromstring(file.read_text())
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    [failed] = [case for case in suite if case.find("failure") is not None]
    assert failed.get("classname") == "a.pem" and "rots.example.test" in (failed.get("name") or "")


def test_sarif_has_a_place_for_each(certfleet: Command, repository: Path) -> None:
    (repository / "some where.py").write_text(f'X = 1\nCERT = """{rotting().cert_chain_pems[0].bytes().decode()}"""\n')
    result = certfleet.run("fixture", "bombs", repository, *BEFORE, "--format", "sarif")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["version"]) == (1, "2.1.0")
    [told] = document["runs"][0]["results"]
    place = told["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "some%20where.py"}, "region": {"startLine": 2}}
    assert told["level"] == "warning" and "expires on 2090-01-01" in told["message"]["text"]


def test_a_folder_is_needed_and_text_has_no_file(certfleet: Command, repository: Path) -> None:
    assert certfleet.run("fixture", "bombs", repository / "gone").exit_code == 2
    assert certfleet.run("fixture", "bombs", repository, "--output", repository / "x").exit_code == 2


def test_the_hook_of_pre_commit_calls_it() -> None:
    hooks = (Path(__file__).parent.parent.parent / ".pre-commit-hooks.yaml").read_text()
    assert "id: certfleet-bombs" in hooks and "entry: certfleet fixture bombs .\n" in hooks
