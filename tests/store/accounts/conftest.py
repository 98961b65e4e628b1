"""Accounts with a wall clock set by the test."""

from __future__ import annotations

import pytest

from certfleet.store.accounts.accounts import Accounts
from certfleet.store.accounts.logins import Logins
from certfleet.store.clock import FixedClock
from certfleet.store.model.account import Role
from certfleet.store.workspace import Workspace
from tests.material import NOW

PASSWORD, NEW_PASSWORD = "correct horse", "battery staple"


@pytest.fixture
def wall() -> FixedClock:
    """The machine's clock, which the workspace's is not."""
    return FixedClock(NOW.replace(year=2031))


@pytest.fixture
def accounts(workspace: Workspace, wall: FixedClock) -> Accounts:
    return Accounts(workspace.database, audit=workspace.audit, actor=workspace.actor, now=wall.now)


@pytest.fixture
def logins(workspace: Workspace, wall: FixedClock) -> Logins:
    return Logins(workspace.database, audit=workspace.audit, now=wall.now)


@pytest.fixture
def ann(accounts: Accounts) -> str:
    """An administrator's name."""
    return accounts.add("Ann", Role.ADMINISTRATOR, PASSWORD).name
