"""Devices: finding them, security actions, enrolling with a request, and checking in with one's own key."""

from __future__ import annotations

import json
import re
import stat
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from certfleet.cli.frame import one_transaction_note
from tests.prepared import Prepared

from .conftest import PASSWORD, Command

DEVICES = 40


@pytest.fixture
def fleet(certfleet: Command, prepared: Prepared) -> Command:
    """Forty simulated devices on a virtual clock."""
    return certfleet.after(prepared, f"simulate fleet --devices {DEVICES} --start 2026-01-05")


def listed(command: Command, *options: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = command.json("device", "list", *options)["devices"]
    return found


def named(device: dict[str, Any]) -> str:
    """The serial number of a device, or the enrollment id of one that its user enrolled."""
    return str(device["serial_number"] or device["enrollment_id"])


def ids(command: Command, *options: object) -> list[int]:
    return [device["id"] for device in listed(command, *options)]


def request(folder: Path, name: str, kind: str = "ec") -> tuple[Path, Path]:
    """A key and its signing request, made by OpenSSL."""
    key, csr = folder / f"{name}.key", folder / f"{name}.csr"
    kinds = {"ec": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["RSA"], "ed25519": ["ED25519"]}
    subprocess.run(["openssl", "genpkey", "-out", key, "-algorithm", *kinds[kind]], check=True, capture_output=True)
    subprocess.run(["openssl", "req", "-new", "-key", key, "-out", csr, "-subj", f"/CN={name}"], check=True)
    return key, csr


# Looking up


def test_list(fleet: Command) -> None:
    answer = fleet.json("device", "list")
    assert answer["total"] == len(answer["devices"]) == DEVICES
    device = answer["devices"][0]
    assert {"id", "platform", "model", "os_version", "owner", "serial_number", "imei", "meid", "udid"} <= device.keys()
    assert {"state", "issuer_group", "not_after", "days_left", "last_check_in", "pending"} <= device.keys()
    assert (device["state"], device["issuer_group"], device["pending"]) == ("enrolled", "default", [])
    assert fleet.done("device", "list").splitlines()[1].split()[0] == "1"


def test_pages(fleet: Command) -> None:
    page = fleet.json("device", "list", "--limit", 5, "--offset", 10)
    assert [device["id"] for device in page["devices"]] == [11, 12, 13, 14, 15]
    assert page["total"] == DEVICES
    assert fleet.run("device", "list", "--limit", 5).stderr == "5 of 40 devices\n"
    assert fleet.json("device", "list", "--limit", 0)["devices"] == []
    assert fleet.json("device", "list", "--offset", 100)["total"] == DEVICES


def test_a_large_action_says_that_others_wait(fleet: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "devices are changed in one transaction"
    assert said not in fleet.run("device", "refresh", "--all").stderr
    monkeypatch.setattr(one_transaction_note, "MANY", DEVICES)
    assert fleet.run("device", "renew", "--all", "--yes").stderr.startswith(f"note: {DEVICES} {said}: until it ends")
    assert said not in fleet.run("device", "renew", "--all", "--dry-run").stderr
    assert said not in fleet.run("device", "renew", "--all", "--yes", json=True).stderr


def test_order(fleet: Command) -> None:
    days = [device["days_left"] for device in listed(fleet, "--sort", "days-left", "--descending")]
    assert days == sorted(days, reverse=True)
    seen = [device["last_check_in"] for device in listed(fleet, "--sort", "last-check-in")]
    assert seen == sorted(seen)


def test_filters(fleet: Command) -> None:
    everything = listed(fleet)
    platforms = Counter(device["platform"] for device in everything)
    assert len(ids(fleet, "--platform", "Windows")) == platforms["windows"]
    assert len(ids(fleet, "--platform", "ios", "--platform", "macos")) == platforms["ios"] + platforms["macos"]
    assert ids(fleet, "--issuer", "default") == ids(fleet)
    assert ids(fleet, "--state", "enrolled", "--no-pending") == ids(fleet)
    assert ids(fleet, "--pending") == []
    few = [device["id"] for device in everything if device["days_left"] < 90]
    assert ids(fleet, "--days-left", "<90") == ids(fleet, "--search", "days:<90") == few
    late = [device["id"] for device in everything if device["last_check_in"] < "2026-01-04"]
    assert ids(fleet, "--not-seen-within", "1d") == late
    assert sorted(ids(fleet, "--seen-within", "1d") + late) == ids(fleet)
    statuses = ("valid", "expiring", "expired")  # expiring includes critical
    assert sorted(id for status in statuses for id in ids(fleet, "--status", status)) == ids(fleet)
    first = everything[0]
    for text in (named(first).lower(), first["owner"], first["model_name"]):
        assert 1 in ids(fleet, "--search", f'"{text}"')


def test_expiring_includes_critical(fleet: Command) -> None:
    within = [device["id"] for device in listed(fleet) if 0 <= device["days_left"] <= 30]
    assert within == ids(fleet, "--status", "expiring") == ids(fleet, "--search", "status:expiring")


def test_an_unknown_filter_key_is_named(fleet: Command) -> None:
    said = fleet.run("device", "list", "--search", "platfrom:ios")
    assert (said.exit_code, "did you mean platform:?" in said.output) == (2, True)


def test_states_are_written_with_spaces_or_hyphens(fleet: Command) -> None:
    fleet.done("authority", "refresh", "--now")
    assert fleet.run("device", "renew", "--platform", "windows").exit_code == 1  # all are refused, and marked
    marked = ids(fleet, "--platform", "windows")
    assert ids(fleet, "--state", "re-enrollment-required") == ids(fleet, "--state", "re-enrollment required") == marked
    assert fleet.done("device", "list", "--state", "revoked") == "no matching devices\n"


def test_what_is_asked_wrongly(fleet: Command) -> None:
    assert fleet.refused("device", "list", "--issuer", "nope")["code"] == "group-unknown"
    for options in (["--days-left", "soon"], ["--search", "days:x"], ["--state", "well"], ["--sort", "colour"]):
        assert fleet.run("device", "list", *options, json=True).exit_code == 2


def test_a_table_fits_a_terminal(fleet: Command) -> None:
    shown, status = fleet.on_a_terminal("device", "list", "--limit", 3)
    assert status == 0
    assert "3 of 40 devices" in shown


def test_show(fleet: Command) -> None:
    device = listed(fleet, "--limit", 1)[0]
    answer = fleet.json("device", "show", named(device))
    assert answer["device"] == device
    assert [certificate["state"] for certificate in answer["certificates"]] == ["active"]
    assert [event["kind"] for event in answer["timeline"]] == ["enrolled"]
    assert fleet.json("device", "show", 1) == fleet.json("device", "show", f"#{1}") == answer
    fleet.done("device", "renew", 1)
    text = fleet.done("device", "show", named(device).lower())
    assert "renewal waits for the next check-in" in text
    assert device["owner"] in text
    assert re.search(rf"language +{device['language']}\n", text)
    assert {one["language"] for one in listed(fleet)} > {"de-DE", "en-US"}
    phone = next(one for one in listed(fleet) if one["carrier"])
    assert re.search(rf"carrier +{re.escape(phone['carrier'])}\n", fleet.done("device", "show", named(phone)))
    assert phone in listed(fleet, "--search", f'carrier:"{phone["carrier"]}"')
    for nobody in ("999", "NOBODY", "123456789012345678901234567890"):
        assert fleet.refused("device", "show", nobody)["code"] == "device-unknown"


# Security actions


def test_renew(fleet: Command) -> None:
    fleet.done("authority", "refresh", "--now")
    platforms = Counter(device["platform"] for device in listed(fleet))
    answer = fleet.json("device", "renew", "--issuer", "default")
    assert Counter(asked["platform"] for asked in answer["pending"]) == platforms - Counter({"windows": DEVICES})
    assert {refused["code"] for refused in answer["refused"]} == {"windows-must-re-enroll"}
    assert len(answer["refused"]) == platforms["windows"]
    assert answer["refused"][0].keys() == {"id", "code", "message"}
    first = answer["pending"][0]
    assert first == {
        "id": first["id"],
        "platform": first["platform"],
        "requested_at": "2026-01-05T00:00:00Z",
        "waits_for": "the next check-in",
        "attempts": 0,
    }
    assert fleet.json("device", "renew", "--issuer", "default") == answer  # asking twice is asking once
    assert ids(fleet, "--pending") == [asked["id"] for asked in answer["pending"]]
    text = fleet.done("device", "renew", "--all")
    assert f"certificate renewal pending for {len(answer['pending'])} devices" in text
    assert f"refused: windows-must-re-enroll: {platforms['windows']} device" in text


def test_a_dry_run_of_a_renewal_tells_its_plan(fleet: Command) -> None:
    fleet.done("authority", "refresh", "--name", "g3")
    platforms = Counter(device["platform"] for device in listed(fleet))
    others = platforms.total() - platforms["windows"]
    text = fleet.done("device", "renew", "--all", "--dry-run")
    assert f"on the newest group already: {platforms.total()} devices: {platforms['ios']} iOS" in text
    assert f"{others} devices would get certificates of default again; g3 is ready in 24 h" in text
    assert len(text.splitlines()) <= 12
    plan = fleet.json("device", "renew", "--all", "--dry-run")["plan"]
    assert (plan["asked"], plan["again"], plan["upcoming"]) == (others, others, "g3")
    assert plan["refusals"] == {"windows-is-current": platforms["windows"]}


def test_a_renewal_in_which_every_device_is_refused_exits_with_1(fleet: Command) -> None:
    laptops = fleet.run("device", "renew", "--platform", "windows")
    assert laptops.exit_code == 1
    assert "refused: windows-is-current" in laptops.output
    assert fleet.run("device", "renew", "--all").exit_code == 0  # some are pending


def test_renew_what_is_named(fleet: Command) -> None:
    device = listed(fleet, "--platform", "android", "--limit", 1)[0]
    answer = fleet.json("device", "renew", named(device), device["id"], 999, "NOBODY")
    assert [asked["id"] for asked in answer["pending"]] == [device["id"]]
    assert [(refused["id"], refused["code"]) for refused in answer["refused"]] == [
        (999, "device-unknown"),
        (None, "device-unknown"),
    ]
    assert fleet.json("device", "renew", device["id"], "--platform", "ios") == {"pending": [], "refused": []}
    assert fleet.done("device", "renew", device["id"], "--platform", "ios") == "no matching devices\n"
    unknown = fleet.run("device", "renew", 999)
    assert (unknown.exit_code, "device-unknown: there is no device 999" in unknown.output) == (1, True)


def test_nothing_chosen(fleet: Command) -> None:
    for action in ("renew", "revoke"):
        assert fleet.run("device", action).exit_code == 2
        assert fleet.run("device", action, 1, "--all").exit_code == 2
    assert fleet.refused("device", "renew", "--issuer", "nope")["code"] == "group-unknown"


def test_revoke(fleet: Command) -> None:
    assert [device["id"] for device in fleet.json("device", "revoke", 1, 2, "--yes")["pending"]] == [1, 2]
    assert ids(fleet, "--state", "revoked") == [1, 2]
    refused = fleet.run("device", "renew", 1, json=True)
    assert (refused.exit_code, json.loads(refused.stdout)["refused"][0]["code"]) == (1, "device-revoked")
    assert fleet.refused("device", "revoke", "--platform", "android")["code"] == "confirmation-needed"
    shown, status = fleet.on_a_terminal("device", "revoke", "--all", answers=[("[y/N]", "n\n")])
    assert (status, "not-confirmed" in shown) == (1, True)
    assert len(fleet.json("device", "revoke", "--platform", "android", "--yes")["pending"]) > 0


# Certificates


def test_export_verifies(fleet: Command, tmp_path: Path) -> None:
    folder, root, ca = tmp_path / "devices", tmp_path / "root.pem", tmp_path / "ca.pem"
    told = fleet.json("device", "export", *ids(fleet), "--to", folder)["exported"]
    assert sorted(path.stem for path in folder.iterdir()) == sorted(map(named, told))
    fleet.done("authority", "export", "default", "--role", "root", "--out", root)
    fleet.done("authority", "export", "default", "--role", "device", "--out", ca)
    at = str(fleet.json("simulate", "status")["clock"]["epoch"])
    check: list[str | Path] = ["openssl", "verify", "-x509_strict", "-attime", at, "-CAfile", root, "-untrusted", ca]
    done = subprocess.run([*check, *folder.iterdir()], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.count(": OK\n") == DEVICES


def test_export_of_one(fleet: Command, tmp_path: Path) -> None:
    assert fleet.done("device", "export", 1, "--chain").count("BEGIN CERTIFICATE") == 3
    fleet.done("device", "export", 1, "--der", "--out", tmp_path / "one.der")
    subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-in", tmp_path / "one.der"], check=True)
    assert fleet.json("device", "export", 1)["exported"][0]["content"].startswith("-----BEGIN")
    fleet.done("device", "export", 1, "--to", tmp_path / "folder")
    assert fleet.refused("device", "export", 1, "--to", tmp_path / "folder")["code"] == "file-exists"
    assert fleet.refused("device", "export", 999)["code"] == "device-unknown"
    for options in (["--chain", "--der"], ["--force"], [2], ["--out", "a", "--to", "b"]):
        assert fleet.run("device", "export", 1, *options).exit_code == 2


# Enrolling and checking in with a key of one's own


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
    assert fleet.refused(*enroll, known, "--owner", "Nobody", "--csr", csr)["code"] == "device-differs"
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
