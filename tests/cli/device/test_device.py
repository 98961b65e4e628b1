"""Devices: finding them, security actions, and exporting their certificates."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from certfleet.cli.frame import one_transaction_note
from tests.prepared import Prepared

from ..conftest import Command

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


def test_a_renewal_says_that_it_brings_certificates_of_the_old_group(fleet: Command) -> None:
    fleet.done("authority", "refresh", "--name", "g3")
    phone, other = fleet.json("device", "list", "--platform", "ios", "--limit", "2")["devices"]
    said = "1 device would get a certificate of default again; g3 is ready in 24 h"
    assert fleet.done("device", "renew", phone["id"]).splitlines()[-1] == f"note: {said}"
    assert fleet.json("device", "renew", other["id"])["notes"] == [said]


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
