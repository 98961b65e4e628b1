"""Enrolling devices by a request, and checking in with a key of one's own."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import pytest

from tests.prepared import Prepared

from ..conftest import PASSWORD, Command
from .test_device import DEVICES, ids, listed


@pytest.fixture
def fleet(certfleet: Command, prepared: Prepared) -> Command:
    """Forty simulated devices on a virtual clock."""
    return certfleet.after(prepared, f"simulate fleet --devices {DEVICES} --start 2026-01-05")


def request(folder: Path, name: str, kind: str = "ec") -> tuple[Path, Path]:
    """A key and its signing request, made by OpenSSL."""
    key, csr = folder / f"{name}.key", folder / f"{name}.csr"
    kinds = {"ec": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["RSA"], "ed25519": ["ED25519"]}
    subprocess.run(["openssl", "genpkey", "-out", key, "-algorithm", *kinds[kind]], check=True, capture_output=True)
    subprocess.run(["openssl", "req", "-new", "-key", key, "-out", csr, "-subj", f"/CN={name}"], check=True)
    return key, csr


def test_enroll_by_a_request(fleet: Command, tmp_path: Path) -> None:
    _, csr = request(tmp_path, "phone")
    options = ("--platform", "ios", "--serial-number", "F2LX0001", "--imei", "490154203237518", "--owner", "Ann Lee")
    told = fleet.json("device", "enroll", *options, "--csr", csr, "--model", "iPhone15,2")
    assert (told["device"]["id"], told["device"]["state"]) == (DEVICES + 1, "enrolled")
    assert (told["certificate"]["reason"], told["content"].count("BEGIN CERTIFICATE")) == ("enrollment", 3)
    assert not told["device"]["simulated"]
    _, again = request(tmp_path, "again", "rsa")
    told = fleet.json("device", "enroll", "--serial-number", "F2LX0001", "--csr", again, "--out", tmp_path / "new.pem")
    assert (told["device"]["id"], told["certificate"]["reason"]) == (DEVICES + 1, "re-enrollment")
    assert (tmp_path / "new.pem").read_text().count("BEGIN CERTIFICATE") == 3
    assert fleet.json("device", "show", "490154203237518")["device"]["owner"] == "Ann Lee"


def test_what_cannot_enroll(fleet: Command, tmp_path: Path) -> None:
    key, csr = request(tmp_path, "phone")
    enroll = ("device", "enroll", "--serial-number")
    assert fleet.run(*enroll, "F2LX0001", "--csr", csr).exit_code == 2  # which platform?
    assert fleet.run("device", "enroll").exit_code == 2
    assert fleet.run("device", "enroll", 1, "--csr", csr).exit_code == 2
    new = (*enroll, "F2LX0001", "--platform", "ios")
    assert fleet.run(*new, "--csr", csr, "--imei", "490154203237519").exit_code == 2  # the check digit is 8
    assert fleet.refused(*new, "--csr", key)["code"] == "request-unreadable"
    assert fleet.refused(*new, "--csr", tmp_path / "none")["code"] == "file-not-found"
    assert fleet.json("device", "list", "--search", "F2LX0001")["total"] == 0
    known = listed(fleet, "--platform", "ios", "--limit", 1)[0]["serial_number"]
    error = fleet.refused(*enroll, known, "--platform", "android", "--csr", csr)
    assert (error["code"], "the platform ios" in error["message"]) == ("device-differs", True)
    assert error["hint"] == "Leave that option out."
    error = fleet.refused(*enroll, known, "--owner", "Nobody", "--csr", csr)
    assert (error["code"], "certfleet device change " in error["hint"]) == ("device-differs", True)
    assert fleet.refused(*enroll, "x" * 65, "--platform", "ios", "--csr", csr)["code"] == "identity-invalid"


def test_simulated_devices_are_enrolled_again(fleet: Command, tmp_path: Path) -> None:
    fleet.done("authority", "refresh", "--now")
    windows = ids(fleet, "--platform", "windows")
    told = fleet.json("device", "enroll", *windows)["enrolled"]
    assert [(one["device"]["id"], one["certificate"]["group"]) for one in told] == [(id, "group-2") for id in windows]
    _, csr = request(tmp_path, "phone")
    fleet.done("device", "enroll", "--platform", "ios", "--serial-number", "F2LX0001", "--csr", csr)
    assert fleet.refused("device", "enroll", 1, "F2LX0001")["code"] == "not-simulated"
    assert fleet.json("device", "show", 1)["device"]["issuer_group"] == "default"


@pytest.fixture
def phone(fleet: Command, tmp_path: Path) -> tuple[Path, Path]:
    """Certificate and key of a device that is not simulated."""
    key, csr = request(tmp_path, "phone")
    certificate = tmp_path / "phone.pem"
    options = ("--platform", "ios", "--serial-number", "F2LX0001", "--csr", csr, "--out", certificate)
    fleet.done("device", "enroll", *options)
    return certificate, key


def check_in(certificate: Path, key: Path) -> tuple[object, ...]:
    return "device", "check-in", "--certificate", certificate, "--key", key


def test_check_in(fleet: Command, phone: tuple[Path, Path], tmp_path: Path) -> None:
    told = fleet.json(*check_in(*phone), "--renew-with", tmp_path / "new.key")
    assert (told["device"]["serial_number"], told["renewal"], told["certificate"]) == ("F2LX0001", None, None)
    assert not (tmp_path / "new.key").exists()
    assert fleet.done(*check_in(*phone)).startswith("let in: #41 ")


def test_renewal(fleet: Command, phone: tuple[Path, Path], tmp_path: Path) -> None:
    new = tmp_path / "new.pem", tmp_path / "new.key"
    fleet.done("authority", "refresh", "--now")
    fleet.done("device", "renew", "F2LX0001")
    told = fleet.done(*check_in(*phone), "--renew-with", new[1], "--out", new[0])
    assert "certificate of CA group group-2 by renewal" in told
    assert "renewal waits for the new certificate's first use" in told
    assert stat.S_IMODE(new[1].stat().st_mode) == 0o600
    assert fleet.json(*check_in(*phone))["device"]["issuer_group"] == "default"  # the old one is good as well
    device = fleet.json(*check_in(*new))["device"]
    assert (device["issuer_group"], device["pending"]) == ("group-2", [])
    kinds = [event["kind"] for event in fleet.json("device", "show", "F2LX0001")["timeline"]]
    assert kinds == ["enrolled", "renewal-requested", "certificate-issued", "renewed"]


@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_renewal_by_a_request_of_its_own(fleet: Command, phone: tuple[Path, Path], tmp_path: Path, kind: str) -> None:
    key, csr = request(tmp_path, "second", kind)
    fleet.done("device", "renew", "F2LX0001")
    answer = fleet.run(*check_in(*phone), "--answer", csr)
    assert answer.stdout.count("BEGIN CERTIFICATE") == 3
    (tmp_path / "second.pem").write_text(answer.stdout)
    assert fleet.json(*check_in(tmp_path / "second.pem", key))["device"]["pending"] == []


def test_other_answers(fleet: Command, phone: tuple[Path, Path]) -> None:
    for options, waits_for in (
        (["--not-now"], "the device, which said not now"),
        (["--error", "no room left"], "the next try, after an error"),
        (["--no-answer"], "an answer"),
    ):
        fleet.done("device", "renew", "F2LX0001")
        told = fleet.json(*check_in(*phone), *options)
        assert told["renewal"]["kind"] == "certificate-renewal"
        assert [action["waits_for"] for action in told["device"]["pending"]] == [waits_for]
        fleet.done("device", "enroll", "--serial-number", "F2LX0001", "--csr", phone[1].with_suffix(".csr"))
        phone[0].write_text(fleet.done("device", "export", "F2LX0001"))
    assert fleet.run(*check_in(*phone), "--not-now", "--no-answer").exit_code == 2


def test_the_same_key_again_is_no_renewal(fleet: Command, phone: tuple[Path, Path], tmp_path: Path) -> None:
    fleet.done("device", "renew", "F2LX0001")
    assert fleet.refused(*check_in(*phone), "--answer", tmp_path / "phone.csr")["code"] == "same-key-renewal"


def test_turned_away(fleet: Command, phone: tuple[Path, Path], tmp_path: Path) -> None:
    certificate, key = phone
    other, csr = request(tmp_path, "other")
    assert fleet.refused(*check_in(certificate, other))["code"] == "possession-not-proven"
    fleet.done("authority", "export", "default", "--out", tmp_path / "ca.pem")
    assert fleet.refused(*check_in(tmp_path / "ca.pem", key))["code"] == "certificate-unknown"
    assert fleet.refused(*check_in(key, key))["code"] == "not-a-certificate"
    fleet.done("device", "revoke", "F2LX0001", "--yes")
    assert fleet.refused(*check_in(*phone))["code"] == "certificate-revoked"
    fleet.done("device", "enroll", "--serial-number", "F2LX0001", "--csr", csr, "--out", tmp_path / "new.pem")
    fleet.done(*check_in(tmp_path / "new.pem", other))


def test_a_trial_of_a_check_in_that_is_turned_away_says_so_and_what_it_changes(
    fleet: Command, phone: tuple[Path, Path]
) -> None:
    fleet.done("simulate", "run", "--for", "364d")
    fleet.done("apns", "renew", "--apple-id", fleet.json("apns", "status")["apns"]["apple_id"])
    fleet.done("simulate", "run", "--for", "2d")
    before = fleet.json("device", "show", "F2LX0001")
    told = fleet.run(*check_in(*phone), "--dry-run", json=True)
    assert (told.exit_code, told.stderr) == (1, "")
    trial = json.loads(told.stdout)
    (moved,) = trial["effects"]["devices"]
    assert (moved["before"], moved["after"], moved["count"]) == ("enrolled", "must re-enroll", 1)
    assert "Turned away: certificate-expired: " in fleet.run(*check_in(*phone), "--dry-run").stdout
    assert fleet.json("device", "show", "F2LX0001") == before
    assert fleet.refused(*check_in(*phone)) == trial["refusal"] | {"code": "certificate-expired"}
    assert fleet.json("device", "show", "F2LX0001")["device"]["state"] == moved["after"]


def test_an_expired_certificate_means_re_enrolling(fleet: Command, phone: tuple[Path, Path], tmp_path: Path) -> None:
    fleet.done("simulate", "run", "--for", "364d")
    fleet.done("apns", "renew", "--apple-id", fleet.json("apns", "status")["apns"]["apple_id"])
    fleet.done("simulate", "run", "--for", "2d")
    assert fleet.refused(*check_in(*phone))["code"] == "certificate-expired"
    assert fleet.json("device", "show", "F2LX0001")["device"]["state"] == "must re-enroll"
    key, csr = request(tmp_path, "second")
    fleet.done("device", "enroll", "--serial-number", "F2LX0001", "--csr", csr, "--out", tmp_path / "new.pem")
    assert fleet.json(*check_in(tmp_path / "new.pem", key))["device"]["state"] == "enrolled"


def test_an_encrypted_key(fleet: Command, phone: tuple[Path, Path], tmp_path: Path) -> None:
    certificate, key = phone
    locked, password = tmp_path / "locked.key", tmp_path / "password"
    password.write_text(PASSWORD)
    line: list[str | Path] = ["openssl", "pkcs8", "-topk8", "-in", key, "-out", locked, "-passout", f"file:{password}"]
    subprocess.run(line, check=True)
    assert fleet.refused(*check_in(certificate, locked))["code"] == "key-password-needed"
    fleet.done(*check_in(certificate, locked), "--key-password-file", password)


def test_a_device_enrolled_by_its_user_has_no_serial_number(fleet: Command, tmp_path: Path) -> None:
    _, csr = request(tmp_path, "own")
    id = "8DB29EAB-A5BB-4B60-8DDA-F75517766FAC"
    enroll = ("device", "enroll", "--platform", "ios", "--csr", csr, "--enrollment-id", id)
    assert fleet.refused(*enroll, "--kind", "supervised")["code"] == "identity-invalid"
    told = fleet.json(*enroll, "--kind", "user")["device"]
    assert (told["enrollment_kind"], told["serial_number"], told["enrollment_id"]) == ("user", None, id)
    assert fleet.json("device", "show", id.lower())["device"]["id"] == told["id"]
    assert fleet.json("device", "enroll", "--enrollment-id", id, "--csr", csr)["device"]["id"] == told["id"]
    assert "serial number " not in fleet.done("device", "show", id).split("certificates")[0]


def test_a_simulated_device_is_enrolled_another_way(fleet: Command) -> None:
    (id,) = ids(fleet, "--platform", "ios", "--limit", 1)
    for kind in ("device", "supervised"):
        (one,) = fleet.json("device", "enroll", id, "--kind", kind)["enrolled"]
        assert one["device"]["enrollment_kind"] == kind
    assert fleet.refused("device", "enroll", id, "--kind", "user")["code"] == "enrollment-kind-invalid"
