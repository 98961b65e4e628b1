"""``certfleet admin``: accounts, their sessions, and when sessions end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from certfleet.store.accounts.lockout import FAILURES
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
from tests.cli.conftest import Command

PASSWORD, NEW_PASSWORD = "correct horse", "battery staple"


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password.txt"
    file.write_text(PASSWORD + "\n")
    return file


@pytest.fixture
def staffed(certfleet: Command, password: Path) -> Command:
    """A workspace with Ann, an administrator, and Ben, a viewer."""
    certfleet.done("admin", "add", "Ann", "--role", "administrator", "--password-file", password)
    certfleet.done("admin", "add", "Ben", "--role", "viewer", "--password-file", password)
    return certfleet


def log_in(certfleet: Command, name: str, password: str = PASSWORD) -> str:
    with Workspace.open(certfleet.workspace) as workspace:
        return workspace.logins.login(name, password, origin="192.0.2.7")


def test_an_account_is_added_to_a_new_workspace(certfleet: Command, password: Path) -> None:
    added = certfleet.json("admin", "add", "Ann", "--role", "administrator", "--password-file", password)["account"]
    assert (added["id"], added["name"], added["role"], added["locked_until"]) == (1, "Ann", "administrator", None)
    assert certfleet.json("admin", "list") == {"accounts": [added]}
    assert not {"password", "hash", "salt"} & added.keys()
    assert log_in(certfleet, "ann")
    (line,) = (line for line in certfleet.json("audit", "list")["audit"] if line["action"] == "account.add")
    assert line["summary"] == "account Ann added, an administrator"


def test_the_list_is_for_people_too(staffed: Command) -> None:
    log_in(staffed, "Ben")
    header, ann, ben = staffed.done("admin", "list").splitlines()
    assert header.split("  ")[0] == "ACCOUNT"
    assert ann.split()[:2] == ["Ann", "administrator"]
    assert ben.split()[:2] == ["Ben", "viewer"]
    for name in ("Ben", "Ann"):
        staffed.done("admin", "remove", name)
    assert staffed.done("admin", "list").startswith("no account; `certfleet admin add NAME")


def test_the_password_is_typed_twice(certfleet: Command) -> None:
    arguments = ("admin", "add", "Ann", "--role", "viewer")
    first, again = "New password of Ann:", "New password of Ann, once more:"
    shown, status = certfleet.on_a_terminal(*arguments, answers=[(first, "short\n"), (again, "short\n")])
    assert status == 1
    assert "error: password-not-accepted" in shown
    answers = [(first, PASSWORD + "\n"), (again, PASSWORD + "\n")]
    shown, status = certfleet.on_a_terminal(*arguments, answers=answers)
    assert status == 0, shown
    assert "added Ann, viewer" in shown
    assert PASSWORD not in shown
    assert log_in(certfleet, "Ann")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "ann", "--role", "viewer", "--password-file", "FILE"), "account-exists"),
        (("add", " x", "--role", "viewer", "--password-file", "FILE"), "account-name-invalid"),
        (("add", "Zoe", "--role", "viewer", "--password-file", "EMPTY"), "password-not-accepted"),
        (("add", "Zoe", "--role", "viewer"), "password-needed"),
        (("password", "Ann"), "password-needed"),
        (("password", "Zoe", "--password-file", "FILE"), "account-unknown"),
        (("remove", "Zoe"), "account-unknown"),
        (("unlock", "Zoe"), "account-unknown"),
        (("role", "Zoe", "viewer"), "account-unknown"),
        (("role", "Ann", "viewer"), "last-administrator"),
        (("remove", "Ann"), "last-administrator"),
    ],
)
def test_what_is_refused_changes_nothing(
    staffed: Command, password: Path, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    (tmp_path / "empty.txt").touch()
    files: dict[str, object] = {"FILE": password, "EMPTY": tmp_path / "empty.txt"}
    before = staffed.json("audit", "list")
    assert staffed.refused("admin", *(files.get(word, word) for word in arguments))["code"] == code
    assert staffed.json("audit", "list") == before


def test_a_new_password_ends_the_sessions(staffed: Command) -> None:
    log_in(staffed, "Ben")
    changed = staffed.json("admin", "password", "ben", "--password-file", "-", input=NEW_PASSWORD)
    assert changed["account"]["name"] == "Ben"
    assert staffed.json("admin", "sessions") == {"sessions": []}
    with pytest.raises(Refusal, match="login-failed"):
        log_in(staffed, "Ben")
    assert log_in(staffed, "Ben", NEW_PASSWORD)


def test_roles_are_changed_and_accounts_removed(staffed: Command) -> None:
    assert staffed.json("admin", "role", "ben", "administrator")["account"]["role"] == "administrator"
    assert staffed.done("admin", "role", "Ann", "operator") == "Ann is operator\n"
    assert staffed.json("admin", "remove", "Ann")["removed"][0]["name"] == "Ann"
    assert [account["name"] for account in staffed.json("admin", "list")["accounts"]] == ["Ben"]


def test_who_is_logged_in(staffed: Command) -> None:
    assert staffed.done("admin", "sessions") == "nobody is logged in\n"
    token = log_in(staffed, "Ben")
    (session,) = staffed.json("admin", "sessions")["sessions"]
    assert (session["account"], session["role"], session["origin"]) == ("Ben", "viewer", "192.0.2.7")
    assert session.keys() == {"id", "account", "role", "origin", "opened_at", "used_at", "ends_at"}
    shown = staffed.done("admin", "sessions")
    assert "192.0.2.7" in shown
    assert token not in shown


def test_a_locked_account_shows_and_is_unlocked(staffed: Command) -> None:
    for _ in range(FAILURES):
        with pytest.raises(Refusal, match="login-failed"):
            log_in(staffed, "Ben", "a wrong password")
    with pytest.raises(Refusal, match="account-locked"):
        log_in(staffed, "Ben")
    assert "locked until" in staffed.done("admin", "list")
    locked: list[Any] = [account["locked_until"] for account in staffed.json("admin", "list")["accounts"]]
    assert locked[0] is None
    assert locked[1].endswith("Z")
    assert staffed.json("admin", "unlock", "Ben")["account"]["locked_until"] is None
    assert log_in(staffed, "Ben")


def test_when_sessions_end(staffed: Command) -> None:
    assert staffed.json("admin", "timeout", "show") == {"timeout": {"kind": "inactivity", "minutes": 30}}
    said = staffed.done("admin", "timeout", "set", "--kind", "static", "--minutes", "480")
    assert said == "sessions end 480 minutes after the login\n"
    assert staffed.json("admin", "timeout", "set", "--minutes", "1")["timeout"] == {"kind": "static", "minutes": 1}
    assert staffed.done("admin", "timeout", "show") == "sessions end 1 minute after the login\n"
    for wrong in ((), ("--minutes", "0"), ("--minutes", "43201"), ("--kind", "never")):
        assert staffed.run("admin", "timeout", "set", *wrong).exit_code == 2


def test_a_missing_workspace_is_refused_by_what_only_looks(certfleet: Command) -> None:
    for arguments in (("list",), ("sessions",), ("remove", "Ann"), ("timeout", "show")):
        assert certfleet.refused("admin", *arguments)["code"] == "workspace-missing"
