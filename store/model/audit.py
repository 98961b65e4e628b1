"""Who did what: a line of the audit trail, and the person behind it."""

from __future__ import annotations

import os
import pwd
from datetime import datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from .account import Account, Role

ACT_AS = "CERTFLEET_AS"
"""The environment variable that names the account to act as; child processes inherit it."""


class Person(Protocol):
    """The acting person: a fixed ``Actor``, or the current one (``ActingPerson``)."""

    @property
    def user(self) -> str:
        """The name."""
        ...

    @property
    def origin(self) -> str | None:
        """The person's network address; None on this machine."""
        ...

    @property
    def role(self) -> Role | None:
        """The person's role; None for somebody at this machine's shell, who may do everything."""
        ...


class Actor(Struct, frozen=True):
    """A person working on the workspace: the system's user with the address of the SSH session, or an account.

    Somebody at the shell has the role of the account that is mapped to their ``login``, or of the ``account`` that they
    act as; otherwise ``role`` stands.
    """

    user: str
    origin: str | None = None
    role: Role | None = None
    login: str | None = None
    account: str | None = None

    @classmethod
    def current(cls) -> Actor:
        """The user of this process by its user id; no variable of the environment can give another name.

        Behind sudo or su both names are kept, ``root (alice)``: the one who logged in, as the system's audit knows
        it, or as sudo says. The account that ``CERTFLEET_AS`` names is said in the same way: ``certfleet (ann)``.
        """
        user = login_name(os.getuid())
        account = os.environ.get(ACT_AS) or None
        behind = account or _logged_in(user)
        connection = os.environ.get("SSH_CONNECTION", "").split()
        return cls(
            f"{user} ({behind})" if behind else user,
            connection[0] if connection else None,
            login=user,
            account=account,
        )

    @classmethod
    def of(cls, account: Account, origin: str | None = None) -> Actor:
        """The person behind an account."""
        return cls(account.name, origin, account.role)


SYSTEM = Actor("certfleet")
"""The actor for changes that nobody requested: work due by the clock, and things created on first use."""


def login_name(id: int) -> str:
    """The login of a user id."""
    try:
        return pwd.getpwuid(id).pw_name
    except KeyError:  # a user id without a name, as in some containers
        return f"uid {id}"


def _logged_in(user: str) -> str | None:
    """Who logged in, if that isn't the user: what Linux keeps of the login, which nobody but root can change, or else
    what sudo says."""
    try:
        id = int(Path("/proc/self/loginuid").read_text(encoding="utf-8"))  # see pam_loginuid(8)
    except (OSError, ValueError):
        id = _NO_LOGIN
    name = os.environ.get("SUDO_USER") if id == _NO_LOGIN else login_name(id)
    return None if name == user else name


_NO_LOGIN = 2**32 - 1


class AuditLine(Struct, frozen=True, kw_only=True):
    """One audit line. ``record`` names the changed record (``certificate:12``); ``summary`` is a sentence for people.

    ``at`` is the workspace clock, ``wall_at`` the machine's; both UTC. ``hash`` is the SHA-256 of the line's other
    fields, including ``previous_hash``: changing or removing a line breaks the chain.
    """

    id: int
    at: datetime
    wall_at: datetime
    user: str
    origin: str | None
    action: str
    record: str
    summary: str
    previous_hash: str
    hash: str
