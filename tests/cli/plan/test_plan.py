"""Plans from the command line: checked, shown, run on a simulation and on a fleet by the wall clock."""

from __future__ import annotations

import signal
import subprocess
import time
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from tests.prepared import Prepared
from tests.waiting import LONG

from ..conftest import Command

PLAN = """\
title = "A rotation"

[[action]]
do = "refresh-authority"
at = 2026-01-06

[[action]]
do = "renew"
at = 2026-01-08
issuer = "default"
per_day = 20
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "rotation.toml"
    path.write_text(PLAN)
    return path


@pytest.fixture
def fleet(certfleet: Command, prepared: Prepared) -> Command:
    return certfleet.after(prepared, "simulate fleet --devices 60 --start 2026-01-05")


def test_a_plan_is_checked_shown_and_run(fleet: Command, plan: Path) -> None:
    assert "2 actions, no mistake found" in fleet.done("plan", "check", plan)
    assert "renew devices of CA group default, 20 a day" in fleet.done("plan", "show", plan)
    document = fleet.json("plan", "show", plan)["plan"]
    assert document["name"] == "rotation"
    assert document["actions"][1] == {
        "line": 7, "do": "renew", "at": "2026-01-08T08:00:00Z", "issuer": ["default"], "per_day": 20,
    }  # fmt: skip
    assert "no plan was begun" in fleet.done("plan", "status")

    tried = fleet.json("plan", "run", plan, "--for", "10d", "--dry-run")
    assert [outcome["number"] for outcome in tried["plan"]["outcomes"]] == [1, 2, 2, 2]
    assert "no plan was begun" in fleet.done("plan", "status")

    first = fleet.json("plan", "run", plan, "--for", "2d")
    assert [outcome["do"] for outcome in first["outcomes"]] == ["refresh-authority"]
    assert first["run"]["next_at"] == "2026-01-08T08:00:00Z"
    said = fleet.done("plan", "run", plan, "--for", "8d")
    assert "certificate renewal pending for" in said
    assert "the plan has ended" in said
    (run,) = fleet.json("plan", "status")["runs"]
    assert [step["state"] for step in run["steps"]] == ["done", "done"]
    assert run["steps"][1]["devices"] == 60
    assert "rotation, begun 2026-01-05 00:00 UTC: ended" in fleet.done("plan", "status", "rotation")
    assert fleet.json("plan", "run", plan)["outcomes"] == []


def test_a_refused_action_makes_the_exit_status_1(fleet: Command, plan: Path) -> None:
    plan.write_text('[[action]]\ndo = "deploy-root"\nafter = "0h"\ncertificate = "nothing"\n')
    result = fleet.run("plan", "run", plan)
    assert result.exit_code == 1
    assert "1 deploy-root: refused: not-found: there is no certificate 'nothing'" in result.stdout
    assert "1  refused" in fleet.done("plan", "status", "rotation.toml")


def test_check_names_what_the_workspace_doesn_t_know(fleet: Command, plan: Path) -> None:
    plan.write_text(
        '[[action]]\ndo = "renew"\nafter = "1d"\nissuer = "defualt"\ndevices = ["F2LX"]\n'
        '[[action]]\ndo = "replace-certificate"\nafter = "1d"\ncertificate = 99\nfile = "new.pem"\n'
        '[[action]]\ndo = "refresh-authority"\nat = 2026-01-01\nname = "default"\n'
        '[[action]]\ndo = "renew"\nafter = "2d"\nissuer = "group-2"\n'
        '[[action]]\ndo = "refresh-authority"\nafter = "1d"\n'
        '[[action]]\ndo = "renew-apns"\nafter = "1d"\napple_id = "me"\n'
    )
    result = fleet.run("plan", "check", plan)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:-1] == [
        "line 1: there is no CA group defualt. Did you mean default?",
        "line 1: 1 device unknown: F2LX. `certfleet device list` shows them.",
        "line 6: there is no certificate 99 in the inventory. `certfleet certificate list` shows every id.",
        "line 6: there is no file new.pem. Files are named relative to the plan's folder.",
        "line 11: refresh-authority: it is 2026-01-05 00:00 already, after 2026-01-01 08:00. Give it a later day.",
        "line 11: there is a CA group default already. Leave the name out, or choose another.",
        "line 22: 'me' is not an Apple ID. An Apple ID is an e-mail address, like it@example.com.",
    ]
    assert "no mistake found" in fleet.done("plan", "check", plan, "--no-workspace")


def test_check_names_the_mistakes_of_a_file_without_a_workspace(certfleet: Command, plan: Path) -> None:
    plan.write_text(PLAN.replace("issuer", "isuer").replace("per_day", "perday"))
    result = certfleet.run("plan", "check", plan)
    assert result.exit_code == 1
    assert "line 10: 'isuer' is not a field of the action renew. Did you mean issuer?" in result.stdout
    assert [mistake["line"] for mistake in _json(certfleet, "plan", "check", plan)["mistakes"]] == [10, 11]
    assert certfleet.refused("plan", "show", plan)["code"] == "plan-invalid"
    assert certfleet.refused("plan", "show", plan.with_name("gone.toml"))["code"] == "plan-unreadable"


def _json(command: Command, *arguments: object) -> dict[str, list[dict[str, int]]]:
    found: dict[str, list[dict[str, int]]] = msgspec.json.decode(command.run(*arguments, json=True).stdout)
    return found


def test_a_real_fleet_goes_by_the_same_plan(filled: Command, plan: Path) -> None:
    plan.write_text(
        '[[action]]\ndo = "set-site"\nafter = "0h"\napns_grace_days = 2\n'
        '[[action]]\ndo = "set-site"\nafter = "1h"\napns_grace_days = 3\n'
    )
    assert "1 step carried out" in filled.done("plan", "run", plan)
    assert "0 steps carried out" in filled.done("plan", "run", plan)
    assert filled.json("site", "show")["site"]["apns_grace_days"] == 2
    assert filled.refused("plan", "run", plan, "--for", "1d")["code"] == "clock-is-wall"


def test_on_a_real_fleet_the_forecast_of_a_plan_is_kept_when_it_begins(filled: Command, plan: Path) -> None:
    plan.write_text('[[action]]\ndo = "set-site"\nafter = "0h"\napns_grace_days = 2\n')
    filled.done("plan", "run", plan, "--dry-run")
    filled.done("plan", "run", plan, "--no-forecast")
    assert filled.json("forecast-review")["forecasts"] == []
    text = filled.done("plan", "run", plan, "--again")
    assert "its forecast is kept as rotation: `certfleet forecast-review` shows what comes of it" in text
    assert filled.json("plan", "run", plan)["kept_forecast"] is None
    (kept,) = filled.json("forecast-review")["forecasts"]
    assert (kept["name"], kept["plan"]) == ("rotation", "rotation")


def test_a_simulation_that_leaves_out_a_plan_says_so(fleet: Command, plan: Path) -> None:
    fleet.done("plan", "run", plan, "--for", "2d")
    said = "plan rotation was not carried out: `certfleet plan run --for 7d rotation`"
    assert said not in fleet.done("simulate", "run", "--for", "1h")
    assert said in fleet.done("simulate", "run", "--for", "2d")
    assert "plan rotation: due since 2026-01-08 08:00: renew devices" in fleet.done("checklist")
    fleet.done("plan", "pause", "rotation")
    assert said not in fleet.done("simulate", "run", "--for", "1d")


def test_a_simulated_plan_keeps_no_forecast_by_itself(fleet: Command, plan: Path) -> None:
    fleet.done("plan", "run", plan)
    assert fleet.json("forecast-review")["forecasts"] == []


def test_a_plan_that_was_begun_goes_on_by_its_name(filled: Command, plan: Path) -> None:
    plan.write_text('[[action]]\ndo = "start-campaign"\nafter = "0h"\n')
    assert filled.refused("plan", "run", "rotation")["code"] == "plan-unknown"
    assert "1 start-campaign: do this now: ask the owners" in filled.done("plan", "run", plan)
    plan.unlink()
    assert "the rest waits for you" in filled.done("plan", "run", "rotation")
    assert "0 steps carried out" in filled.done("plan", "run")
    assert filled.json("checklist")["plans"][0]["steps"][0]["state"] == "due"
    assert "plan rotation: do this now: ask the owners" in filled.done("checklist")
    assert "1  done" in filled.done("plan", "done", "rotation", "1")
    assert filled.refused("plan", "stop", "rotation")["code"] == "plan-over"
    assert "--again begins it anew" in filled.done("plan", "run", "rotation")


def test_an_earlier_version_of_a_plan_is_not_gone_on_with(fleet: Command, plan: Path) -> None:
    fleet.done("plan", "run", plan)
    plan.write_text(PLAN.replace("per_day = 20", "per_day = 30"))
    assert fleet.refused("plan", "run", plan)["code"] == "plan-changed"
    assert len(fleet.json("plan", "run", plan, "--again")["run"]["steps"]) == 2
    assert len(fleet.json("plan", "status")["runs"]) == 2


def test_rings_are_a_plan_that_can_be_run(fleet: Command, tmp_path: Path) -> None:
    path = tmp_path / "rings.toml"
    document = fleet.json("plan", "rings", "--smallest", "5%", "--ring", "50%", "--output", path)
    assert document["file"] == str(path)
    assert [ring["name"] for ring in document["plan"]["actions"][0]["rings"]] == ["pilot", "50%", "rest"]
    assert len(document["pilot"]["devices"]) < document["pilot"]["candidates"]
    assert "no mistake found" in fleet.done("plan", "check", path)
    assert "ring pilot opened" in fleet.done("plan", "run", path)
    assert fleet.refused("plan", "run", path, "--open-held")["code"] == "nothing-held"
    printed = fleet.run("plan", "rings", "--issuer", "default")
    assert printed.stdout.startswith("# pilot: ")
    assert printed.stderr.startswith("pilot: ")
    assert fleet.run("plan", "rings", "--detect", "100%").exit_code == 2
    assert fleet.run("plan", "rings", "--ring", "90%", "--ring", "20%").exit_code == 2


def test_what_was_done_is_written_as_a_plan(fleet: Command, tmp_path: Path) -> None:
    fleet.done("authority", "refresh", "--now")
    fleet.done("device", "renew", 1, 2, 3)
    fleet.done("device", "revoke", 5, "--yes")
    printed = fleet.run("plan", "from-audit")
    assert 'do = "refresh-authority"' in printed.stdout
    assert "left out, since no action of a plan does it: device.revoke (1)" in printed.stderr
    assert fleet.run("plan", "from-audit", "--with-keys").exit_code == 2
    path = tmp_path / "done.toml"
    document = fleet.json("plan", "from-audit", "--output", path)
    assert [action["do"] for action in document["plan"]["actions"]] == ["refresh-authority", "renew"]
    assert document["left_out"] == {"device.revoke": 1}
    assert "renew 3 named devices" in fleet.done("plan", "show", path)


def test_imported_certificates_are_written_beside_the_plan(filled: Command, tmp_path: Path) -> None:
    assert filled.run("plan", "from-audit").exit_code == 2
    path = tmp_path / "done.toml"
    document = filled.json("plan", "from-audit", "--output", path, "--with-keys")
    assert document["files"] == ["certificate-1.p12", "certificate-1.password"]
    assert (tmp_path / "certificate-1.p12").stat().st_mode & 0o077 == 0
    assert filled.refused("plan", "from-audit", "--output", path.with_name("other.toml"), "--with-keys")["code"] == (
        "file-exists"
    )


@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_where_it_was(fleet: Command, plan: Path, tmp_path: Path) -> None:
    copy = Command(tmp_path / "undisturbed")
    subprocess.run(["cp", "-r", str(fleet.workspace), str(copy.workspace)], check=True)
    copy.done("plan", "run", plan, "--for", "60d")
    process = subprocess.Popen(fleet.line("plan", "run", plan, "--for", "60d"), env=fleet.env())
    until = time.monotonic() + LONG
    while process.poll() is None and time.monotonic() < until:
        if fleet.json("plan", "status")["runs"]:
            process.send_signal(signal.SIGKILL)
            break
    process.wait()
    now, end = (command.json("simulate", "status")["clock"]["now"] for command in (fleet, copy))
    rest = (_seconds(end) - _seconds(now)) // 3600
    fleet.done("plan", "run", plan, "--for", f"{rest + 1}h")
    first, second = (command.json("plan", "status")["runs"][0]["steps"] for command in (fleet, copy))
    assert first == second


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
