"""Accounts: the people who log in, with their roles, and the sessions that they have open.

All times are the machine's, UTC: who may come in never follows a virtual clock.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

SESSIONS = 3
"""The document of the table ``settings`` that holds ``SessionSettings``."""


class Role(StrEnum):
    """What somebody may do; see ``permissions``."""

    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    VIEWER = "viewer"


class Argon2Parameters(Struct, frozen=True, kw_only=True):
    """The cost of a password hash (RFC 9106). The bounds keep a damaged record from eating the machine.

    One lane: with more, two threads that hash at once may wait for each other for ever in OpenSSL's thread pool.
    """

    memory_kib: Annotated[int, Meta(ge=8, le=2**20)]
    iterations: Annotated[int, Meta(ge=1, le=100)]
    lanes: Annotated[int, Meta(ge=1, le=1)] = 1


class PasswordHash(Struct, frozen=True, kw_only=True):
    """What is kept of a password: Argon2id over it. ``salt`` and ``hash`` are base64."""

    parameters: Argon2Parameters
    salt: Annotated[str, Meta(min_length=24, max_length=24)]
    hash: Annotated[str, Meta(min_length=44, max_length=44)]

    def __repr__(self) -> str:
        return f"PasswordHash(parameters={self.parameters!r})"


class LoginFailures(Struct, frozen=True, kw_only=True):
    """The failed logins in a row that still count, and until when nobody gets in after too many of them."""

    at: tuple[datetime, ...] = ()
    locked_until: datetime | None = None


class Account(Struct, frozen=True, kw_only=True):
    """Somebody who may log in. ``password_at`` is when the password was set."""

    id: int
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    role: Role
    password: PasswordHash
    password_at: datetime
    created_at: datetime
    created_by: str
    last_login_at: datetime | None = None
    failures: LoginFailures = LoginFailures()


class AccountSession(Struct, frozen=True, kw_only=True):
    """A login that lasts. Of its token only the SHA-256 is kept, in hex.

    ``origin`` is the address that it was opened from. ``used_at`` is behind by up to a minute.
    """

    id: int
    account_id: int
    token_sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    origin: str | None
    opened_at: datetime
    used_at: datetime


class Timeout(StrEnum):
    """From when on the minutes of a session count: from its last use, or from the login."""

    INACTIVITY = "inactivity"
    STATIC = "static"


class SessionSettings(Struct, frozen=True, kw_only=True):
    """When a session ends by itself."""

    kind: Timeout = Timeout.INACTIVITY
    minutes: Annotated[int, Meta(ge=1, le=43_200)] = 30
