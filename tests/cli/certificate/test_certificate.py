"""Reading and changing the inventory."""

from __future__ import annotations

import re
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from certfleet.simulator.company.purposes import TLS_CLIENT
from certfleet.store.authorities.validity import Validity

from ..conftest import HOST, PASSWORD, Command, Material


@pytest.fixture
def three(filled: Command, material: Material) -> Command:
    """The server's chain, and as 4 an APNs certificate that has 8 days left."""
    filled.done(
        *("certificate", "import-keystore", material / "push.p12", "--use-as", "apns"),
        *("--password-file", material / "password"),
    )
    return filled


def ids(command: Command, *options: str) -> list[int]:
    return [entry["id"] for entry in command.json("certificate", "list", *options)["certificates"]]


def test_list(three: Command) -> None:
    lines = three.done("certificate", "list").splitlines()
    assert lines[0].split() == ["ID", "NAME", "USE", "AS", "STATUS", "DAYS", "EXPIRES", "KEY", "DESCRIPTION"]
    assert lines[1].split()[:5] == ["1", HOST, "server", "valid", "82"]
    assert lines[1].endswith("MDM FQDN")
    assert len(lines) == 5


def test_list_as_json(three: Command) -> None:
    entry = three.json("certificate", "list")["certificates"][0]
    expected = """id subject issuer serial_number not_before not_after fingerprint_sha256 public_key_sha256 use_as
        description has_private_key is_ca status days_left issuer_id replaced_by sans imported_at imported_by"""
    assert set(expected.split()) <= entry.keys()


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--status", "critical"], [4]),
        (["--status", "critical", "--status", "valid"], [1, 2, 3, 4]),
        (["--use-as", "apns"], [4]),
        (["--use-as", "server", "--status", "critical"], []),
        (["--expiring-within", "90d"], [1, 4]),
        (["--expiring-within", "2w"], [4]),
        (["--expiring-within", "8"], [4]),
        (["--search", "mdm fqdn"], [1]),
        (["--search", "EXAMPLE issuing"], [1, 2, 4]),
        (["--search", "nothing like it"], []),
    ],
)
def test_filters(three: Command, options: list[str], found: list[int]) -> None:
    assert ids(three, *options) == found


def test_nothing_to_list(certfleet: Command, filled: Command) -> None:
    assert filled.done("certificate", "list", "--status", "expired") == "no matching certificates\n"
    filled.workspace = filled.workspace.parent / "elsewhere"
    error = filled.refused("certificate", "list")
    assert error["code"] == "workspace-missing"
    assert not filled.workspace.exists()


def test_a_terminal_gets_a_table_that_fits(three: Command) -> None:
    three.environment = {"COLUMNS": "80"}
    three.done("certificate", "describe", 1, "a long description " * 10)
    shown, status = three.on_a_terminal("certificate", "list")
    assert status == 0
    assert "\x1b[" in shown
    three.environment["NO_COLOR"] = "1"
    plain, _ = three.on_a_terminal("certificate", "list")
    assert "\x1b[3" not in plain
    plain = re.sub(r"\x1b\[[0-9;]*m", "", plain)
    assert max(len(line) for line in plain.splitlines()) <= 80
    assert "expiring" in plain or "critical" in plain


def test_show(filled: Command) -> None:
    text = filled.done("certificate", "show", 1)
    assert f"CN={HOST}" in text
    assert "#3 Example Root CA: valid" in text
    answer = filled.json("certificate", "show", 2)
    assert answer["certificate"]["is_ca"]
    assert [link["id"] for link in answer["chain"]] == [2, 3]
    assert [child["id"] for child in answer["issued"]] == [1]


def test_describe(filled: Command) -> None:
    assert filled.done("certificate", "describe", 2, "ours") == "described #2 Example Issuing CA: ours\n"
    assert filled.json("certificate", "describe", 2, "")["certificate"]["description"] == ""
    assert filled.refused("certificate", "describe", 2, "x" * 1001)["code"] == "description-too-long"


