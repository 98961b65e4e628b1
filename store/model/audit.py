"""Who did what: a line of the audit trail, and the person behind it."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from .account import Account, Role


class Person(Protocol):
    """Whoever acts: one ``Actor``, or the one who acts at the moment that it is asked (``ActingPerson``)."""

    @property
    def user(self) -> str:
        """The name."""
        ...

    @property
    def origin(self) -> str | None:
        """The address that the person comes from; None on this machine."""
        ...

    @property
    def role(self) -> Role | None:
        """What the person may do; None for the one at the shell of this machine, who may do everything."""
        ...


class Actor(Struct, frozen=True):
    """Who works on the workspace: the system's user, and the address an SSH session comes from; or an account."""

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
"""In whose name the audit trail has what nobody asked for: what is due by the clock, or made when first needed."""


class AuditLine(Struct, frozen=True, kw_only=True):
    """One change. ``record`` names what changed (``certificate:12``); ``summary`` is a sentence for people.

    ``at`` is the workspace clock, ``wall_at`` the machine's; both UTC. ``hash`` is the SHA-256 of the line's
    other fields, ``previous_hash`` among them: a line that is changed or taken out breaks the chain.
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
