"""The branch that a script works on: a copy of a workspace in memory, with an account for the script, and the state
that it began with."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ...store.copying import stop_deliveries
from ...store.errors import Refusal
from ...store.model.account import Role
from ...store.model.audit import SYSTEM
from ...store.model.permissions import exceeds
from ...store.workspace import Workspace

ACCOUNT = "rehearsal"
_PASSWORD_BYTES = 24


@dataclass(frozen=True)
class Branch:
    """``workspace`` is what the script changes, ``start`` the same as it was before. ``account``, ``password`` and
    ``token`` are the script's."""

    workspace: Workspace
    start: Workspace
    account: str
    password: str = field(repr=False)
    token: str = field(repr=False)


@contextmanager
def branch_of(
    workspace: Workspace, role: Role | None = None, *, passphrase: Callable[[], str] | None = None
) -> Iterator[Branch]:
    """A branch, for an account with a role: by default that of the acting person. Nothing of it is kept, and no notice
    is delivered from it.

    Refuses with ``not-permitted`` a role that may do more than that person: the branch has the workspace's secrets.
    """
    own = workspace.actor.role
    role = role or own or Role.ADMINISTRATOR
    if exceeds(role, own):
        raise Refusal(
            "not-permitted",
            f"a script with the role {role} may do more than you: your role is {own}",
            "Choose a lesser one.",
        )
    with workspace.copy(passphrase=passphrase) as copy:
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        with copy.acting_as(SYSTEM):
            stop_deliveries(copy.database, copy.audit)
            name = _free_name(copy)
            copy.accounts.add(name, role, password)
            token = copy.logins.login(name, password)
        with copy.copy() as start:
            yield Branch(copy, start, name, password, token)


def _free_name(workspace: Workspace) -> str:
    number = 1
    while True:
        name = ACCOUNT if number == 1 else f"{ACCOUNT}-{number}"
        try:
            return workspace.accounts.check_new(name)
        except Refusal as refusal:
            if refusal.code != "account-exists":
                raise
        number += 1
