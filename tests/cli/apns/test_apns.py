"""Push certificates from the command line: renewal step by step and in one call, the portal, and the confirmations."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.prepared import Prepared

from ..conftest import PASSWORD, Command

OWNER, OTHER = "it@company.example", "somebody@else.example"


@pytest.fixture
def fleet(certfleet: Command, prepared: Prepared) -> Command:
    """Twenty iPhones on a virtual clock, enrolled with a push certificate of the owner's."""
    lines = ("simulate company --start 2026-01-05", "simulate fleet --devices 20 --mix ios=1")
    return certfleet.after(prepared, *lines)


def status(command: Command, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = command.json("apns", "status", *options)["apns"]
    return found


def owner(command: Command) -> str:
    return str(status(command)["apple_id"])


def states(command: Command) -> set[str]:
    return {device["state"] for device in command.json("device", "list")["devices"]}


# Looking


def test_status(fleet: Command) -> None:
    found = status(fleet)
    assert (found["need"], found["days_left"], found["use"]) == ("apns", 8, "required")
    assert found["topic"].startswith("com.apple.mgmt.External.")
    assert found["push_certificate"]["apple_id"] == found["apple_id"]
    assert found["channel"]["topic"] == found["topic"]
    assert [(effect["seen"], effect["devices"]) for effect in found["effects"]] == [
        ("no iOS or macOS device can enroll", 20),
        ("iOS and macOS devices receive no security action", 20),
    ]
    assert found["stopped"] == found["requests"] == found["tasks"] == []
    text = fleet.done("apns", "status")
    assert "critical, 8 days left" in text
    assert "when it lapses" in text
    mail = status(fleet, "--mail")
    assert mail == status(fleet, "--need", "securemail-apns")
    assert (mail["need"], mail["channel"], mail["topic"].rpartition(".")[2]) == ("securemail-apns", None, "securemail")
    assert fleet.run("apns", "status", "--mail", "--need", "apns").exit_code == 2


def test_status_without_a_certificate(filled: Command) -> None:
    found = status(filled)
    assert (found["certificate"], found["topic"], found["apple_id"], found["channel"]) == (None, None, None, None)
    assert [one["reason"] for one in found["stopped"]] == ["missing", "missing"]
    text = filled.done("apns", "status")
    assert "stopped now" in text
    filled.done("component", "use", "apns", "not-used")
    text = filled.done("apns", "status")
    assert "not used in this deployment" in text
    assert "no iOS" not in text


def test_status_after_it_has_lapsed(fleet: Command) -> None:
    fleet.done("simulate", "run", "--for", "9d")
    assert status(fleet)["channel"]["reason"] == "certificate-expired"
    text = fleet.done("apns", "status")
    assert "must re-enroll" in text
    assert "stopped now" in text
    assert states(fleet) == {"must re-enroll"}


# Renewing


def test_at_once(certfleet: Command) -> None:
    told = certfleet.json("apns", "renew", "--apple-id", OWNER)
    assert (told["certificate"]["use_as"], told["component"]["apple_id"], told["warning"]) == ("apns", OWNER, None)
    first = status(certfleet)
    assert "in use: #" in certfleet.done("apns", "renew", "--apple-id", OWNER.upper())
    second = status(certfleet)
    assert second["topic"] == first["topic"]
    assert second["certificate"]["id"] != first["certificate"]["id"]
    assert certfleet.json("workspace", "check")["clean"]


def test_the_same_apple_id_keeps_the_devices(fleet: Command) -> None:
    fleet.done("apns", "renew", "--apple-id", owner(fleet))
    fleet.done("simulate", "run", "--for", "30d")
    assert states(fleet) == {"enrolled"}


def test_another_apple_id_is_warned_of(fleet: Command) -> None:
    error = fleet.refused("apns", "renew", "--apple-id", OTHER)
    assert (error["code"], "20 Apple devices must re-enroll" in error["message"]) == ("push-upload-warned", True)
    assert "--yes" in error["hint"]
    before = status(fleet)
    told = fleet.json("apns", "renew", "--apple-id", OTHER, "--yes")
    assert told["warning"] == error["message"]
    assert told["component"]["apple_id"] == OTHER
    assert status(fleet)["topic"] != before["topic"]
    assert states(fleet) == {"must re-enroll"}


def test_a_person_is_asked(fleet: Command) -> None:
    renew = ("apns", "renew", "--apple-id", OTHER)
    shown, code = fleet.on_a_terminal(*renew, answers=[("[y/N]", "n\n")])
    assert (code, "warning: " in shown, "not-confirmed" in shown) == (1, True, True)
    assert states(fleet) == {"enrolled"}
    shown, code = fleet.on_a_terminal(*renew, answers=[("[y/N]", "y\n")])
    assert (code, shown.count("warning: ")) == (0, 1)
    assert owner(fleet) == OTHER


def test_step_by_step(fleet: Command, tmp_path: Path) -> None:
    before, csr, signed = status(fleet), tmp_path / "push.csr", tmp_path / "push.plist"
    told = fleet.json("apns", "request", "--email", "it@company.example", "--country", "de", "--output", csr)
    request = told["request"]
    assert (told["file"], told["content"]) == (str(csr), None)
    assert {"C=DE", "CN=Device management push"} <= set(request["subject"].split(","))
    checked = subprocess.run(["openssl", "req", "-in", csr, "-verify", "-noout"], capture_output=True, check=True)
    assert b"OK" in checked.stdout + checked.stderr
    waiting = status(fleet)
    assert [made["id"] for made in waiting["requests"]] == [request["id"]]
    assert len(waiting["tasks"]) == 1
    assert "task" in fleet.done("apns", "status")
    assert status(fleet, "--mail")["requests"] == []

    upload = ("apns", "upload", signed, "--apple-id", before["apple_id"])
    assert fleet.refused("apns", "upload", csr, *upload[3:])["code"] == "push-request-not-signed"
    fleet.done("apns", "sign", request["id"], "--output", signed)
    assert fleet.json("apns", "sign", "--csr", csr)["content"].strip()
    issued = fleet.json(*upload)
    assert (issued["warning"], issued["push_certificate"]["topic"]) == (None, before["topic"])
    assert status(fleet)["certificate"] == before["certificate"]  # it is not in use yet

    told = fleet.json("apns", "import", issued["push_certificate"]["id"])
    assert told["component"]["certificate_id"] == told["certificate"]["id"]
    after = status(fleet)
    assert (after["topic"], after["days_left"], after["requests"], after["tasks"]) == (before["topic"], 365, [], [])
    assert after["push_certificate"]["id"] == issued["push_certificate"]["id"]
    assert fleet.json("certificate", "show", before["certificate"]["id"])["certificate"]["status"] == "replaced"
    assert states(fleet) == {"enrolled"}


def test_an_upload_that_would_change_the_topic(fleet: Command, tmp_path: Path) -> None:
    signed = tmp_path / "push.plist"
    id = fleet.json("apns", "request")["request"]["id"]
    fleet.done("apns", "sign", id, "--output", signed)
    as_owner, as_other = ("--apple-id", owner(fleet)), ("--apple-id", OTHER)
    for options in (as_other, (*as_owner, "--create")):
        assert fleet.refused("apns", "upload", signed, *options)["code"] == "push-upload-warned"
    assert (
        fleet.refused("apns", "upload", signed, *as_owner, "--create", "--renew", 1)["code"] == "push-renew-or-create"
    )
    assert fleet.refused("apns", "upload", signed, *as_other, "--renew", 1)["code"] == "push-upload-warned"
    assert fleet.refused("apns", "upload", signed, *as_other, "--renew", 1, "--yes")["code"] == "push-other-apple-id"
    told = fleet.run("apns", "upload", signed, *as_other, "--yes")
    assert told.stderr.startswith("warning: ")
    assert f"issued to {OTHER}" in told.stdout
    assert states(fleet) == {"enrolled"}  # it is not in use yet


def test_a_request_that_was_made_elsewhere(certfleet: Command, tmp_path: Path) -> None:
    certfleet.done("apns", "request")
    key, csr, signed = tmp_path / "push.key", tmp_path / "push.csr", tmp_path / "push.plist"
    line: list[str | Path] = ["openssl", "req", "-new", "-newkey", "rsa:2048", "-noenc", "-subj", "/CN=Push"]
    line += ["-keyout", key, "-out", csr]
    subprocess.run(line, check=True, capture_output=True)
    certfleet.done("apns", "sign", "--csr", csr, "--output", signed)
    id = certfleet.json("apns", "upload", signed, "--apple-id", OWNER)["push_certificate"]["id"]
    assert certfleet.refused("apns", "import", id)["code"] == "apns-needs-key"
    # Its key is in a file, so the two come in as a keystore.
    certfleet.done("apns", "portal", "download", id, "--output", tmp_path / "push.pem")
    password, p12 = tmp_path / "pw", tmp_path / "push.p12"
    password.write_text(PASSWORD)
    line = ["openssl", "pkcs12", "-export", "-inkey", key, "-in", tmp_path / "push.pem", "-out", p12]
    subprocess.run([*line, "-passout", f"file:{password}"], check=True, capture_output=True)
    certfleet.done("certificate", "import-keystore", p12, "--password-file", password, "--use-as", "apns")
    assert status(certfleet)["push_certificate"]["id"] == id
    assert owner(certfleet) == OWNER


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["import", "99"], "push-unknown"),
        (["sign", "99"], "not-found"),
        (["renew", "--apple-id", "nobody"], "apple-id-invalid"),
        (["register", "--apple-id", "nobody"], "apple-id-invalid"),
        (["register", "--mail", "--apple-id", OTHER], "push-other-apple-id"),
        (["revoke", "99", "--apple-id", OTHER, "--yes"], "push-unknown"),
        (["revoke", "1", "--apple-id", OTHER, "--yes"], "push-other-apple-id"),
        (["revoke", "1", "--apple-id", OTHER], "confirmation-needed"),
        (["upload", "nowhere", "--apple-id", OTHER], "file-not-found"),
        (["sign", "--csr", "nowhere"], "file-not-found"),
        (["portal", "download", "99"], "push-unknown"),
        (["portal", "list", "--apple-id", "nobody"], "apple-id-invalid"),
    ],
)
def test_what_cannot_be(fleet: Command, arguments: list[str], code: str) -> None:
    assert fleet.refused("apns", *arguments)["code"] == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["sign"],
        ["sign", "1", "--csr", "push.csr"],
        ["renew"],
        ["renew", "--apple-id", OWNER, "--bundle", "com.company.mail"],
        ["renew", "--apple-id", OWNER, "--mail", "--create"],
        ["upload", "file", "--apple-id", OWNER, "--mail", "--renew", "1"],
        ["status", "--need", "saml"],
        ["request", "--force"],
        ["import", "many"],
    ],
)
def test_what_is_asked_wrongly(certfleet: Command, arguments: list[str]) -> None:
    result = certfleet.run("apns", *arguments, json=True)
    assert result.exit_code == 2, result.output
    assert json.loads(result.stderr)["error"]["code"] == "usage"
    assert not certfleet.workspace.exists()


