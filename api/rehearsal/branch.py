"""The branch that a script works on: a copy of a workspace in memory, with an account for the script, and the state
that it began with."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ...store.errors import Refusal
from ...store.model.account import Role
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
def branch_of(workspace: Workspace, role: Role, *, passphrase: Callable[[], str] | None = None) -> Iterator[Branch]:
    """A branch, for an account with a role. Nothing of it is kept.

    Refuses with ``not-permitted`` if the person may not add accounts, since the script's could do more than they may.
    """
    with workspace.copy(passphrase=passphrase) as copy:
        name, password = _free_name(copy), secrets.token_urlsafe(_PASSWORD_BYTES)
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
