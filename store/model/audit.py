"""Who did what: a line of the audit trail, and the person behind it."""

from __future__ import annotations

import getpass
import os
from datetime import datetime

from msgspec import Struct


class Actor(Struct, frozen=True):
    """Who works on the workspace: the system's user, and the address an SSH session comes from."""

    user: str
    origin: str | None = None

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