# Secure Mail


def test_secure_mail(certfleet: Command, tmp_path: Path) -> None:
    renew = ("apns", "renew", "--mail", "--apple-id", OWNER)
    assert certfleet.refused(*renew)["code"] == "bundle-needed"
    assert certfleet.json("certificate", "list")["certificates"] == []
    certfleet.done(*renew, "--bundle", "com.company.mail")
    assert certfleet.refused("apns", "renew", "--mail", "--apple-id", OTHER)["code"] == "push-upload-warned"
    csr = tmp_path / "mail.csr"
    certfleet.done("apns", "request", "--mail", "--output", csr)
    told = certfleet.run("apns", "upload", csr, "--mail", "--apple-id", OWNER)
    assert "`certfleet apns import 2 --mail` puts it in use" in told.stdout
    certfleet.done("apns", "import", 2, "--mail")
    found = status(certfleet, "--mail")
    assert (found["topic"], found["push_certificate"]["id"]) == ("com.company.mail", 2)
    assert status(certfleet)["certificate"] is None


# The Apple ID and the portal


def test_one_that_came_from_elsewhere_is_registered(certfleet: Command, tmp_path: Path) -> None:
    certfleet.done("apns", "renew", "--apple-id", OWNER)
    before, old, password = status(certfleet), tmp_path / "push.p12", tmp_path / "password"
    password.write_text(PASSWORD)
    export = ("certificate", "export", before["certificate"]["id"], "--format", "pkcs12", "--out", old)
    certfleet.done(*export, "--password-file", password)
    elsewhere = Command(tmp_path / "elsewhere")
    elsewhere.done("certificate", "import-keystore", old, "--password-file", password, "--use-as", "apns")
    found = status(elsewhere)
    assert (found["topic"], found["apple_id"], found["push_certificate"]) == (before["topic"], None, None)
    assert "certfleet apns register" in elsewhere.done("apns", "status")
    assert "doesn't know" in elsewhere.refused("apns", "renew", "--apple-id", OWNER)["message"]

    told = elsewhere.json("apns", "register", "--apple-id", OTHER)["push_certificate"]
    assert (told["apple_id"], told["vendor"], told["topic"]) == (OTHER, None, before["topic"])
    assert elsewhere.refused("apns", "register", "--apple-id", OWNER)["code"] == "push-other-apple-id"
    assert elsewhere.json("apns", "portal", "forget", told["id"], "--apple-id", OTHER)["forgotten"]["id"] == told["id"]
    assert f"belongs to {OWNER}" in elsewhere.done("apns", "register", "--apple-id", OWNER)
    assert owner(elsewhere) == OWNER


