"""Owners, acknowledging, drills and handovers from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prepared import Prepared

from .conftest import Command

ANN, BOB = "ann@company.example", "bob@company.example"


@pytest.fixture
def company(certfleet: Command, prepared: Prepared) -> Command:
    """The company on a virtual clock, which has been told of five ends to come."""
    return certfleet.after(prepared, "simulate company --start 2026-01-05")


def test_an_owner_is_set_and_shown(company: Command, tmp_path: Path) -> None:
    runbook = tmp_path / "runbook.txt"
    runbook.write_text("Call the network team.\nThen wait.\n")
    assert company.json("owner", "list") == {"owners": []}
    told = company.json("owner", "set", "certificate", 1, "--owner", ANN, "--deputy", BOB, "--runbook-file", runbook)
    assert told["answerable"] == {
        "owner": ANN,
        "deputy": BOB,
        "runbook": "Call the network team.\nThen wait.",
        "owner_by": "certificate:1",
    }
    assert company.json("owner", "show", "certificate", 1)["answerable"] == told["answerable"]
    assert "Then wait." in company.done("certificate", "show", 1)
    assert company.json("certificate", "show", 1)["answerable"] == told["answerable"]
    assert [one["id"] for one in company.json("certificate", "list", "--owner", ANN)["certificates"]] == [1]
    assert "OWNER" in company.done("certificate", "list")
    assert company.run("owner", "set", "certificate", 1).exit_code == 2
    assert company.run("owner", "set", "certificate", 1, "--runbook", "x", "--runbook-file", runbook).exit_code == 2


def test_notices_are_acknowledged(company: Command) -> None:
    done = company.done("notice", "ack", 1, 2, "--for", "3d").splitlines()
    assert [line.partition(":")[0] for line in done] == ["notice 1", "notice 2"]
    assert done[0].endswith("until 2026-01-08 00:00 UTC")
    assert "until 2026-01-08" in company.done("notice", "show", 1)
    assert company.done("notice", "ack", 1, "--withdraw") == "notice 1: nobody deals with it\n"
    assert company.run("notice", "ack", 1, "--withdraw", "--for", "3d").exit_code == 2


def test_a_drill_and_a_handover(company: Command) -> None:
    company.done("site", "set", "--default-owner", ANN, "--escalation-hours", 48)
    assert "after 48 hours" in company.done("site", "show")
    (asked,) = company.json("notice", "drill")["drill"]
    assert (asked["person"], asked["answered_by"]) == (ANN, "")
    company.done("simulate", "fleet", "--devices", 3)
    company.done("simulate", "run", "--for", "8d")
    (row,) = company.json("checklist", "--group", "notices")["checklist"]
    assert (row["name"], row["status"]) == (f"{ANN} doesn't answer", "worry")
    company.done("notice", "ack", asked["notice_id"])
    assert company.json("checklist", "--group", "notices")["checklist"] == []
    assert company.json("notice", "drill", "--list")["drill"][0]["answered_by"]

    assert company.refused("handover", ANN, BOB)["code"] == "confirmation-needed"
    assert company.json("handover", ANN, BOB, "--dry-run")["held"]["owner_of"] == ["site"]
    shown, status = company.on_a_terminal("handover", ANN, BOB, answers=[("Hand over to", "n\n")])
    assert (status, "owner of whatever has no owner of its own" in shown) == (1, True)
    assert company.json("site", "show")["site"]["default_owner"] == ANN
    assert company.json("handover", ANN, BOB, "--yes")["held"]["owner_of"] == ["site"]
    assert company.json("site", "show")["site"]["default_owner"] == BOB
