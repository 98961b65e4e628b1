"""``certfleet check``: one line and the exit status of monitoring plugins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from certfleet.store.impact.impact import Impact
from certfleet.store.monitoring.findings import Measure, Monitored, MonitoringFinding
from certfleet.store.views.monitoring import first_line
from certfleet.store.workspace import Workspace
from tests.edited_store import damage

from ..material import NOW
from ..test_start_by_faces import keep
from .conftest import Command, Material


def test_what_was_never_set_up_does_not_count(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 3, "--seed", 5)
    assert certfleet.done("check").startswith("CERTFLEET OK - ")
    found = certfleet.json("check")
    assert (found["state"], found["findings"]) == ("ok", [])


def test_an_expiry_warns_and_is_critical_by_its_days(certfleet: Command, material: Material) -> None:
    certfleet.done("certificate", "import", material / "chain.pem", "--key", material / "leaf.key")
    certfleet.done("component", "bind", "mdm-ssl", 1)
    assert certfleet.run("check").exit_code == 0
    found = certfleet.run("check", "--warning", 90)
    assert (found.exit_code, found.stdout.startswith("CERTFLEET WARNING - SSL certificate for the MDM FQDN")) == (
        1,
        True,
    )
    assert found.stdout.count("\n") == 1
    assert certfleet.run("check", "--warning", 90, "--critical", 85).exit_code == 2
    assert found.stdout.endswith("| stopped=0;;0 degraded=0;0 days_left=82;91:;11:\n")


@pytest.mark.parametrize(("days", "status"), [(90, 0), (20, 1), (-1, 2)])
def test_a_last_day_to_start_warns_and_is_critical_once_it_has_passed(
    certfleet: Command, days: int, status: int
) -> None:
    with Workspace.open(certfleet.workspace, start=NOW) as workspace:
        workspace.authorities.provision()
        start = keep(workspace, days)
        known = workspace.impact.known_starts()
        assert known is not None
        said = known.said(start)
    found = certfleet.run("check")
    assert found.exit_code == status
    assert (said in found.stdout) == (status > 0)


def test_what_cannot_be_read_is_unknown(certfleet: Command, tmp_path: Path) -> None:
    found = certfleet.run("check")
    assert (found.exit_code, found.stdout.startswith("CERTFLEET UNKNOWN - there is no workspace")) == (3, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--warning", 10, "--critical", 11),
        ("check", "--warning", "soon"),
        ("check", "--wrning", 10),
        ("check", "now"),
        ("--wrkspace", "here", "check"),
        ("check", "--warning"),
    ],
)
def test_a_wrong_option_is_unknown(certfleet: Command, arguments: tuple[object, ...]) -> None:
    assert _is_unknown(certfleet.run(*arguments))
    found = certfleet.run("--json", *arguments)
    assert (found.exit_code, json.loads(found.stdout)["state"], found.stderr) == (3, "unknown", "")


def test_another_check_keeps_its_status(certfleet: Command) -> None:
    assert certfleet.run("--wrong", "plan", "check").exit_code == 2
    assert certfleet.run("workspace", "check", "--wrong").exit_code == 2


def test_json_may_stand_behind_the_command(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 1)
    assert json.loads(certfleet.run("check", "--json").stdout)["state"] == "ok"


def test_a_damaged_workspace_is_unknown(certfleet: Command) -> None:
    certfleet.done("simulate", "fleet", "--devices", 1)
    damage(certfleet.workspace)
    assert _is_unknown(certfleet.run("check"))


def test_a_fault_is_unknown(certfleet: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    certfleet.done("simulate", "fleet", "--devices", 1)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a | in\ntwo lines")

    monkeypatch.setattr(Impact, "checklist", broken)
    assert _is_unknown(certfleet.run("check"))


def test_the_line_has_one_bar_and_no_break() -> None:
    found = [MonitoringFinding(state=Monitored.CRITICAL, said="Mail | for\nall")]
    line = first_line(Monitored.CRITICAL, found, [Measure(label="stopped", value=1, critical="0")])
    assert line == "CERTFLEET CRITICAL - Mail / for all | stopped=1;;0"


def _is_unknown(found: Result) -> bool:
    return (found.exit_code, found.stdout.startswith("CERTFLEET UNKNOWN - "), found.stdout.count("\n")) == (3, True, 1)
