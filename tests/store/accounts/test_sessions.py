"""Sessions: their duration, their person, and that checking one costs no write."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from certfleet.store.accounts.accounts import Accounts
from certfleet.store.accounts.logins import Logins
from certfleet.store.clock import FixedClock
from certfleet.store.errors import Refusal
from certfleet.store.model.account import Role, SessionSettings, Timeout
from certfleet.store.workspace import Workspace
from tests.store.accounts.conftest import PASSWORD
from tests.store.conftest import content

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_by_default_a_session_ends_half_an_hour_after_its_last_use(logins: Logins, ann: str, wall: FixedClock) -> None:
    token = logins.login(ann, PASSWORD)
    for _ in range(20):
        wall.at += 29 * MINUTE
        logins.account_of(token)
    wall.at += 30 * MINUTE - SECOND
    logins.account_of(token)
    wall.at += 30 * MINUTE
    with pytest.raises(Refusal, match="session-expired"):
        logins.account_of(token)
    assert logins.sessions() == ()


def test_a_static_session_ends_so_long_after_the_login(logins: Logins, ann: str, wall: FixedClock) -> None:
    logins.timeout.set(kind=Timeout.STATIC, minutes=60)
    token = logins.login(ann, PASSWORD, origin="192.0.2.7")
    (session,) = logins.sessions()
    assert (session.account, session.role, session.origin) == ("Ann", Role.ADMINISTRATOR, "192.0.2.7")
    assert session.ends_at == wall.now() + 60 * MINUTE
    for _ in range(59):
        wall.at += MINUTE
        logins.account_of(token)
    wall.at += MINUTE
    with pytest.raises(Refusal, match="session-expired"):
        logins.account_of(token)


def test_a_shorter_time_goes_for_open_sessions_too(
    workspace: Workspace, logins: Logins, ann: str, wall: FixedClock
) -> None:
    assert logins.timeout.get() == SessionSettings()
    token = logins.login(ann, PASSWORD)
    wall.at += 5 * MINUTE
    logins.timeout.set(minutes=5)
    with pytest.raises(Refusal, match="session-expired"):
        logins.account_of(token)
    logins.timeout.set(kind=Timeout.STATIC)
    assert logins.timeout.get() == SessionSettings(kind=Timeout.STATIC, minutes=5)
    assert [line.summary for line in workspace.audit.about("settings:3")] == [
        "sessions end 5 minutes after the login",
        "sessions end 5 minutes after their last use",
    ]
    for minutes in (0, -1, 43_201):
        with pytest.raises(Refusal, match="timeout-invalid"):
            logins.timeout.set(minutes=minutes)


def test_a_minute_without_use_ends_it_although_uses_are_written_once_a_minute(
    logins: Logins, ann: str, wall: FixedClock
) -> None:
    logins.timeout.set(minutes=1)
    token = logins.login(ann, PASSWORD)
    for _ in range(10):
        wall.at += 59 * SECOND
        logins.account_of(token)
    wall.at += MINUTE
    with pytest.raises(Refusal, match="session-expired"):
        logins.account_of(token)


def test_requests_write_nothing_but_the_last_use_once_a_minute(
    workspace: Workspace, logins: Logins, ann: str, wall: FixedClock
) -> None:
    token = logins.login(ann, PASSWORD)
    lines = workspace.audit.tail(1)[0].id
    workspace.poll()
    writes = 0
    for _ in range(180):
        logins.account_of(token)
        changes = workspace.poll()
        if changes is not None:
            assert changes.tables.keys() == {"account_sessions"}
            writes += 1
        wall.at += SECOND
    assert writes == 2
    assert workspace.audit.tail(1)[0].id == lines
    assert logins.sessions()[0].used_at == wall.now() - SECOND


@pytest.mark.parametrize("token", [None, "", "x", "\ud800", "x" * 100_000])
def test_a_token_that_is_none_is_refused(logins: Logins, ann: str, token: str | None) -> None:
    logins.login(ann, PASSWORD)
    with pytest.raises(Refusal, match="not-logged-in"):
        logins.account_of(token)
    with pytest.raises(Refusal, match="not-logged-in"):
        logins.logout(token)


def test_the_hash_that_is_kept_is_no_token(workspace: Workspace, logins: Logins, ann: str) -> None:
    logins.login(ann, PASSWORD)
    with pytest.raises(Refusal, match="not-logged-in"):
        logins.account_of(workspace.database.table("account_sessions").get(doc_id=1)["token_sha256"])


def test_another_role_goes_for_the_open_session(accounts: Accounts, logins: Logins, ann: str) -> None:
    accounts.add("Ben", Role.ADMINISTRATOR, PASSWORD)
    token = logins.login("Ben", PASSWORD)
    accounts.set_role("Ben", Role.VIEWER)
    assert logins.account_of(token).role is Role.VIEWER


def test_sessions_that_are_over_go_at_the_next_login(
    workspace: Workspace, logins: Logins, ann: str, wall: FixedClock
) -> None:
    for _ in range(3):
        logins.login(ann, PASSWORD)
    wall.at += 20 * MINUTE
    fourth = logins.login(ann, PASSWORD)
    wall.at += 20 * MINUTE
    logins.login(ann, PASSWORD)
    assert workspace.database.table("account_sessions").ids() == [4, 5]
    logins.account_of(fourth)


def test_a_session_from_the_future_is_over(logins: Logins, ann: str, wall: FixedClock) -> None:
    wall.at += timedelta(days=365)
    token = logins.login(ann, PASSWORD)
    wall.at -= timedelta(days=365)
    with pytest.raises(Refusal, match="session-expired"):
        logins.account_of(token)


def test_a_session_lasts_over_a_restart(workspace: Workspace, logins: Logins, ann: str, wall: FixedClock) -> None:
    token = logins.login(ann, PASSWORD)
    with Workspace.open(workspace.path) as again:
        after = Logins(again.database, audit=again.audit, now=wall.now)
        assert after.account_of(token).name == ann
        wall.at += 20 * MINUTE
        after.account_of(token)
    wall.at += 20 * MINUTE
    assert logins.account_of(token).name == ann  # it was used by the other one


def test_a_virtual_clock_keeps_nobody_in_or_out(
    workspace: Workspace, clock: FixedClock, logins: Logins, ann: str
) -> None:
    token = logins.login(ann, PASSWORD)
    clock.at += timedelta(days=10_000)
    logins.account_of(token)


SCRIPT = """
import sys
from pathlib import Path
from certfleet.store.errors import Refusal
from certfleet.store.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    for line in sys.stdin:
        what, *words = line.split("\\t")
        try:
            found = getattr(workspace.logins, what)(*(word.strip() for word in words))
            print(getattr(found, "name", found), flush=True)
        except Refusal as refusal:
            print(refusal.code, flush=True)
