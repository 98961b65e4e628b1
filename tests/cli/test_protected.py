"""A protected workspace on the command line: its name has to be said before something stops."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Command

UNBIND = ("component", "unbind", "mdm-ssl")
NAME = ("--workspace-name", "Production")


@pytest.fixture
def protected(filled: Command) -> Command:
    """The server's certificate is in use, and the workspace is called Production."""
    filled.done("component", "bind", "mdm-ssl", 1)
    filled.done("site", "set", "--protected-name", "Production")
    return filled


def refusal(workspace: Command, *arguments: object) -> str:
    """The code."""
    result = workspace.run(*arguments, json=True)
    assert result.exit_code == 1, result.output
    return str(json.loads(result.stderr)["error"]["code"])


def bound(workspace: Command) -> object:
    return workspace.json("component", "list")["components"][0]["certificate_id"]


def test_yes_is_not_enough(protected: Command) -> None:
    result = protected.run(*UNBIND, "--yes")
    assert result.exit_code == 1
    assert "error: workspace-protected: nothing was changed: the workspace is protected" in result.stderr
    assert "STOPS: " in result.stderr
    assert "--workspace-name" in result.stderr
    document = json.loads(protected.run(*UNBIND, "--yes", json=True).stderr)
    assert (document["error"]["code"], document["effects"]["harmful"]) == ("workspace-protected", True)
    assert bound(protected) == 1


def test_nor_is_the_code_of_a_dry_run(protected: Command) -> None:
    code = protected.json(*UNBIND, "--dry-run")["effects"]["code"]
    assert refusal(protected, *UNBIND, "--expect", code) == "workspace-protected"
    protected.done(*NAME, *UNBIND, "--expect", code)
    assert bound(protected) is None


def test_the_name_alone_is_not_enough_either(protected: Command) -> None:
    assert refusal(protected, *NAME, *UNBIND) == "would-stop"
    protected.done(*NAME, *UNBIND, "--yes")
    assert bound(protected) is None


def test_another_name_is_refused(protected: Command) -> None:
    result = protected.run("--workspace-name", "Rehearsal", *UNBIND, "--yes")
    assert (result.exit_code, "'Rehearsal' is not its name" in result.stderr) == (1, True)


def test_what_stops_nothing_is_free(protected: Command) -> None:
    protected.done("certificate", "describe", 1, "of the server")
    protected.done(*UNBIND, "--dry-run")


def test_a_person_types_the_name(protected: Command) -> None:
    shown, status = protected.on_a_terminal(*UNBIND, answers=[("go ahead", "production\n")])
    assert (status, "stops at once: no device can enroll" in shown) == (1, True)
    assert "that is not the workspace's name" in shown
    assert bound(protected) == 1
    shown, status = protected.on_a_terminal(*UNBIND, "--yes", answers=[("go ahead", "Production\n")])
    assert (status, bound(protected)) == (0, None)


def test_the_protection_ends_with_the_name_only(protected: Command) -> None:
    off = ("site", "set", "--protected-name", "")
    assert refusal(protected, *off, "--yes") == "workspace-protected"
    protected.done(*NAME, *off)
    protected.done(*UNBIND, "--yes")


def test_a_backup_does_not_take_its_place(protected: Command, tmp_path: Path) -> None:
    backup = tmp_path / "safe.backup"
    protected.done("workspace", "backup", backup)
    assert refusal(protected, "workspace", "restore", backup, "--yes") == "workspace-protected"
    protected.done(*NAME, "workspace", "restore", backup, "--yes")


def test_a_branch_is_a_rehearsal(protected: Command, tmp_path: Path) -> None:
    protected.done("moment", "save", "before")
    protected.done("moment", "branch", "before", tmp_path / "branch")
    branch = ("--workspace", tmp_path / "branch")
    assert protected.json(*branch, "site", "show")["site"]["protected_name"] == ""
    protected.done(*branch, *UNBIND, "--yes")
    assert bound(protected) == 1


def test_a_name_that_nobody_can_type(protected: Command) -> None:
    assert refusal(protected, *NAME, "site", "set", "--protected-name", "x" * 61) == "setting-invalid"
