"""Who did what: a line of the audit trail, and the person behind it."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from .account import Account, Role


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
    """A person working on the workspace: the system's user with the address of the SSH session, or an account."""

    user: str
    origin: str | None = None
    role: Role | None = None

    @classmethod
    def current(cls) -> Actor:
        """The user of this process. Behind sudo both names are kept: ``root (alice)``."""
        try:
            user = getpass.getuser()
        except (KeyError, OSError):  # a user id without a name, as in some containers
            user = f"uid {os.getuid()}"
        behind = os.environ.get("SUDO_USER")
        connection = os.environ.get("SSH_CONNECTION", "").split()
        return cls(f"{user} ({behind})" if behind else user, connection[0] if connection else None)

    @classmethod
    def of(cls, account: Account, origin: str | None = None) -> Actor:
        """The person behind an account."""
        return cls(account.name, origin, account.role)


SYSTEM = Actor("certfleet")
"""The actor for changes that nobody requested: work due by the clock, and things created on first use."""


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
