"""Accounts: the people who log in, with their roles, the sessions that they have open, and tokens of scrapers.

All times are the machine's, UTC: logins never depend on a virtual clock.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

SESSIONS = 3
"""The document of the table ``settings`` that holds ``SessionSettings``."""


SHELL = 4
"""The document of the same table that holds ``ShellSettings``."""


class Role(StrEnum):
    """What an account may do; see ``permissions``."""

    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    VIEWER = "viewer"


class Argon2Parameters(Struct, frozen=True, kw_only=True):
    """The cost of a password hash (RFC 9106). The bounds keep a damaged record from exhausting the machine.

    One lane: with more, two threads that hash at the same time may deadlock in OpenSSL's thread pool.
    """

    memory_kib: Annotated[int, Meta(ge=8, le=2**20)]
    iterations: Annotated[int, Meta(ge=1, le=100)]
    lanes: Annotated[int, Meta(ge=1, le=1)] = 1


class PasswordHash(Struct, frozen=True, kw_only=True):
    """The stored form of a password: its Argon2id hash. ``salt`` and ``hash`` are base64."""

    parameters: Argon2Parameters
    salt: Annotated[str, Meta(min_length=24, max_length=24)]
    hash: Annotated[str, Meta(min_length=44, max_length=44)]

    def __repr__(self) -> str:
        return f"PasswordHash(parameters={self.parameters!r})"


class LoginFailures(Struct, frozen=True, kw_only=True):
    """Consecutive failed logins, and the end of the lock-out after too many."""

    at: tuple[datetime, ...] = ()
    locked_until: datetime | None = None


class Account(Struct, frozen=True, kw_only=True):
    """An account. ``password_at`` is when the password was set. ``login`` is the Unix login whose person has this
    role at the machine's shell."""

    id: int
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    role: Role
    password: PasswordHash
    password_at: datetime
    created_at: datetime
    created_by: str
    last_login_at: datetime | None = None
    failures: LoginFailures = LoginFailures()
    login: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class AccountSession(Struct, frozen=True, kw_only=True):
    """A session. Only the SHA-256 of its token is stored, in hex.

    ``origin`` is the client's address at login. ``used_at`` may be up to a minute old.
    """

    id: int
    account_id: int
    token_sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    origin: str | None
    opened_at: datetime
    used_at: datetime


class ScrapeToken(Struct, frozen=True, kw_only=True):
    """A token that a monitoring system reads the metrics with. Only its SHA-256 is stored, in hex."""

    id: int
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    token_sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    created_at: datetime
    created_by: str


class Timeout(StrEnum):
    """What a session's timeout is counted from: its last use, or the login."""

    INACTIVITY = "inactivity"
    STATIC = "static"


class SessionSettings(Struct, frozen=True, kw_only=True):
    """When a session times out."""

    kind: Timeout = Timeout.INACTIVITY
    minutes: Annotated[int, Meta(ge=1, le=43_200)] = 30


class ShellSettings(Struct, frozen=True, kw_only=True):
    """``others`` is the role at the shell of those to whose login no account is mapped; None lets them do
    everything."""

    others: Role | None = None