def test_another_use(filled: Command) -> None:
    assert "harmful" in filled.json("certificate", "use", 1, "saml", "--dry-run")["effects"]
    assert filled.json("certificate", "show", 1)["certificate"]["use_as"] == "server"
    assert "is used as saml" in filled.done("certificate", "use", 1, "saml", "--yes")
    assert filled.json("certificate", "show", 1)["certificate"]["use_as"] == "saml"
    assert filled.refused("certificate", "use", 2, "apns", "--yes")["code"] in ("no-private-key", "push-topic-missing")
    assert filled.refused("certificate", "use", 99, "saml")["code"] == "not-found"


@pytest.mark.parametrize("command", ["show", "delete", "export", "password"])
def test_unknown_id(filled: Command, command: str) -> None:
    assert filled.refused("certificate", command, 99)["code"] == "not-found"


def test_delete(filled: Command) -> None:
    assert filled.refused("certificate", "delete", 3)["code"] == "certificate-has-dependents"
    assert filled.done("certificate", "delete", 1) == f"deleted #1 {HOST}\n"
    assert [entry["id"] for entry in filled.json("certificate", "delete", 2)["deleted"]] == [2]


def test_replace_by_a_keystore(filled: Command, material: Material) -> None:
    answer = filled.json(
        "certificate", "replace", 1, material / "renewed.p12", "--password-file", material / "password"
    )
    assert (answer["old"]["status"], answer["old"]["replaced_by"], answer["new"]["id"]) == ("replaced", 4, 4)
    assert answer["new"]["description"] == "MDM FQDN"
    assert filled.refused("certificate", "delete", 1)["code"] == "certificate-replaced"


def test_replace_by_a_certificate(filled: Command, material: Material) -> None:
    arguments = ("certificate", "replace", 1, material / "renewed.pem")
    assert filled.refused(*arguments)["code"] == "replacement-without-key"
    told = filled.done(*arguments, "--key", material / "renewed.key", "--description", "new")
    assert f"replaced #1 {HOST} by #4 {HOST}" in told
    assert filled.refused("certificate", "replace", 1, material / "push.p12", "--password-file", material / "password")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["1", "renewed.p12", "--key", "leaf.key"], 2),
        (["1", "renewed.pem", "--alias", "vpn"], 2),
        (["1", "renewed.pem", "--password-file", "password"], 2),
        (["1", "chain.pem"], 1),
        (["9", "nowhere.pem"], 1),
        (["1", "nowhere.pem"], 1),
        (["1", "notes.txt"], 1),
    ],
)
def test_clumsy_replacements(
    filled: Command, material: Material, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int
) -> None:
    monkeypatch.chdir(material.files)
    assert filled.run("certificate", "replace", *arguments).exit_code == status
    assert ids(filled) == [1, 2, 3]


def test_export_text(filled: Command, tmp_path: Path, material: Material) -> None:
    assert filled.program("certificate", "export", 1).stdout == (material / "leaf.pem").read_bytes()
    out = tmp_path / "chain.pem"
    told = filled.done("certificate", "export", 1, "--format", "chain", "--out", out)
    assert told == f"exported #1 {HOST} as chain to {out}\n"
    assert out.read_bytes() == (material / "chain.pem").read_bytes()
    answer = filled.json("certificate", "export", 1, "--format", "der")
    assert (answer["encoding"], answer["file"]) == ("base64", None)


def test_several_go_to_one_file(filled: Command, tmp_path: Path) -> None:
    out = tmp_path / "both.pem"
    told = filled.done("certificate", "export", 1, 2, 1, "--out", out)
    assert told == f"exported 2 certificates as pem to {out}\n"
    alone = [filled.program("certificate", "export", id).stdout for id in (1, 2)]
    assert out.read_bytes() == b"".join(alone)
    assert filled.json("certificate", "export", 1, 2)["ids"] == [1, 2]
    assert filled.run("certificate", "export", 1, 2, "--format", "der").exit_code == 2
    assert filled.refused("certificate", "export", 1, 99)["code"] == "not-found"


