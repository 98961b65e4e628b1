"""The effects of a command: tried, reported, confirmed, and expected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Command, Material

HOST = "mdm.company.example"
UNBIND = ("component", "unbind", "mdm-ssl")


@pytest.fixture
def bound(filled: Command) -> Command:
    """The server's certificate is in use."""
    filled.done("component", "bind", "mdm-ssl", 1)
    return filled


def test_a_dry_run_says_what_would_stop_and_changes_nothing(bound: Command) -> None:
    before = bound.json("component", "list"), bound.json("audit", "list")
    told = bound.done(*UNBIND, "--dry-run").splitlines()
    assert len(told) <= 12
    assert told[0].startswith("1 part of the deployment stops")
    assert told[1].startswith("Code of these consequences: ")
    assert any(line.startswith("stops at once: no device can enroll") for line in told)
    assert any(line.startswith("Undo: bind #1 ") for line in told)
    assert told[-1].startswith("STOPS: ")
    assert (bound.json("component", "list"), bound.json("audit", "list")) == before


def test_programs_get_everything(bound: Command) -> None:
    effects = bound.json(*UNBIND, "--dry-run")["effects"]
    assert effects["harmful"] is True
    assert {one["capability"] for one in effects["capabilities"]} >= {"enrollment", "check-in"}
    assert effects["entries"] == [
        {
            "id": 1,
            "title": "mdm.company.example",
            "alteration": "loses-place",
            "what": "SSL certificate for the MDM FQDN",
        }
    ]
    assert effects["undo"]["possible"] is True


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (UNBIND, 4),
        (("certificate", "describe", 1, "of the server"), 3),
        (("component", "bind", "mdm-ssl", 1), 0),
        (("component", "unbind", "saml"), 1),
    ],
)
def test_the_exit_status_says_how_bad_it_is(bound: Command, arguments: tuple[object, ...], status: int) -> None:
    assert bound.run(*arguments, "--dry-run", "--exit-code").exit_code == status


@pytest.mark.parametrize("options", [["--exit-code"], ["--dry-run", "--yes"], ["--dry-run", "--expect", "X"]])
def test_options_that_don_t_go_together(bound: Command, options: list[str]) -> None:
    assert bound.run(*UNBIND, *options).exit_code == 2


def test_without_a_terminal_it_is_refused(bound: Command) -> None:
    result = bound.run(*UNBIND)
    assert result.exit_code == 1
    assert "error: would-stop: nothing was changed: STOPS: " in result.stderr
    assert "stops at once: no device can enroll" in result.stderr
    document = json.loads(bound.run(*UNBIND, json=True).stderr)
    assert (document["error"]["code"], document["effects"]["harmful"]) == ("would-stop", True)
    assert bound.json("component", "list")["components"][0]["certificate_id"] == 1


def test_a_person_is_asked(bound: Command) -> None:
    shown, status = bound.on_a_terminal(*UNBIND, answers=[("[y/N]", "n\n")])
    assert (status, "stops at once: no device can enroll" in shown) == (1, True)
    assert bound.json("component", "list")["components"][0]["certificate_id"] == 1
    shown, status = bound.on_a_terminal(*UNBIND, answers=[("[y/N]", "y\n")])
    assert status == 0
    assert bound.json("component", "list")["components"][0]["certificate_id"] is None


def test_only_if_it_is_still_so(bound: Command) -> None:
    code = bound.json(*UNBIND, "--dry-run")["effects"]["code"]
    refused = bound.run(*UNBIND, "--expect", "AAAAAAAA")
    assert (refused.exit_code, "effects-changed" in refused.stderr) == (1, True)
    assert bound.json("component", "list")["components"][0]["certificate_id"] == 1
    bound.done(*UNBIND, "--expect", code.lower())
    assert bound.json("component", "list")["components"][0]["certificate_id"] is None


def test_a_dry_run_writes_no_file_and_makes_no_workspace(
    certfleet: Command, material: Material, tmp_path: Path
) -> None:
    target = tmp_path / "mdm.csr"
    certfleet.done("certificate", "request", "--subject", "CN=mdm.example.com", "--output", target, "--dry-run")
    certfleet.done("certificate", "import", material / "chain.pem", "--dry-run")
    assert not target.exists()
    assert not certfleet.workspace.exists()
