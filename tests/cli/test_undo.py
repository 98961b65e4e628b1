"""Undoing from the command line, and a line of the audit trail in full."""

from __future__ import annotations

import shlex

import pytest

from .conftest import Command


def newest(command: Command) -> int:
    """The id of the newest audit line."""
    return int(command.json("audit", "list", "--limit", 1)["audit"][0]["id"])


def test_undo_takes_the_newest_change_back(filled: Command) -> None:
    filled.done("component", "bind", "mdm-ssl", 1)
    filled.done("component", "unbind", "mdm-ssl", "--yes")
    line = newest(filled)
    told = filled.done("undo", "--dry-run")
    assert "works again" in told
    assert filled.json("component", "list")["components"][0]["certificate_id"] is None
    undone = filled.json("undo")
    assert (undone["undone"]["id"], undone["line"]["action"]) == (line, "change.undo")
    assert filled.json("component", "list")["components"][0]["certificate_id"] == 1
    filled.done("undo", undone["line"]["id"], "--yes")
    assert filled.json("component", "list")["components"][0]["certificate_id"] is None


def test_an_undo_that_stops_something_asks(filled: Command) -> None:
    filled.done("component", "bind", "mdm-ssl", 1)
    filled.done("component", "unbind", "mdm-ssl", "--yes")
    filled.done("undo")
    result = filled.run("undo", newest(filled))
    assert (result.exit_code, "error: would-stop: " in result.stderr) == (1, True)
    filled.done("undo", newest(filled), "--yes")
    assert filled.json("component", "list")["components"][0]["certificate_id"] is None


def test_a_line_in_full(filled: Command) -> None:
    filled.done("certificate", "describe", 1, "Ann's server")
    line = newest(filled)
    shown = filled.done("audit", "show", line)
    assert "can be undone" in shown
    document = filled.json("audit", "show", line)
    assert document["undo"] == {"possible": True, "code": None, "why": None}
    assert shlex.split(document["commands"][0]) == ["certfleet", "certificate", "describe", "1", "Ann's server"]
    filled.done("undo")
    assert filled.json("audit", "show", line)["undo"]["code"] == "undo-overtaken"


@pytest.mark.parametrize(
    "words",
    [
        "certificate describe 1 'of the server'",
        "component bind mdm-ssl 1",
        "component use saml not-used",
        "site set --apns-grace-days 5 --mdm-fqdn mdm.example.com --no-drills --gateway-notice-days 20,10",
        "site set --expiring 45d,1/2 --expiring apns=60d,1/3",
        "site freeze add 2026-12-20..2027-01-03 --why 'year end'",
        "owner set certificate 1 --owner ann@example.com --runbook 'call \"Bob\"'",
        "policy create Phones --server vpn.example.com --identity-type serial-number --platform ios --everybody",
        "trust deploy 3",
        "certificate delete 1",
    ],
)
def test_the_commands_do_the_same_again(filled: Command, words: str) -> None:
    """Done, undone, and done again as the commands say: the audit trail tells the same."""
    filled.done(*shlex.split(words), "--yes")
    line = filled.json("audit", "list", "--limit", 1)["audit"][0]
    commands = filled.done("audit", "show", line["id"], "--as-commands").splitlines()
    if line["action"] != "certificate.delete":  # whose key is destroyed
        filled.done("undo", line["id"], "--yes")
        for command in commands:
            filled.done(*shlex.split(command)[1:], "--yes")
        again = filled.json("audit", "list", "--limit", 1)["audit"][0]
        assert (again["action"], again["summary"]) == (line["action"], line["summary"])
    else:
        assert commands == ["certfleet certificate delete 1"]
