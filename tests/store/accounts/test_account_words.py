"""An account in words: whether it may log in, and the timeout of its sessions."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from certfleet.store.accounts.accounts import Accounts
from certfleet.store.accounts.session_timeout import timeout_text
from certfleet.store.clock import FixedClock
from certfleet.store.model.account import LoginFailures, SessionSettings, Timeout
from certfleet.store.views.account import lock_text


def test_a_lock_is_told_until_it_ends(accounts: Accounts, ann: str, wall: FixedClock) -> None:
    account, end = accounts.get(ann), wall.now() + timedelta(minutes=10)
    locked = replace(account, failures=LoginFailures(locked_until=end))
    assert lock_text(account, wall.now()) == ""
    assert lock_text(locked, wall.now()) == f"locked until {end:%H:%M}"
    assert lock_text(locked, end) == ""


def test_the_timeout_is_a_sentence() -> None:
    assert timeout_text(SessionSettings()) == "sessions end 30 minutes after their last use"
    assert timeout_text(SessionSettings(kind=Timeout.STATIC, minutes=1)) == "sessions end 1 minute after the login"