"""


@pytest.mark.slow
def test_processes_share_accounts_sessions_and_locks(workspace: Workspace) -> None:
    workspace.accounts.add("Ann", Role.ADMINISTRATOR, PASSWORD)
    workspace.accounts.add("Ben", Role.VIEWER, PASSWORD)
    server = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(workspace.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )

    def ask(*words: str) -> str:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write("\t".join(words) + "\n")
        server.stdin.flush()
        return server.stdout.readline().strip()

    try:
        token = ask("login", "Ben", PASSWORD)
        assert ask("account_of", token) == workspace.logins.account_of(token).name == "Ben"
        workspace.accounts.remove("Ben")
        assert ask("account_of", token) == "not-logged-in"
        assert ask("login", "Ben", PASSWORD) == "login-failed"
        for _ in range(3):
            assert ask("login", "Ann", "a wrong password") == "login-failed"
        for _ in range(2):
            with pytest.raises(Refusal, match="login-failed"):
                workspace.logins.login("Ann", "a wrong password")
        assert ask("login", "Ann", PASSWORD) == "account-locked"
        workspace.accounts.unlock("Ann")
        token = ask("login", "Ann", PASSWORD)
        workspace.logins.logout(token)
        assert ask("account_of", token) == "not-logged-in"
    finally:
        server.communicate(timeout=120)
    assert workspace.check().clean


def test_nobody_is_logged_in_to_a_copy(workspace: Workspace, tmp_path: Path) -> None:
    workspace.accounts.add("Ann", Role.ADMINISTRATOR, PASSWORD)
    token = workspace.logins.login("Ann", PASSWORD)
    assert workspace.path is not None
    Workspace.import_json(content(workspace), tmp_path / "copy", key_file=workspace.path / "vault.key")
    with Workspace.open(tmp_path / "copy") as copy:
        with pytest.raises(Refusal, match="not-logged-in"):
            copy.logins.account_of(token)
        assert copy.audit.tail(1)[0].summary == "1 session of the original ended"
        copy.logins.login("Ann", PASSWORD)
        assert copy.check().clean
    workspace.logins.account_of(token)
