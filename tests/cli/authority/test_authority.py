"""CA groups: list, refresh, export, revocation lists, the SSL listener's certificate, and the notice of a new group."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from certfleet.store.workspace import Workspace

from ..conftest import Command

START = "2026-01-05"


@pytest.fixture
def provisioned(certfleet: Command) -> Command:
    """A workspace with a fleet of twelve on a virtual clock."""
    certfleet.done("simulate", "fleet", "--devices", 12, "--start", START)
    return certfleet


def openssl(*arguments: object) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, text=True, timeout=120)
    return done.stdout


def test_a_new_workspace_has_the_group_default(provisioned: Command) -> None:
    (group,) = provisioned.json("authority", "list")["authorities"]
    assert (group["name"], group["state"], group["devices"]) == ("default", "issuing", 12)
    assert [authority["role"] for authority in group["authorities"]] == ["root", "device", "server"]
    assert all("der" not in authority for authority in group["authorities"])
    row = provisioned.done("authority", "list").splitlines()[1]
    assert row.split()[:3] == ["default", "issuing", "12"]
    assert "CN=Device CA" in provisioned.done("authority", "show", "default")
    assert provisioned.json("authority", "show", "default")["authority"] == group


def test_refresh(provisioned: Command) -> None:
    asked = provisioned.json("authority", "refresh", "--after", "12h")["authority"]
    assert (asked["name"], asked["state"], asked["ready_at"]) == ("group-2", "requested", "2026-01-05T12:00:00Z")
    assert provisioned.json("notice", "list") == {"notices": [], "unread": 0}
    assert provisioned.done("notice", "list") == "no notice\n"
    provisioned.done("simulate", "run", "--for", "1d")
    states = {group["name"]: group["state"] for group in provisioned.json("authority", "list")["authorities"]}
    assert states == {"default": "ready", "group-2": "issuing"}
    (notice,) = provisioned.json("notice", "list")["notices"]
    assert (notice["kind"], notice["record"], notice["at"]) == (
        "authority-ready",
        "authority-group:2",
        "2026-01-05T12:00:00Z",
    )
    assert "CA group group-2 is ready" in provisioned.done("notice", "list")


def test_refresh_takes_a_day_without_another_word(provisioned: Command) -> None:
    assert provisioned.json("authority", "refresh")["authority"]["ready_at"] == "2026-01-06T00:00:00Z"
    assert "issues from 2026-01-06 00:00:00 UTC" in provisioned.done("authority", "refresh")


def test_refresh_at_once(provisioned: Command) -> None:
    told = provisioned.done("authority", "refresh", "--now", "--name", "spring")
    assert told == "CA group spring is ready; new device certificates come from it\n"
    assert provisioned.json("authority", "show", "spring")["authority"]["state"] == "issuing"
    assert provisioned.refused("authority", "refresh", "--name", "spring")["code"] == "group-exists"
    assert provisioned.refused("authority", "refresh", "--name", "")["code"] == "group-name-invalid"
    assert provisioned.run("authority", "refresh", "--now", "--after", "1h").exit_code == 2


def test_export(provisioned: Command, tmp_path: Path) -> None:
    root, chain = tmp_path / "root.pem", tmp_path / "chain.pem"
    provisioned.done("authority", "export", "default", "--role", "root", "--out", root)
    provisioned.done("authority", "export", "default", "--role", "server", "--chain", "--output", chain)
    assert [link.subject.rfc4514_string() for link in x509.load_pem_x509_certificates(chain.read_bytes())] == [
        "CN=Server CA,O=certfleet",
        "CN=Root CA,O=certfleet",
    ]
    at = provisioned.json("simulate", "status")["clock"]["epoch"]
    assert openssl("verify", "-x509_strict", "-attime", at, "-CAfile", root, chain).endswith("OK\n")
    assert provisioned.done("authority", "export", "default").count("BEGIN CERTIFICATE") == 1
    told = provisioned.json("authority", "export", "default")
    assert (told["role"], told["encoding"]) == ("device", "text")
    assert provisioned.refused("authority", "export", "default", "--out", root)["code"] == "file-exists"
    provisioned.done("authority", "export", "default", "--out", root, "--force")


def test_export_as_der(provisioned: Command, tmp_path: Path) -> None:
    out = tmp_path / "device.cer"
    provisioned.done("authority", "export", "default", "--format", "der", "--out", out)
    (pem,) = x509.load_pem_x509_certificates(provisioned.done("authority", "export", "default").encode())
    assert x509.load_der_x509_certificate(out.read_bytes()) == pem
    assert provisioned.json("authority", "export", "default", "--der")["encoding"] == "base64"
    assert provisioned.run("authority", "export", "default", "--chain", "--der").exit_code == 2


def test_an_unknown_group(provisioned: Command) -> None:
    for command in (["show"], ["export"], ["crl"]):
        assert provisioned.refused("authority", *command, "nope")["code"] == "group-unknown"


def test_a_revocation_list_that_openssl_goes_by(provisioned: Command, tmp_path: Path) -> None:
    root, ca, crl = tmp_path / "root.pem", tmp_path / "ca.pem", tmp_path / "ca.crl"
    provisioned.done("device", "export", 1, 2, "--to", tmp_path / "devices")
    provisioned.done("device", "revoke", 1, "--yes")
    provisioned.done("authority", "export", "default", "--role", "root", "--out", root)
    provisioned.done("authority", "export", "default", "--out", ca)
    assert ": 1 revoked certificate\n" in provisioned.done("authority", "crl", "default", "--out", crl)
    serials = [device["serial_number"] for device in provisioned.json("device", "list", "--limit", 2)["devices"]]
    at = provisioned.json("simulate", "status")["clock"]["epoch"]
    check = ("verify", "-x509_strict", "-attime", at, "-crl_check", "-CRLfile", crl, "-CAfile", root, "-untrusted", ca)
    revoked, good = (tmp_path / "devices" / f"{serial}.pem" for serial in serials)
    assert openssl(*check, good).endswith("OK\n")
    with pytest.raises(subprocess.CalledProcessError, match="2"):
        openssl(*check, revoked)


def test_revocation_lists_are_numbered(provisioned: Command) -> None:
    assert [provisioned.json("authority", "crl", "default")["number"] for _ in range(2)] == [1, 2]
    told = provisioned.json("authority", "crl", "default", "--der")
    assert (told["number"], told["revoked"], told["encoding"]) == (3, 0, "base64")
    assert provisioned.done("authority", "crl", "default").startswith("-----BEGIN X509 CRL-----")
    shown, status = provisioned.on_a_terminal("authority", "crl", "default", "--der")
    assert (status, "binary-to-terminal" in shown) == (1, True)


def test_the_listener(provisioned: Command) -> None:
    first = provisioned.json("authority", "issue-listener", "--host", "mdm.example.com", "--host", "192.0.2.7")
    entry = first["certificate"]
    assert (entry["use_as"], entry["has_private_key"], entry["days_left"]) == ("ssl-listener", True, 397)
    assert entry["sans"] == ["DNS:mdm.example.com", "IP:192.0.2.7"]
    assert "issued #" in provisioned.done("authority", "issue-listener", "--host", "mdm.example.com")
    assert provisioned.json("certificate", "show", entry["id"])["certificate"]["status"] == "replaced"
    assert provisioned.refused("authority", "issue-listener", "--host", "not a host")["code"] == "host-invalid"
    assert provisioned.run("authority", "issue-listener").exit_code == 2


def test_the_wall_clock_brings_the_notice_too(certfleet: Command) -> None:
    with Workspace.open(certfleet.workspace):
        pass
    certfleet.done("authority", "refresh", "--after", "0h")
    assert len(certfleet.json("notice", "list")["notices"]) == 1


def test_no_workspace(certfleet: Command) -> None:
    for command in (["authority", "list"], ["authority", "refresh"], ["notice", "list"], ["device", "list"]):
        assert certfleet.refused(*command)["code"] == "workspace-missing"
    assert not certfleet.workspace.exists()


def test_a_group_that_waits_is_activated_and_another_one_deleted(certfleet: Command) -> None:
    certfleet.done("certificate", "request", "--subject", "CN=mdm.example.com", "--key", "ec-p256")
    told = certfleet.done("authority", "refresh", "--now", "--inactive", "--name", "spring")
    assert told == "generated CA group spring, which can be activated at once\n"
    assert "once it is activated" in certfleet.done("authority", "list")
    assert certfleet.json("authority", "activate", "spring")["authority"]["state"] == "issuing"
    assert certfleet.refused("authority", "delete", "spring")["code"] == "group-issues"
    tried = certfleet.json("authority", "delete", "default", "--dry-run")
    assert tried["effects"]["records"][0]["deleted"] == 1
    assert certfleet.json("authority", "delete", "default")["deleted"] == "default"
    assert [one["name"] for one in certfleet.json("authority", "list")["authorities"]] == ["spring"]