def test_the_portal(fleet: Command, tmp_path: Path) -> None:
    mine = owner(fleet)
    fleet.done("apns", "renew", "--apple-id", mine)
    listed = fleet.json("apns", "portal", "list")["push_certificates"]
    assert [(one["id"], one["status"]) for one in listed] == [(1, "superseded"), (2, "active"), (3, "active")]
    assert fleet.json("apns", "portal", "list", "--apple-id", mine)["push_certificates"] == listed
    assert fleet.json("apns", "portal", "list", "--apple-id", OTHER)["push_certificates"] == []
    assert "Mobile Device Management" in fleet.done("apns", "portal", "list")
    assert "no push certificate" in fleet.done("apns", "portal", "list", "--apple-id", OTHER)
    assert fleet.done("apns", "portal", "download", 3).count("BEGIN CERTIFICATE") == 1
    assert fleet.json("apns", "portal", "download", 3, "--chain")["content"].count("BEGIN CERTIFICATE") == 3
    fleet.done("apns", "portal", "download", 3, "--output", tmp_path / "push.pem")
    subprocess.run(["openssl", "x509", "-noout", "-in", tmp_path / "push.pem"], check=True)
    assert fleet.refused("apns", "portal", "forget", 3, "--apple-id", mine)["code"] == "push-issued-here"


def test_revoked(fleet: Command) -> None:
    mine, id = owner(fleet), status(fleet)["push_certificate"]["id"]
    shown, code = fleet.on_a_terminal("apns", "revoke", id, "--apple-id", mine, answers=[("[y/N]", "y\n")])
    assert (code, "revoked" in shown) == (0, True)
    assert states(fleet) == {"must re-enroll"}
    found = status(fleet)
    assert (found["push_certificate"]["status"], found["channel"]["reason"]) == ("revoked", "certificate-revoked")
    assert {one["reason"] for one in found["stopped"]} == {"revoked"}
    assert fleet.refused("device", "enroll", 1)["code"] == "apns-revoked"
    told = fleet.json("apns", "renew", "--apple-id", mine, "--yes")
    assert "was revoked" in told["warning"]
    assert status(fleet)["topic"] != found["topic"]
    fleet.done("device", "enroll", 1)
