"""The checklist and the impact of certificates: needs, missing certificates, and what stops when."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .conftest import HOST, Command, Material


@pytest.fixture
def bound(filled: Command, material: Material) -> Command:
    """The server uses its chain (1), and an APNs certificate (4) that has 8 days left."""
    filled.done("component", "bind", "mdm-ssl", 1)
    filled.done(
        *("certificate", "import-keystore", material / "push.p12", "--use-as", "apns"),
        *("--password-file", material / "password"),
    )
    return filled


def rows(command: Command, *options: object) -> dict[tuple[str, str], dict[str, Any]]:
    found = command.json("checklist", *options)["checklist"]
    return {(row["need"], row["name"]): row for row in found}


def at(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days):%Y-%m-%d}"


def test_every_need_has_a_row(bound: Command) -> None:
    answer = bound.json("checklist")
    found = {row["need"]: row for row in answer["checklist"]}
    server, push, keystore = found["mdm-ssl"], found["apns"], found["android-keystore"]
    assert (server["certificate_id"], server["certificate"], server["status"], server["days_left"]) == (
        1,
        HOST,
        "valid",
        82,
    )
    assert server["would_stop"] == ["no device can enroll", "no device reaches the server"]
    assert (push["status"], push["level"], push["stopped"]) == ("critical", "fine", [])
    assert (keystore["status"], keystore["level"], keystore["certificate_id"]) == ("missing", "stopped", None)
    assert [row["group"] for row in answer["checklist"]] == sorted(row["group"] for row in answer["checklist"])
    assert answer["stopped"] == sum(row["level"] == "stopped" for row in answer["checklist"])
    assert answer["now"].endswith("Z")


def test_the_chain_above_is_in_it(bound: Command) -> None:
    found = rows(bound)
    assert found["server-ca", "Example Root CA"]["derived"]
    assert found["server-ca", "Example Issuing CA"]["certificate_id"] == 2


def test_ticked_off_by_binding(bound: Command) -> None:
    assert ("saml", "") in rows(bound, "--open")
    bound.done("component", "use", "saml", "not-used")
    assert ("saml", "") not in rows(bound, "--open")
    assert rows(bound)["saml", ""]["status"] == "not used"


def test_a_group(bound: Command) -> None:
    assert {row["group"] for row in rows(bound, "--group", "mdx-toolkit").values()} == {"mdx-toolkit"}
    assert ("mdm-ssl", "") not in rows(bound, "--group", "endpoint-management", "--open")
    assert ("apns", "") in rows(bound, "--group", "endpoint-management", "--open")


def test_for_people(bound: Command) -> None:
    lines = bound.done("checklist").splitlines()
    assert lines[:2] == [lines[0], "Endpoint Management server"]
    assert lines[0].split() == ["NEED", "CERTIFICATE", "STATUS", "DAYS", "DEVICES"]
    assert lines[2].split() == ["SSL", "certificate", "for", "the", "MDM", "FQDN", "#1", HOST, "valid", "82", "0"]
    assert lines[3] == "  would stop: no device can enroll; no device reaches the server"
    push = next(number for number, line in enumerate(lines) if "com.apple.mgmt" in line)
    assert lines[push + 2].startswith("  next: Make a request, have the vendor sign it")
    assert "  stopped: users have to sign on to Citrix Files by themselves, or can't" in lines
    assert {"MDX Toolkit", "NetScaler Gateway"} <= set(lines)
    assert "Other" not in lines
    figures = r"\d+ rows: \d+ with something to do, \d+ stopped, 0 degraded, 12 missing, 1 expiring"
    assert re.fullmatch(figures, lines[-1])


def test_nothing_to_do(bound: Command) -> None:
    for need in ("saml", "pki-user", "apns"):
        bound.done("component", "use", need, "not-used")
    assert bound.done("checklist", "--group", "endpoint-management", "--open") == "there is nothing to do\n"


def test_a_terminal_gets_what_fits(bound: Command) -> None:
    bound.environment = {"COLUMNS": "80", "NO_COLOR": "1"}
    for command in (["checklist"], ["impact"], ["component", "needs"], ["component", "list"], ["trust", "list"]):
        shown, status = bound.on_a_terminal(*command)
        assert status == 0
        plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
        assert max(len(line.rstrip()) for line in plain.splitlines()) <= 80
    bound.environment = {"COLUMNS": "80"}
    assert "\x1b[" in bound.on_a_terminal("checklist")[0]


# As files


def test_markdown(bound: Command, tmp_path: Path) -> None:
    file = tmp_path / "checklist.md"
    told = bound.done("checklist", "--format", "markdown", "--output", file)
    assert "of the checklist as markdown to" in told
    assert HOST in file.read_text()
    assert bound.refused("checklist", "--format", "markdown", "--output", file)["code"] == "file-exists"
    bound.done("checklist", "--format", "markdown", "--output", file, "--force", "--group", "mdx-toolkit")
    assert HOST not in file.read_text()


def test_csv(bound: Command) -> None:
    answer = bound.json("checklist", "--format", "csv")
    assert (answer["format"], answer["file"], answer["encoding"]) == ("csv", None, "text")
    assert len(list(csv.reader(io.StringIO(answer["content"])))) == len(rows(bound)) + 1
    assert bound.done("checklist", "--format", "csv").splitlines() == answer["content"].splitlines()


def test_a_calendar_of_the_expiries(bound: Command, tmp_path: Path) -> None:
    file = tmp_path / "expiries.ics"
    answer = bound.json("checklist", "--format", "ics", "--out", file)
    assert (answer["file"], answer["content"]) == (str(file), None)
    data = file.read_bytes()
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert data.count(b"BEGIN:VEVENT") == len(
        {row["certificate_id"] for row in rows(bound).values() if row["certificate_id"]}
    )


@pytest.mark.parametrize("options", [["--output", "x"], ["--format", "csv", "--force"], ["--group", "other"]])
def test_clumsy_exports(bound: Command, options: list[str]) -> None:
    assert bound.run("checklist", *options).exit_code == 2


# Impact


def test_what_is_stopped_now(bound: Command) -> None:
    answer = bound.json("impact")
    assert {one["need"] for one in answer["consequences"]} >= {"saml", "android-keystore"}
    one = next(one for one in answer["consequences"] if one["need"] == "android-keystore")
    assert (one["capability"], one["level"], one["reason"], one["platforms"], one["since"], one["devices"]) == (
        "android-upgrade",
        "stopped",
        "missing",
        ["android"],
        None,
        0,
    )
    text = bound.done("impact")
    assert (
        "  users have to sign on to Citrix Files by themselves, or can't: SAML certificate (Citrix Files) is miss"
        in text
    )


def test_what_will_be_stopped(bound: Command) -> None:
    assert all(one["need"] != "apns" for one in bound.json("impact", "--at", at(7))["consequences"])
    later = bound.json("impact", "--at", at(10))
    push = [one for one in later["consequences"] if one["need"] == "apns"]
    assert [(one["capability"], one["reason"], one["platforms"]) for one in push] == [
        ("enrollment", "expired", ["ios", "macos"]),
        ("device-management", "expired", ["ios", "macos"]),
    ]
    assert later["at"] == f"{at(10)}T00:00:00Z"
    told = bound.done("impact", "--at", at(10))
    assert "APNs certificate for device management (#4 com.apple.mgmt.External.1) has expired" in told


def test_what_begins_until_then(bound: Command) -> None:
    events = bound.json("impact", "--for", "90d")["events"]
    assert [{one["need"] for one in event["began"]} for event in events] == [{"apns"}, {"mdm-ssl"}]
    assert all(event["ended"] == [] for event in events)
    assert "  no device reaches the server: SSL certificate for the MDM FQDN (#1" in bound.done(
        "impact", "--for", "90d"
    )
    assert bound.json("impact", "--for", "2d")["events"] == []
    assert bound.done("impact", "--for", "2d").startswith("nothing stops or recovers before ")


def test_what_ends_and_nothing_depends_on(bound: Command) -> None:
    bound.done("component", "unbind", "mdm-ssl", "--yes")
    found = bound.json("impact", "--for", "90d")
    unused = {one["certificate_id"]: one for one in found["unused"]}
    assert unused[1]["not_after"] <= found["until"]
    day = unused[1]["not_after"][:10]
    told = bound.done("impact", "--for", "90d")
    assert f"#1 {HOST} ends on {day}; nothing is known to depend on it\n" in told
    assert bound.json("impact", "--for", "2d")["unused"] == []


def test_what_depends_on_one(bound: Command) -> None:
    (one,) = bound.json("impact", "--certificate", 3)["depends"]
    assert (one["need"], one["through_chain"], one["waits"]) == ("mdm-ssl", True, False)
    assert [effect["capability"] for effect in one["effects"]] == ["enrollment", "check-in"]
    told = bound.done("impact", "--certificate", 1)
    assert told.startswith(f"#1 {HOST}: valid, 82 days left\n")
    assert "  then stopped: no device can enroll (all platforms; 0 devices)\n" in told
    bound.done("component", "unbind", "mdm-ssl", "--yes")
    assert bound.done("impact", "--certificate", 1).endswith("nothing depends on it\n")
    assert bound.refused("impact", "--certificate", 99)["code"] == "not-found"


@pytest.mark.parametrize(
    "options",
    [
        ["--at", "2026-01-05", "--for", "1d"],
        ["--for", "1d", "--certificate", "1"],
        ["--at", "2000-01-01"],
        ["--at", "x"],
    ],
)
def test_clumsy_questions(bound: Command, options: list[object]) -> None:
    assert bound.run("impact", *options).exit_code == 2


def test_a_fleet_whose_push_certificate_lapses(certfleet: Command) -> None:
    certfleet.done(
        "simulate", "fleet", "--devices", 12, "--mix", "ios=2,android=1", "--start", "2026-01-05", "--churn", 0
    )
    apple = certfleet.json("device", "list", "--platform", "ios")["devices"]
    push = rows(certfleet)["apns", ""]
    assert (push["devices"], push["level"]) == (len(apple), "fine")
    certfleet.done("simulate", "run", "--for", "366d")
    assert rows(certfleet)["apns", ""]["level"] == "stopped"
    stopped = [one for one in certfleet.json("impact")["consequences"] if one["need"] == "apns"]
    assert [one["capability"] for one in stopped] == ["enrollment", "device-management"]
    assert {one["devices"] for one in stopped} == {len(apple)}
    assert certfleet.refused("device", "enroll", apple[0]["id"])["code"] == "apns-expired"


def test_no_workspace(certfleet: Command) -> None:
    for command in (
        ["checklist"],
        ["impact"],
        ["component", "list"],
        ["trust", "list"],
        ["task", "list"],
        ["site", "show"],
    ):
        assert certfleet.refused(*command)["code"] == "workspace-missing"
    assert not certfleet.workspace.exists()
