"""The effects of a command: tried, reported, confirmed, and expected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from certfleet.store.model.component import Use
from certfleet.store.model.device import DeviceIdentity, Platform
from certfleet.store.workspace import Workspace
from tests.material import ec_key
from tests.store.devices.handset import signing_request

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


@pytest.mark.parametrize(
    "options", [["--exit-code"], ["--dry-run", "--yes"], ["--dry-run", "--expect", "X"], ["--expect", ""]]
)
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


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "end of input"])
def test_leaving_the_question_changes_nothing(bound: Command, key: str) -> None:
    _, status = bound.on_a_terminal(*UNBIND, answers=[("[y/N]", key)])
    assert status == 130
    assert bound.json("component", "list")["components"][0]["certificate_id"] == 1


def test_a_yes_through_a_pipe_is_nobody_s(bound: Command) -> None:
    assert bound.program(*UNBIND, input=b"y\ny\n").returncode == 1
    assert bound.json("component", "list")["components"][0]["certificate_id"] == 1


def test_a_refusal_says_no_more_than_a_dry_run(bound: Command) -> None:
    *lines, error, hint = bound.run(*UNBIND).stderr.splitlines()
    assert len(lines) <= 10
    assert error.startswith("error: would-stop: nothing was changed: STOPS: ")
    assert hint.startswith("hint: ")
    assert not [line for line in lines if line.startswith("STOPS: ")]  # the error repeats it


def test_another_process_changed_something_in_between(bound: Command) -> None:
    code = bound.json(*UNBIND, "--dry-run")["effects"]["code"]
    with Workspace.open(bound.workspace) as other:
        other.components.unbind("mdm-ssl")
    refused = bound.run(*UNBIND, "--expect", code)
    assert (refused.exit_code, "effects-changed" in refused.stderr) == (1, True)
    with Workspace.open(bound.workspace) as other:
        other.components.bind("mdm-ssl", 1)
    bound.done(*UNBIND, "--expect", code)


def test_asked_again_where_another_process_made_it_worse(bound: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(question: str, **options: object) -> bool:
        asked.append(question)
        if len(asked) == 1:  # the workspace is free while somebody thinks
            with Workspace.open(bound.workspace) as other:
                other.devices.add(DeviceIdentity(platform=Platform.IOS, model_name="iPhone", serial_number="A"))
                other.components.set_use("apns", Use.NOT_USED)
                other.trust.set_preinstalled(3, True)
                other.devices.enroll(1, signing_request(ec_key()))
        return True

    monkeypatch.setattr("certfleet.cli.frame.changing.interactive", lambda: True)
    monkeypatch.setattr("click.confirm", answer)
    bound.done(*UNBIND)
    assert len(asked) == 2  # one device more
    assert bound.json("component", "list")["components"][0]["certificate_id"] is None


def test_a_dry_run_writes_no_file_and_makes_no_workspace(
    certfleet: Command, material: Material, tmp_path: Path
) -> None:
    target = tmp_path / "mdm.csr"
    certfleet.done("certificate", "request", "--subject", "CN=mdm.example.com", "--output", target, "--dry-run")
    certfleet.done("certificate", "import", material / "chain.pem", "--dry-run")
    assert not target.exists()
    assert not certfleet.workspace.exists()
