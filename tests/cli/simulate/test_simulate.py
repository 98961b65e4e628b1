"""The simulator from the command line: generating a fleet, letting time pass, stopping, and comparing runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from certfleet.simulator.engine.pace import run_paced
from certfleet.simulator.engine.simulator import RunReport
from tests.prepared import Prepared
from tests.waiting import wait_until

from ..conftest import Command, Material

START = ("--start", "2026-01-05")


@pytest.fixture
def fleet(certfleet: Command, prepared: Prepared) -> Command:
    return certfleet.after(prepared, f"simulate fleet --devices 60 {' '.join(START)}")


def rotate(command: Command, *options: object) -> Any:
    """Draw a fleet, rotate its CA, and let two weeks pass. The answer is how the simulation stands."""
    command.done("simulate", "fleet", "--devices", 60, "--seed", 7, *START, *options)
    command.done("authority", "refresh", "--now")
    command.done("device", "renew", "--issuer", "default")
    command.done("simulate", "run", "--for", "14d", *options)
    return command.json("simulate", "status")


def test_fleet(certfleet: Command) -> None:
    told = certfleet.json("simulate", "fleet", "--devices", 60, "--seed", 3, *START)
    assert (told["devices"], told["enrolled"], told["seed"]) == (60, 60, 3)
    assert sum(told["platforms"].values()) == 60
    assert told["clock"] == {"kind": "virtual", "now": "2026-01-05T00:00:00Z", "epoch": 1767571200}
    devices = certfleet.json("device", "list")["devices"]
    assert {device["state"] for device in devices} == {"enrolled"}
    assert len({device["serial_number"] or device["enrollment_id"] for device in devices}) == 60
    assert certfleet.refused("simulate", "fleet", "--devices", 60, "--seed", 4)["code"] == "fleet-exists"


def test_progress_on_a_terminal(certfleet: Command) -> None:
    shown, status = certfleet.on_a_terminal("simulate", "fleet", "--devices", 600)
    assert status == 0
    assert "Enrolling" in shown
    shown, status = certfleet.on_a_terminal("device", "renew", "--all")
    assert (status, "Requesting" in shown) == (0, True)


def test_the_clock_starts_on_a_monday(certfleet: Command) -> None:
    now = certfleet.json("simulate", "fleet", "--devices", 5)["clock"]["now"]
    day = time.strptime(now, "%Y-%m-%dT00:00:00Z")
    assert day.tm_wday == 0


def test_mix_and_habits(certfleet: Command) -> None:
    options = ("--mix", "ios=1, windows=3", "--check-in-every", "6h")
    platforms = certfleet.json("simulate", "fleet", "--devices", 60, *options)["platforms"]
    assert (platforms["macos"], platforms["android"]) == (0, 0)
    assert platforms["windows"] > platforms["ios"] > 0
    assert certfleet.json("simulate", "status")["simulation"]["check_in"] == 6 * 3600


def test_a_site_has_habits_of_its_own(certfleet: Command, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text("[ios]\npool = 1001\n")
    wanted = ("simulate", "fleet", "--devices", 40, *START, "--mix", "ios=1", "--habits")
    refused = certfleet.refused(*wanted, file)
    assert refused["code"] == "habits-invalid"
    assert "[ios] Expected `int` <= 1000" in refused["message"]
    file.write_text("[ios]\npool = 1000\n")
    certfleet.done(*wanted, file)
    # All of them lie in drawers, so most don't learn of a renewal within a week.
    certfleet.done("device", "renew", "--all", "--yes")
    certfleet.done("simulate", "run", "--for", "7d")
    assert certfleet.json("simulate", "status")["renewal"]["pending"]["ios"] > 25


@pytest.mark.parametrize("name", ["office", "field", "hospital", "school"])
def test_habits_by_name(certfleet: Command, name: str) -> None:
    certfleet.done("simulate", "fleet", "--devices", 2, *START, "--habits", name)


@pytest.mark.parametrize("name", ["circus", ""])
def test_habits_that_nobody_has(certfleet: Command, name: str) -> None:
    wanted = ("simulate", "fleet", "--devices", 2, *START, "--habits", name)
    assert certfleet.refused(*wanted)["hint"] == "Name a file, or one of office, field, hospital, school."


@pytest.mark.parametrize(
    "options",
    [
        ["--devices", "0"],
        ["--devices", "many"],
        ["--mix", "beos=1"],
        ["--mix", "ios=1,ios=2"],
        ["--mix", "ios=-1"],
        ["--mix", "ios=0"],
        ["--mix", ""],
        ["--start", "tomorrow"],
        ["--start", "9999-01-01"],
        ["--check-in-every", "0h"],
        ["--workers", "0"],
        ["--seed", "-1"],
    ],
)
def test_plans_that_are_none(certfleet: Command, options: list[str]) -> None:
    result = certfleet.run("simulate", "fleet", "--devices", 5, *options, json=True)
    assert result.exit_code == 2, result.output
    assert json.loads(result.stderr)["error"]["code"] == "usage"
    assert not certfleet.workspace.exists()


def test_an_inventory_is_not_turned_into_a_simulation(filled: Command) -> None:
    error = filled.refused("simulate", "fleet", "--devices", 5)
    assert error["code"] == "workspace-holds-inventory"
    assert "--use-this-workspace" in error["hint"]
    assert filled.json("workspace", "info")["workspace"]["clock"]["kind"] == "wall"
    filled.done("simulate", "fleet", "--devices", 5, "--use-this-workspace")
    assert filled.json("workspace", "info")["workspace"]["clock"]["kind"] == "virtual"
    assert filled.json("certificate", "list")["certificates"]


def test_an_empty_workspace_is(certfleet: Command, material: Material) -> None:
    certfleet.done("certificate", "import", material / "leaf.pem")
    certfleet.done("certificate", "delete", 1)
    certfleet.done("simulate", "fleet", "--devices", 5)
    assert certfleet.refused("simulate", "fleet", "--devices", 5, *START)["code"] == "clock-runs"


def test_company(certfleet: Command) -> None:
    told = certfleet.json("simulate", "company", "--seed", 3, *START)
    assert told["clock"]["now"] == "2026-01-05T00:00:00Z"
    assert told["certificates"] == len(certfleet.json("certificate", "list")["certificates"]) > 25
    assert told["components"] == len(certfleet.json("component", "list")["components"]) > 15
    assert certfleet.json("impact")["consequences"] == []
    assert certfleet.refused("simulate", "company")["code"] == "workspace-holds-inventory"
    drawn = certfleet.done("simulate", "fleet", "--devices", 30, "--seed", 3)
    assert "the virtual clock stands at 2026-01-05" in drawn
    assert certfleet.json("apns", "portal", "list")["push_certificates"][0]["apple_id"] == f"mobile@{told['domain']}"
    certfleet.done("simulate", "run", "--for", "3d")
    assert certfleet.json("workspace", "check")["clean"]
    elsewhere = Command(certfleet.workspace.parent / "elsewhere")
    assert "certfleet checklist" in elsewhere.done("simulate", "company")


def test_a_company_comes_into_an_empty_workspace_alone(certfleet: Command, material: Material) -> None:
    certfleet.done("certificate", "import", material / "leaf.pem")
    assert certfleet.refused("simulate", "company")["code"] == "workspace-holds-inventory"
    assert certfleet.json("workspace", "info")["workspace"]["clock"]["kind"] == "wall"
    certfleet.done("certificate", "delete", 1)
    certfleet.done("simulate", "company")
    assert certfleet.json("workspace", "info")["workspace"]["clock"]["kind"] == "virtual"


def test_a_rotation(certfleet: Command) -> None:
    status = rotate(certfleet)
    assert status["clock"]["now"] == "2026-01-19T00:00:00Z"
    devices = certfleet.json("device", "list")["devices"]
    groups = Counter(device["issuer_group"] for device in devices)
    assert {group["name"]: group["devices"] for group in status["groups"]} == groups
    old = [device for device in devices if device["issuer_group"] == "default"]
    for device in old:  # Windows devices that wait for their users, and what has not come yet
        assert device["state"] == "re-enrollment required" or device["pending"]
    for device in certfleet.json("device", "list", "--platform", "windows", "--issuer", "group-2")["devices"]:
        reasons = [found["reason"] for found in certfleet.json("device", "show", device["id"])["certificates"]]
        assert reasons == ["enrollment", "re-enrollment"]
    assert groups["group-2"] > 45
    assert certfleet.json("workspace", "check")["clean"]
    text = certfleet.done("simulate", "status")
    assert f"{groups['group-2']} hold a certificate of group-2" in text
    assert status["event_log"]["sha256"] in text


def test_the_same_commands_give_the_same_history(certfleet: Command) -> None:
    elsewhere = Command(certfleet.workspace.parent / "elsewhere")
    assert rotate(certfleet) == rotate(elsewhere, "--workers", 2)


def test_run(fleet: Command) -> None:
    fleet.done("device", "renew", "--all")
    assert "waiting for: the next check-in (" in fleet.done("simulate", "status")
    told = fleet.json("simulate", "run", "--for", "3d")
    assert (told["started_at"], told["ended_at"]) == ("2026-01-05T00:00:00Z", "2026-01-08T00:00:00Z")
    assert told["event_log"] == fleet.json("simulate", "status")["event_log"]
    assert "from 2026-01-08 00:00:00 UTC to 2026-01-08 06:00:00 UTC" in fleet.done("simulate", "run", "--for", "6h")
    shown, status = fleet.on_a_terminal("simulate", "run", "--for", "30d")
    assert (status, "to 2026-02-07 06:00:00 UTC" in shown) == (0, True)


def test_what_cannot_run(certfleet: Command, filled: Command) -> None:
    assert filled.refused("simulate", "run", "--for", "1d")["code"] == "clock-is-wall"
    for options in (["--speed", "fast"], ["--speed", "-1"], ["--for", "soon"], ["--workers", 65]):
        assert filled.run("simulate", "run", *options).exit_code == 2
    assert filled.refused("simulate", "run", "--for", "14000w", "--speed", "0")["code"] == "clock-is-wall"
    filled.workspace = filled.workspace.parent / "elsewhere"
    assert filled.refused("simulate", "run", "--for", "1d")["code"] == "workspace-missing"


def test_speeds_that_are_none(fleet: Command) -> None:
    assert fleet.refused("simulate", "run", "--for", "1h", "--speed", 0)["code"] == "speed-invalid"
    assert fleet.refused("simulate", "speed", 99_999_999_999)["code"] == "speed-invalid"


def test_the_status_says_who_came_and_who_waits(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 30, "--churn", 1000, "--mix", "ios=1", *START)
    certfleet.done("component", "unbind", "apns", "--yes")
    certfleet.done("simulate", "run", "--for", "60d")
    arrivals = certfleet.json("simulate", "status")["arrivals"]
    assert arrivals["churn"] == 1000
    assert arrivals["waiting"] == arrivals["arrived"] > 0
    text = certfleet.done("simulate", "status")
    assert f"arrivals          {arrivals['arrived']} new devices, {arrivals['joined']} of newcomers" in text
    since = arrivals["waiting_since"].replace("T", " ")[:16]
    assert f"{arrivals['waiting']} devices should have enrolled since {since} and could not" in text
    assert certfleet.refused("simulate", "fleet", "--devices", 30, "--churn", 5)["code"] == "fleet-exists"


def test_a_fleet_with_a_past(certfleet: Command) -> None:
    told = certfleet.json("simulate", "fleet", "--devices", 40, "--past", *START)
    assert (told["enrolled"], told["clock"]["now"]) == (40, "2026-01-05T00:00:00Z")
    assert [group["name"] for group in certfleet.json("simulate", "status")["groups"]] == [
        "default",
        "group-2",
        "group-3",
    ]
    assert certfleet.refused("simulate", "fleet", "--devices", 40, "--past", *START)["code"] == "fleet-exists"
    assert certfleet.refused("simulate", "fleet", "--devices", 40, *START)["code"] == "fleet-exists"


def test_a_past_needs_a_new_workspace(certfleet: Command) -> None:
    certfleet.done("simulate", "company", *START)
    assert certfleet.refused("simulate", "fleet", "--devices", 4, "--past", *START)["code"] == "past-impossible"


def test_status_without_a_fleet(filled: Command) -> None:
    status = filled.json("simulate", "status")
    assert (status["simulation"], status["devices"]["total"], status["clock"]["kind"]) == (None, 0, "wall")
    assert "no fleet has been drawn" in filled.done("simulate", "status")
    assert filled.done("simulate", "log") == "nothing has happened\n"


def test_log(fleet: Command) -> None:
    fleet.done("device", "renew", "--platform", "ios", "--platform", "android")
    fleet.done("simulate", "run", "--for", "7d")
    events = fleet.json("simulate", "log", "--limit", 10)["events"]
    assert [event["id"] for event in events] == sorted((event["id"] for event in events), reverse=True)
    assert events[0].keys() == {"id", "at", "device_id", "kind", "detail"}
    device = events[0]["device_id"]
    about = fleet.json("simulate", "log", "--device", device)["events"]
    assert {event["device_id"] for event in about} == {device}
    assert about[-1]["kind"] == "enrolled"
    assert "enrolled" in fleet.done("simulate", "log", "--device", device)
    assert fleet.refused("simulate", "log", "--device", 999)["code"] == "device-unknown"


# A simulator in a process of its own


def started(command: Command, *options: object, **streams: Any) -> subprocess.Popen[bytes]:
    """A simulator that runs until it is stopped; it runs when this returns."""
    line = command.line("--json", "simulate", "run", "--speed", 3600, *options)
    process = subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**command.env(), "PYTHONUNBUFFERED": "1"}, **streams
    )
    begin = command.json("simulate", "status")["clock"]["now"]
    wait_until(lambda: command.json("simulate", "status")["clock"]["now"] != begin)
    assert process.poll() is None
    return process


def ended(process: subprocess.Popen[bytes]) -> tuple[int, dict[str, Any]]:
    out, err = process.communicate(timeout=120)
    assert err == b""
    return process.returncode, json.loads(out)


@pytest.mark.slow
def test_stop_and_speed(fleet: Command) -> None:
    assert fleet.refused("simulate", "stop")["code"] == "simulator-not-running"
    process = started(fleet)
    assert fleet.refused("simulate", "run", "--for", "1d")["code"] == "simulator-running"
    assert fleet.json("simulate", "speed", 60) == {"speed": 60}
    assert "running at 60 virtual seconds a second" in fleet.done("simulate", "status")
    assert fleet.json("simulate", "stop") == {"stopped": True}
    status, told = ended(process)
    assert (status, told["ended_at"]) == (0, fleet.json("simulate", "status")["clock"]["now"])
    assert fleet.refused("simulate", "speed", "max")["code"] == "simulator-not-running"


@pytest.mark.slow
def test_interrupt_keeps_what_has_happened(fleet: Command) -> None:
    process = started(fleet)
    process.send_signal(signal.SIGINT)
    status, told = ended(process)
    assert status == 130
    assert told["ended_at"] == fleet.json("simulate", "status")["clock"]["now"] > told["started_at"]
    assert fleet.json("workspace", "check")["clean"]
    fleet.done("simulate", "run", "--for", "1h")


@pytest.mark.slow
def test_attached_to_its_starter(fleet: Command) -> None:
    reader, writer = os.pipe()
    process = started(fleet, "--attached", stdin=reader)
    os.close(reader)
    os.close(writer)
    assert ended(process)[0] == 0


@pytest.mark.slow
def test_a_killed_one_is_forgotten(fleet: Command, tmp_path: Path) -> None:
    process = started(fleet)
    process.kill()
    process.communicate(timeout=120)
    assert "not running" in fleet.done("simulate", "status")
    assert fleet.json("simulate", "run", "--for", "1h")["events"] >= 0
    assert fleet.json("workspace", "check")["clean"]


def test_workspace_info_tells_of_the_fleet(fleet: Command) -> None:
    told = fleet.json("workspace", "info")["workspace"]
    assert told["clock"] == {"kind": "virtual", "now": "2026-01-05T00:00:00Z"}
    assert told["devices"]["total"] == 60
    assert told["authorities"] == [{"name": "default", "state": "issuing", "devices": 60}]
    text = fleet.done("workspace", "info")
    assert "virtual: 2026-01-05 00:00:00 UTC" in text
    assert "default: issuing, 60 devices" in text


# Trying it


def test_a_dry_run_tells_what_the_run_then_does(fleet: Command) -> None:
    before = fleet.json("simulate", "status"), fleet.json("audit", "list"), fleet.json("notice", "list")
    tried = fleet.json("simulate", "run", "--for", "400d", "--dry-run")
    assert (fleet.json("simulate", "status"), fleet.json("audit", "list"), fleet.json("notice", "list")) == before
    assert not fleet.json("simulate", "run", "--for", "0h", "--dry-run")["effects"]["devices"]
    ran = fleet.json("simulate", "run", "--for", "400d")
    assert {name: ran[name] for name in tried["run"]} == tried["run"]
    states = Counter(device["state"] for device in fleet.json("device", "list")["devices"])
    for state in states.keys() - {"enrolled"}:
        told = sum(one["count"] for one in tried["effects"]["devices"] if one["after"] == state)
        assert told == states[state]
    titles = [notice["title"] for notice in fleet.json("notice", "list")["notices"]]
    assert sorted(tried["effects"]["notices"]) == sorted(titles)


def test_what_ends_on_the_way_is_told_with_its_day(certfleet: Command) -> None:
    certfleet.done("simulate", "company", "--seed", 3, *START)
    certfleet.done("simulate", "fleet", "--devices", 5, "--seed", 3)
    tried = certfleet.run("simulate", "run", "--for", "120d", "--dry-run", "--exit-code")
    assert tried.exit_code == 4
    lines = tried.stdout.splitlines()
    assert len(lines) <= 12
    assert any(line.startswith("stops on 2026-") for line in lines)
    assert "Undo: go back to the moment that is kept before it: `certfleet moment list`" in lines
    assert lines[-1].startswith("STOPS: ")
    certfleet.done("simulate", "run", "--for", "120d")
    stopped = {one["capability"] for one in certfleet.json("impact")["consequences"]}
    assert stopped


@pytest.mark.parametrize("options", [(), ("--speed", "600"), ("--for", "1d", "--speed", "600")])
def test_a_run_that_can_t_be_tried(fleet: Command, options: tuple[str, ...]) -> None:
    assert fleet.run("simulate", "run", "--dry-run", *options).exit_code == 2


def test_ctrl_c_ends_a_dry_run_and_nothing_stays(fleet: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any, **options: Any) -> RunReport:
        os.kill(os.getpid(), signal.SIGINT)
        return run_paced(*arguments, **options)

    monkeypatch.setattr("certfleet.cli.simulate.simulate.run_paced", interrupted)
    before = fleet.json("simulate", "status")
    result = fleet.run("simulate", "run", "--for", "400d", "--dry-run", "--exit-code")
    assert result.exit_code == 128 + signal.SIGINT
    assert "stopped before the end; nothing of it is kept" in result.stdout.splitlines()
    assert fleet.json("simulate", "status") == before


def test_drawing_can_be_tried(certfleet: Command) -> None:
    tried = certfleet.json("simulate", "fleet", "--devices", 12, *START, "--dry-run")["effects"]
    assert sum(one["count"] for one in tried["devices"]) == 12
    assert {(one["before"], one["after"]) for one in tried["devices"]} == {(None, "enrolled")}
    company = certfleet.json("simulate", "company", "--seed", 3, *START, "--dry-run")["effects"]
    assert len([one for one in company["entries"] if one["alteration"] == "added"]) > 25
    assert not certfleet.workspace.exists()


def test_what_failing_devices_have_in_common_and_fixing_it(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 400, "--seed", 8, *START)
    assert certfleet.refused("simulate", "fix", "os-version")["code"] == "nothing-to-fix"
    certfleet.done("authority", "refresh", "--now")
    certfleet.done("device", "renew", "--issuer", "default")
    certfleet.done("simulate", "run", "--for", "3d")
    failing = certfleet.json("simulate", "status")["renewal"]["failing"]
    assert failing["common"]["trait"] == "model-and-os"
    assert 3 <= failing["common"]["failing"] <= failing["failing"] < failing["answered"]
    said = f"{failing['common']['failing']} of {failing['failing']} failing devices: {failing['common']['value']} ("
    assert said in certfleet.done("simulate", "status")
    tried = certfleet.json("simulate", "fix", "os-version", "--dry-run")
    assert tried["effects"]["harmful"] is False
    told = certfleet.json("simulate", "fix", "os-version")
    assert (told["cause"], told["fixed_at"]) == ("os-version", "2026-01-08T00:00:00Z")
    certfleet.done("simulate", "run", "--for", "3d")
    assert certfleet.json("simulate", "status")["renewal"]["failing"]["common"] is None
    assert certfleet.refused("simulate", "fix", "os-version")["code"] == "nothing-to-fix"
