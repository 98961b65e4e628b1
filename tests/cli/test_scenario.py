"""Scenarios from the command line: listed, checked, started, worked on, and debriefed."""

from __future__ import annotations

from pathlib import Path

from .conftest import Command

LESSON = """\
title = "A night without a server"
about = "An outage"
text = "It is Monday."
debrief = "It passes."
start = 2026-01-05T00:00:00Z
length = "2d"

[fleet]
devices = 8
mix = { android = 1 }

[[event]]
after = "5h"
do = "outage"
service = "server"
length = "6h"
text = "The server does not answer."

[[objective]]
title = "A new CA group"
points = 10
check = "acts"
action = "authority.refresh"
least = 1
missed = "Nobody requested one."

[[hint]]
text = "Refresh."
cost = 3

[[solution]]
do = "refresh-authority"
after = "1h"
"""


def test_they_are_listed_and_checked(certfleet: Command, tmp_path: Path) -> None:
    listed = certfleet.json("scenario", "list")["scenarios"]
    assert {"name", "title", "about", "points"} <= listed[0].keys()
    assert "apns-last-ten-days" in certfleet.done("scenario", "list")
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(LESSON)
    bad.write_text(LESSON.replace("cost = 3", "price = 3"))
    assert "no mistake found" in certfleet.done("scenario", "check", good)
    assert "the best way known gets 10 of 10 points" in certfleet.done("scenario", "check", good, "--play")
    played = certfleet.json("scenario", "check", good, "--play")["played"]
    assert (played["idle"]["points"], played["best"]["points"]) == (0, 10)
    result = certfleet.run("scenario", "check", bad)
    assert result.exit_code == 1
    assert "line 29: 'price' is not a field of a hint" in result.stdout
    assert certfleet.refused("scenario", "start", bad)["code"] == "scenario-invalid"
    assert not certfleet.workspace.exists()


def test_one_is_worked_on_to_its_debrief(certfleet: Command, tmp_path: Path) -> None:
    file = tmp_path / "night.toml"
    file.write_text(LESSON)
    assert certfleet.json("scenario", "start", file, "--dry-run")
    assert not certfleet.workspace.exists()
    begun = certfleet.done("scenario", "start", file)
    assert "A night without a server" in begun
    assert "open, now not met: authority.refresh: 0 times" in begun
    assert certfleet.refused("scenario", "start", file)["code"] == "workspace-in-use"

    assert "it costs 3 points" in certfleet.done("scenario", "hint")
    assert certfleet.refused("scenario", "hint")["code"] == "no-hint"
    assert "2026-01-05 05:00  The server does not answer." in certfleet.done("simulate", "run", "--for", "8h")
    assert "server" in certfleet.done("simulate", "outages")
    early = certfleet.done("scenario", "report")
    assert "It passes." not in early
    assert "request CA group" not in early
    assert "told when it is over" in early
    status = certfleet.done("scenario", "status")
    assert "2026-01-05 05:00  The server does not answer." in status
    assert "40 h left" in status
    certfleet.done("authority", "refresh")
    last = certfleet.done("simulate", "run", "--for", "40h")
    assert "2026-01-07 00:00  objective 1, A new CA group: met, authority.refresh: 1 time" in last
    assert "The server does not answer" not in last
    assert "the scenario is over" in last
    end = certfleet.json("scenario", "status")["status"]
    assert (end["over"], end["points"], end["most"], end["hint_cost"]) == (True, 7, 10, 3)
    report = certfleet.done("scenario", "report")
    assert "It passes." in report
    assert "CA group group-2 requested" in report
    assert "It gets 10 of 10 points" in report
    document = certfleet.json("scenario", "report")
    assert [act["action"] for act in document["acts"]] == ["authority.refresh"]


def test_the_solution_is_told_before_the_end_to_somebody_who_asks_for_it(certfleet: Command, tmp_path: Path) -> None:
    file = tmp_path / "night.toml"
    file.write_text(LESSON)
    certfleet.done("scenario", "start", file)
    assert certfleet.json("scenario", "report")["solution"] is None
    assert "It gets 10 of 10 points" in certfleet.done("scenario", "report", "--solution")
    assert "It passes." in certfleet.done("scenario", "report")
    assert certfleet.json("scenario", "status")["status"]["saw_solution"]
    assert "scenario.solution" in certfleet.done("audit", "list")


FILES = """
[[file]]
make = "saml-certificate"
name = "saml.p12"
password = "secret-1"

[[file]]
make = "server-certificate"
name = "gateway.pem"
key = "gateway.key"
host = "gateway"
after = "1d"
"""


def test_files_are_handed_over_beside_the_workspace(certfleet: Command, tmp_path: Path) -> None:
    file = tmp_path / "night.toml"
    file.write_text(LESSON + FILES)
    folder = certfleet.workspace.with_name(f"{certfleet.workspace.name}-files")
    certfleet.json("scenario", "start", file, "--dry-run")
    assert not folder.exists()
    begun = certfleet.json("scenario", "start", file)
    assert (begun["folder"], begun["files"]) == (str(folder), ["saml.p12"])
    assert [one.name for one in folder.iterdir()] == ["saml.p12"]
    assert "no new files" in certfleet.done("scenario", "files")
    certfleet.done("simulate", "run", "--for", "1d")
    assert "2 new files: gateway.pem, gateway.key" in certfleet.done("scenario", "files")
    other = tmp_path / "other"
    assert len(certfleet.json("scenario", "files", other)["files"]) == 3
    assert {one.name for one in other.iterdir()} == {"saml.p12", "gateway.pem", "gateway.key"}
    gateway = certfleet.json("certificate", "import", folder / "gateway.pem", "--key", folder / "gateway.key")[
        "imported"
    ][0]
    assert gateway["has_private_key"]


def test_files_that_are_there_are_not_overwritten(certfleet: Command, tmp_path: Path) -> None:
    file, folder = tmp_path / "night.toml", tmp_path / "mine"
    file.write_text(LESSON + FILES)
    folder.mkdir()
    (folder / "saml.p12").write_bytes(b"mine")
    assert certfleet.refused("scenario", "start", file, "--files", folder)["code"] == "file-exists"
    assert not certfleet.workspace.exists()
    assert certfleet.done("scenario", "start", file, "--files", tmp_path / "new")
    assert (tmp_path / "new" / "saml.p12").exists()


def test_a_workspace_without_a_scenario(certfleet: Command) -> None:
    certfleet.done("simulate", "company", "--start", "2026-01-05")
    for verb in ("files", "status", "hint", "report"):
        assert certfleet.refused("scenario", verb)["code"] == "no-scenario"


def test_its_workspace_can_be_exported_and_imported(certfleet: Command, tmp_path: Path) -> None:
    file, copy = tmp_path / "night.toml", tmp_path / "copy.json"
    file.write_text(LESSON)
    certfleet.done("scenario", "start", file)
    certfleet.done("workspace", "export", copy)
    other = Command(tmp_path / "other")
    other.done("workspace", "import", copy, "--key-file", certfleet.workspace / "vault.key")
    assert other.json("scenario", "status") == certfleet.json("scenario", "status")