def test_export_der_to_a_pipe(filled: Command) -> None:
    der = filled.program("certificate", "export", 1, "--format", "der").stdout
    subprocess.run(["openssl", "x509", "-inform", "der", "-noout"], input=der, check=True)


def test_export_pkcs12(filled: Command, tmp_path: Path, material: Material) -> None:
    out = tmp_path / "mdm.p12"
    arguments = ("certificate", "export", 1, "--format", "pkcs12", "--out", out)
    assert filled.refused(*arguments)["code"] == "password-needed"
    assert not out.exists()
    for more in ([], ["--legacy", "--force"]):
        filled.done(*arguments, *more, "--password-file", material / "password")
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        listed = subprocess.run(
            ["openssl", "pkcs12", "-in", out, "-passin", f"file:{material / 'password'}", "-nokeys", *more[:1]],
            check=True,
            capture_output=True,
        )
        assert listed.stdout.count(b"BEGIN CERTIFICATE") == 3
    error = filled.refused(*arguments, "--password-file", material / "password")
    assert error["code"] == "file-exists"
    assert "--force" in error["hint"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_export_pkcs12_on_a_terminal(filled: Command, tmp_path: Path) -> None:
    shown, status = filled.on_a_terminal(
        *("certificate", "export", 1, "--format", "pkcs12", "--out", tmp_path / "x.p12"),
        answers=[("new file: ", f"{PASSWORD}\n"), ("once more: ", f"{PASSWORD}\n")],
    )
    assert status == 0, shown
    assert PASSWORD not in shown


@pytest.mark.parametrize("form", ["der", "pkcs12"])
def test_nothing_binary_goes_to_a_terminal(filled: Command, form: str) -> None:
    shown, status = filled.on_a_terminal("certificate", "export", 1, "--format", form)
    assert status == 1
    assert "error: binary-to-terminal" in shown


@pytest.mark.parametrize(
    ("out", "code"), [(".", "not-a-file"), ("no/such/folder/x.pem", "file-unwritable"), ("/dev/null", "not-a-file")]
)
def test_targets_that_are_none(filled: Command, out: str, code: str) -> None:
    assert filled.refused("certificate", "export", 1, "--out", out)["code"] == code


def test_the_workspace_is_safe_from_exports(filled: Command, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(filled.workspace)
    for target in (filled.workspace / "store.db", filled.workspace / "new.pem", tmp_path / "link" / "vault.key"):
        for command in (("certificate", "export", 1, "--out"), ("workspace", "export")):
            assert filled.refused(*command, target, "--force")["code"] == "file-in-workspace"


def test_request_and_answer(filled: Command, tmp_path: Path, material: Material) -> None:
    out = tmp_path / "mdm.csr"
    told = filled.done(
        *("certificate", "request", "--subject", f"CN={HOST},O=Example", "--san", HOST, "--san", "IP:192.0.2.7"),
        *("--key", "ec-p256", "--out", out, "--use-as", "apns"),
    )
    assert told.startswith("request #1 for ")
    text = subprocess.run(["openssl", "req", "-in", out, "-noout", "-verify", "-text"], check=True, capture_output=True)
    assert HOST.encode() in text.stdout
    assert filled.done("certificate", "requests", "--pem", 1).encode() == out.read_bytes()
    waiting = filled.json("certificate", "requests")["requests"]
    assert [(made["id"], made["completed_by"], made["use_as"]) for made in waiting] == [(1, None, "apns")]
    assert "waiting" in filled.done("certificate", "requests")
    assert [made["id"] for made in filled.json("certificate", "requests", "--cancel", 1)["cancelled"]] == [1]
    assert filled.done("certificate", "requests") == "there are no signing requests\n"
    assert filled.refused("certificate", "requests", "--cancel", 1)["code"] == "not-found"


def test_an_answer_finds_its_request(certfleet: Command, material: Material, tmp_path: Path) -> None:
    out, answer = tmp_path / "push.csr", tmp_path / "push.pem"
    certfleet.done(
        *("certificate", "request", "--subject", "CN=APSP:1,UID=com.apple.mgmt.External.1", "--key", "rsa-2048"),
        *("--san", "push.example.com", "--use-as", "apns", "--description", "Push", "--out", out),
    )
    request = x509.load_pem_x509_csr(out.read_bytes())
    now = datetime.now(UTC)
    answer.write_bytes(material.issuing.answer(request, TLS_CLIENT, Validity(now, now + timedelta(365))).pem())
    entry = certfleet.json("certificate", "import", answer)["imported"][0]
    assert (entry["use_as"], entry["description"], entry["has_private_key"]) == ("apns", "Push", True)
    assert certfleet.json("certificate", "requests")["requests"][0]["completed_by"] == entry["id"]
    assert certfleet.refused("certificate", "requests", "--cancel", 1)["code"] == "request-completed"


def test_a_request_to_standard_output(certfleet: Command) -> None:
    result = certfleet.run("certificate", "request", "--subject", "CN=a", "--key", "ed25519")
    assert result.stdout.startswith("-----BEGIN CERTIFICATE REQUEST-----")
    assert result.stdout.endswith("-----END CERTIFICATE REQUEST-----\n")
    assert result.stderr == "request #1 for CN=a\n"
    answer = certfleet.json("certificate", "request", "--subject", "CN=b", "--key", "ed25519")
    assert answer["request"]["pem"].startswith("-----BEGIN")


def test_a_request_leaves_no_key_behind_when_its_file_is_in_the_way(filled: Command, material: Material) -> None:
    error = filled.refused("certificate", "request", "--subject", "CN=a", "--out", material / "leaf.pem")
    assert error["code"] == "file-exists"
    assert filled.json("certificate", "requests") == {"requests": []}


def test_bad_requests(certfleet: Command) -> None:
    assert certfleet.refused("certificate", "request", "--subject", "mdm")["code"] == "subject-invalid"
    arguments = ("certificate", "request", "--subject", "CN=a", "--san", "IP:1.2.3")
    assert certfleet.refused(*arguments)["code"] == "san-invalid"


def test_verify(filled: Command, material: Material) -> None:
    assert filled.done("certificate", "verify", "--strict").splitlines() == [
        "3 chains verified, 0 with problems",
        "judged: path, time, constraints, purpose; trust: 3 private root",
    ]
    assert filled.json("certificate", "verify", 1)["verifications"][0]["parts"] == {
        "path": "ok",
        "time": "ok",
        "constraints": "ok",
        "purpose": "ok",
    }
    other_host = filled.run("certificate", "verify", 1, "--host", "other.example.com", "--strict")
    assert other_host.exit_code == 1
    assert "host-not-named: #1: " in other_host.stdout
    assert filled.refused("certificate", "verify", "--host", "*")["code"] == "host-invalid"
    other = Command(filled.workspace.parent / "other")
    other.done("certificate", "import", material / "leaf.pem")
    assert "issuer-missing" in other.done("certificate", "verify")
    assert other.run("certificate", "verify", "--strict").exit_code == 1
    result = other.json("certificate", "verify")
    assert not result["ok"]
    assert result["verifications"][0]["problems"][0]["code"] == "issuer-missing"


def test_password(filled: Command, three: Command) -> None:
    assert three.refused("certificate", "password", 4)["code"] == "confirmation-needed"
    assert three.refused("certificate", "password", 1, "--yes")["code"] == "no-password"
    assert three.json("certificate", "password", 4, "--yes") == {"id": 4, "password": PASSWORD}
    shown, status = three.on_a_terminal("certificate", "password", 4, answers=[("[y/N]", "n\n")])
    assert status == 1
    assert PASSWORD not in shown
    shown, status = three.on_a_terminal("certificate", "password", 4, answers=[("[y/N]", "y\n")])
    assert status == 0
    assert PASSWORD in shown
    shown_lines = [line for line in three.json("audit", "list")["audit"] if line["action"].endswith("password")]
    assert len(shown_lines) == 2
    assert PASSWORD not in three.done("audit", "list")
