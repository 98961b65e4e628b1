"""PostgreSQL's errors as refusals.

SQLSTATE codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from ...errors import Refusal
from .address import PostgresqlAddress
from .no_connection import (
    NOTHING_CHANGED,
    RIGHTS,
    first_line,
    full,
    missing,
    no_login,
    not_yet,
    unreachable,
    without_connection,
)

if TYPE_CHECKING:
    import psycopg

BUSY_SECONDS = 60
"""How long a statement waits for another writer."""
OLDEST = 130000
"""The oldest release of the server, as libpq counts them."""

_BUSY = {"55P03"}  # lock_not_available
# deadlock_detected, serialization_failure (only a standby's), query_canceled, idle_in_transaction_session_timeout
_ENDED = {"40P01", "40001", "57014", "25P03"}
_DENIED = {"42501"}  # insufficient_privilege
_READ_ONLY = {"25006"}  # read_only_sql_transaction
_NO_ROOM = {"53100"}  # disk_full
_LIMIT = {"53400"}  # configuration_limit_exceeded: the user's temp_file_limit
_NO_MEMORY = {"53000", "53200"}  # insufficient_resources, out_of_memory
_NO_LOGIN = {"28P01", "28000"}  # invalid_password, invalid_authorization_specification
_MISSING = {"3D000"}  # invalid_catalog_name
_FULL = {"53300"}  # too_many_connections
_NOT_YET = {"57P03"}  # cannot_connect_now
_DAMAGED = {"XX000", "XX001", "XX002", "58000", "58030", "58P01", "42P01", "42703", "22P02", "22021"}
"""Internal and storage errors; and a table or column that is gone, or a text that is none, as ours are all fixed."""


class PostgresqlRefusing:
    """Wrap every use of a connection in ``with`` one of these: psycopg's errors inside leave as a ``Refusal``.

    Mistakes of the program pass unchanged. No message has a password: libpq's own never do.
    """

    def __init__(self, address: PostgresqlAddress) -> None:
        self._address = address

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        import psycopg

        if isinstance(error, psycopg.Error) and (refusal := refusal_for(error, self._address)):
            raise refusal from error


def refusal_for(error: psycopg.Error, address: PostgresqlAddress) -> Refusal | None:
    """The refusal for an error of PostgreSQL; None if the error is the program's own mistake."""
    import psycopg

    code, said = error.sqlstate, first_line(error)
    if not code:
        return without_connection(error, said, address)
    if code in _NO_LOGIN:
        return no_login(address, said, "Check the user's name", error)
    if code in _MISSING:
        return missing(address)
    if code in _FULL:
        return full(address, said)
    if code in _NOT_YET:
        return not_yet(address, said)
    if code in _DAMAGED:
        return damaged_database(address, said)
    if (refusal := _of_a_statement(code, said, address)) is not None:
        return refusal
    return unreachable(address, said) if isinstance(error, psycopg.OperationalError) else None


def _of_a_statement(code: str, said: str, address: PostgresqlAddress) -> Refusal | None:
    """The refusal where the server is there, and doesn't do what is asked."""
    if code in _BUSY:
        return Refusal(
            "workspace-busy",
            f"another process has been writing to {address} for {BUSY_SECONDS} seconds",
            "Wait until it is done, or end it, and try again.",
        )
    if code in _ENDED:
        return Refusal(
            "workspace-busy",
            f"the database server ended what was asked of {address}: {said}",
            f"{NOTHING_CHANGED} Look at the server if it happens again.",
        )
    if code in _DENIED:
        return Refusal("workspace-unwritable", f"{address} can't be written: {said}", RIGHTS)
    if code in _READ_ONLY:
        return Refusal(
            "workspace-unwritable",
            f"{address} can't be written: {said}",
            "The server is a standby, or the user or the database is set to read only: name the primary server, or ask"
            " the database's administrator.",
        )
    if code in _NO_ROOM:
        return Refusal(
            "disk-full", f"there is no room left for {address}: {said}", "Make room on the database server's storage."
        )
    if code in _LIMIT:
        return Refusal(
            "disk-full",
            f"the user has no room left on the database server for what was asked of {address}: {said}",
            "Nothing was changed. The database's administrator can raise the limit for this user.",
        )
    if code in _NO_MEMORY:
        return Refusal(
            "workspace-busy",
            f"the database server has too little memory for what was asked of {address}: {said}",
            f"{NOTHING_CHANGED} Look at the server if it happens again.",
        )
    return None


def too_old(address: PostgresqlAddress, release: int) -> Refusal:
    """The refusal of a server whose release lacks what is used here. ``release`` is as libpq counts them."""
    number = (
        f"{release // 10000}.{release % 10000}" if release >= 100000 else f"{release // 10000}.{release // 100 % 100}"
    )
    return Refusal(
        "database-too-old",
        f"the database server of {address} is PostgreSQL {number}; it takes {OLDEST // 10000} or later",
        "Name a server of a later release, or let the database's administrator upgrade this one.",
    )


def outcome_unknown(address: PostgresqlAddress) -> Refusal:
    """The refusal when the connection was lost while a commit was under way, and nobody can be asked what became of
    it."""
    return Refusal(
        "outcome-unknown",
        f"the connection to {address} was lost while a change was being committed, and the server can't be asked"
        " whether it was",
        "When the server is back, look whether the change was made before you repeat it.",
    )


def damaged_database(address: PostgresqlAddress | str, reason: str) -> Refusal:
    """The refusal of a schema that can't be read as a workspace."""
    return Refusal(
        "workspace-damaged",
        f"{address} is not a certfleet workspace, or is damaged: {reason}",
        "Check the address; restore the schema from a backup of the database if it should be a workspace.",
    )
