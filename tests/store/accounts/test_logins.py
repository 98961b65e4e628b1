"""Logging in: the token, what is refused, and the lock-out."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest

from certfleet.store.accounts.accounts import Accounts
from certfleet.store.accounts.lockout import FAILURES, LOCKED_FOR, WITHIN, locked_until
from certfleet.store.accounts.logins import Logins
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role
from certfleet.store.workspace import Workspace
from tests.store.accounts.conftest import NEW_PASSWORD, PASSWORD
from tests.store.conftest import content

SECOND = timedelta(seconds=1)


def fail(logins: Logins, name: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(Refusal, match="login-failed"):
            logins.login(name, "a wrong password")


def actions(workspace: Workspace) -> list[str]:
    return [line.action for line in reversed(workspace.audit.tail()) if line.action.startswith("account.")]


def test_of_a_token_only_its_hash_is_kept(workspace: Workspace, logins: Logins, ann: str) -> None:
    token = logins.login("ANN", PASSWORD, origin="192.0.2.7")
    assert len(token) == 43  # 32 bytes, as RFC 4648 writes them for URLs
    assert logins.account_of(token).name == "Ann"
    exported = content(workspace)
    assert hashlib.sha256(token.encode()).hexdigest().encode() in exported
    assert token.encode() not in exported
    assert token not in f"{logins.sessions()}{workspace.audit.tail()}"
    assert logins.login(ann, PASSWORD) != token


def test_logging_in_and_out_leaves_a_line_in_the_name_of_the_account(
    workspace: Workspace, accounts: Accounts, logins: Logins, wall: FixedClock
) -> None:
    accounts.add("vera", Role.VIEWER, PASSWORD)
    token = logins.login("vera", PASSWORD, origin="192.0.2.7")
    assert accounts.get("vera").last_login_at == wall.now()
    logins.logout(token)
    lines = workspace.audit.tail(2)
    assert [(line.user, line.origin, line.action) for line in lines] == [
        ("vera", "192.0.2.7", "account.logout"),
        ("vera", "192.0.2.7", "account.login"),
    ]
    for _ in range(2):
        with pytest.raises(Refusal, match="not-logged-in"):
            logins.logout(token)


def test_a_failed_login_does_not_tell_what_was_wrong(workspace: Workspace, logins: Logins, ann: str) -> None:
    told = []
    for name in (ann, "nobody", "", "\ud800", "x" * 10_000):
        with pytest.raises(Refusal) as refused:
            logins.login(name, "a wrong password", origin="192.0.2.7")
        told.append((refused.value.code, refused.value.message, refused.value.hint))
    assert set(told) == {("login-failed", "the name or the password is wrong", None)}
    line = workspace.audit.about("account:1")[0]
    assert (line.user, line.origin, line.summary) == ("certfleet", "192.0.2.7", "login failed as Ann")


def test_what_was_typed_in_is_in_no_line(workspace: Workspace, logins: Logins, ann: str) -> None:
    with pytest.raises(Refusal, match="login-failed"):
        logins.login(PASSWORD, ann)  # into the wrong fields
    with pytest.raises(Refusal, match="login-failed"):
        logins.login(ann, NEW_PASSWORD)
    kept = content(workspace)
    assert PASSWORD.encode() not in kept
    assert NEW_PASSWORD.encode() not in kept


@pytest.mark.parametrize("name", ["Ann", "Nobody"])
def test_five_failures_in_a_row_lock_for_a_quarter_of_an_hour(
    logins: Logins, ann: str, wall: FixedClock, name: str
) -> None:
    fail(logins, name, FAILURES - 1)
    fail(logins, name.upper())
    for password in (PASSWORD, "a wrong password"):
        with pytest.raises(Refusal, match="account-locked") as refused:
            logins.login(name, password)
        assert "2031-01-01 00:15:00 UTC" in refused.value.message
    wall.at += LOCKED_FOR - SECOND
    with pytest.raises(Refusal, match="account-locked"):
        logins.login(name, PASSWORD)
    wall.at += SECOND
    fail(logins, name)
    if name == ann:
        assert logins.account_of(logins.login(name, PASSWORD)).name == ann


def test_a_success_in_between_and_failures_of_long_ago_do_not_count(logins: Logins, ann: str, wall: FixedClock) -> None:
    fail(logins, ann, FAILURES - 1)
    logins.login(ann, PASSWORD)
    fail(logins, ann, FAILURES - 1)
    wall.at += WITHIN
    fail(logins, ann, FAILURES - 2)
    wall.at += WITHIN / 2
    fail(logins, ann)
    wall.at += WITHIN / 2  # those before the last one are a quarter of an hour old
    fail(logins, ann, FAILURES - 2)
    logins.login(ann, PASSWORD)


def test_a_lock_is_seen_by_everybody_and_lasts_over_a_restart(
    workspace: Workspace, accounts: Accounts, logins: Logins, ann: str, wall: FixedClock
) -> None:
    fail(logins, ann, FAILURES)
    assert locked_until(accounts.get(ann).failures, wall.now()) == wall.now() + LOCKED_FOR
    with Workspace.open(workspace.path) as other:
        again = Logins(other.database, audit=other.audit, now=wall.now)
        with pytest.raises(Refusal, match="account-locked"):
            again.login(ann, PASSWORD)


def test_an_administrator_unlocks(workspace: Workspace, accounts: Accounts, logins: Logins, ann: str) -> None:
    fail(logins, ann, FAILURES)
    accounts.unlock(ann)
    logins.login(ann, PASSWORD)
    fail(logins, ann, FAILURES)
    accounts.set_password(ann, NEW_PASSWORD)
    logins.login(ann, NEW_PASSWORD)
    assert actions(workspace)[-3:] == ["account.lock", "account.password", "account.login"]


def test_a_clock_that_was_wrong_locks_nobody_out_for_years(logins: Logins, ann: str, wall: FixedClock) -> None:
    wall.at += timedelta(days=4000)
    fail(logins, ann, FAILURES)
    wall.at -= timedelta(days=4000)
    logins.login(ann, PASSWORD)


def test_guessing_leaves_few_lines(workspace: Workspace, logins: Logins, ann: str) -> None:
    fail(logins, ann, FAILURES)
    for _ in range(100):
        with pytest.raises(Refusal, match="account-locked"):
            logins.login(ann, "another guess")
    for number in range(2 * FAILURES):
        fail(logins, f"somebody {number}")
    lines = actions(workspace)[1:]
    assert lines.count("account.lock") == 1
    assert lines.count("account.login-failed") == FAILURES + FAILURES
    assert workspace.audit.tail(1)[0].summary.endswith("more of them leave no line for 15 minutes")


def test_guesses_that_come_at_once_are_not_more_than_those_that_come_in_turn(
    workspace: Workspace, logins: Logins, ann: str
) -> None:
    told: list[str] = []

    def guess() -> None:
        try:
            logins.login(ann, "a wrong password")
        except Refusal as refusal:
            told.append(refusal.code)

    guessing = [threading.Thread(target=guess) for _ in range(20)]
    for thread in guessing:
        thread.start()
    for thread in guessing:
        thread.join()
    assert told.count("login-failed") == FAILURES
    assert told.count("account-locked") == 20 - FAILURES


def test_who_is_removed_or_gets_a_new_password_meanwhile_does_not_get_in(
    accounts: Accounts, logins: Logins, ann: str
) -> None:
    token = logins.login(ann, PASSWORD)
    accounts.set_password(ann, NEW_PASSWORD)
    with pytest.raises(Refusal, match="not-logged-in"):
        logins.account_of(token)
    fail(logins, ann)
    token = logins.login(ann, NEW_PASSWORD)
    accounts.remove(ann)
    with pytest.raises(Refusal, match="not-logged-in"):
        logins.account_of(token)
    with pytest.raises(Refusal, match="login-failed"):
        logins.login(ann, NEW_PASSWORD)
    again = accounts.add(ann, Role.VIEWER, PASSWORD)
    with pytest.raises(Refusal, match="not-logged-in"):
        logins.account_of(token)
    assert logins.account_of(logins.login(ann, PASSWORD)) == accounts.get(again.name)
