"""PostgreSQL's errors as refusals.

SQLSTATE codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

import re
from types import TracebackType
from typing import TYPE_CHECKING

from ...errors import Refusal
from .address import PostgresqlAddress

if TYPE_CHECKING:
    import psycopg

BUSY_SECONDS = 60
"""How long a statement waits for another writer."""

_NOTHING_CHANGED = "Nothing was changed. Try again."

_CHECK = "Check that the server runs, the address, and the network between"

RIGHTS = "Ask the database's administrator for the rights that docs/postgresql.md lists."

_BUSY = {"55P03", "40P01", "40001"}  # lock_not_available, deadlock_detected, serialization_failure
_DENIED = {"42501", "25006"}  # insufficient_privilege, read_only_sql_transaction
_NO_ROOM = {"53100"}  # disk_full
_NO_LOGIN = {"28P01", "28000"}  # invalid_password, invalid_authorization_specification
_NO_LOGIN_WORDS = ("authentication failed", "no password supplied", "no pg_hba.conf entry", 'FATAL:  role "')
"""Before a connection stands, libpq gives no code, only the server's words, in the language of its ``lc_messages``. In
another one than English all that libpq tells beside them is whether the server has asked for a password."""
_SERVER_SAID = re.compile(r" failed: [^: ]+:  ")
"""What the server has said about a connection, behind the severity, and not libpq itself."""
_MISSING = {"3D000"}  # invalid_catalog_name
_FULL = {"53300", "53400", "57P03"}  # too_many_connections, configuration_limit_exceeded, cannot_connect_now
_FULL_WORDS = ("FATAL:  the database system is ", "FATAL:  too many connections", "FATAL:  sorry, too many clients")
_TIMED_OUT = {"57014", "25P03"}  # query_canceled, idle_in_transaction_session_timeout
_DAMAGED = {"XX000", "XX001", "XX002", "58030", "42P01", "42703", "22P02", "22021"}
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

    code = error.sqlstate or ""
    said = _first_line(error)
    if code in _BUSY:
        return Refusal(
            "workspace-busy",
            f"another process has been writing to {address} for {BUSY_SECONDS} seconds",
            "Wait until it is done, or end it, and try again.",
        )
    if code in _NO_ROOM:
        return Refusal(
            "disk-full", f"there is no room left for {address}: {said}", "Make room on the database server's storage."
        )
    if code in _DENIED:
        return Refusal(
            "workspace-unwritable",
            f"{address} can't be written: {said}",
            RIGHTS,
        )
    if code in _NO_LOGIN or (not code and any(words in said for words in _NO_LOGIN_WORDS)):
        return _no_login(address, said, "Check the user's name")
    if code in _MISSING or (not code and said.endswith("does not exist") and "database" in said):
        return Refusal(
            "workspace-missing",
            f"there is no such database: {address}",
            "Check the address, or let the database's administrator create the database.",
        )
    if code in _FULL or (not code and any(words in said for words in _FULL_WORDS)):
        return Refusal(
            "database-unreachable",
            f"the database server of {address} takes no connection at present: {said}",
            "Try again; raise max_connections on the server if it stays so.",
        )
    if code in _TIMED_OUT:
        return Refusal(
            "workspace-busy", f"{address} took too long to answer: {said}", f"{_NOTHING_CHANGED} Look at the server."
        )
    if code in _DAMAGED:
        return damaged_database(address, said)
    if not code and error.pgconn is not None and server_said(error):
        if error.pgconn.used_password:
            return _no_login(address, said, "Check the user's name and the database's")
        return Refusal(
            "database-unreachable",
            f"the database server of {address} doesn't let this user in, or takes no connection: {said}",
            f"{_NOTHING_CHANGED} {_CHECK}, and the user's name and rights.",
        )
    if isinstance(error, psycopg.OperationalError):
        return unreachable(address, said)
    return None


def server_said(error: psycopg.Error) -> bool:
    """Whether the server itself has refused a connection, so that it is there."""
    return error.sqlstate is not None or _SERVER_SAID.search(_first_line(error)) is not None


def unreachable(address: PostgresqlAddress, said: str) -> Refusal:
    """The refusal when there is no connection."""
    return Refusal(
        "database-unreachable",
        f"the database server of {address} can't be reached: {said}",
        f"{_NOTHING_CHANGED} {_CHECK}.",
    )


def _no_login(address: PostgresqlAddress, said: str, check: str) -> Refusal:
    return Refusal(
        "database-login-failed",
        f"the database server doesn't let this user in to {address}: {said}",
        f"{check}; give the password in ~/.pgpass or PGPASSWORD.",
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


def _first_line(error: psycopg.Error) -> str:
    primary = error.diag.message_primary if error.diag is not None else None
    lines = [line.strip() for line in (primary or str(error)).splitlines() if line.strip()]
    return lines[0].removeprefix("connection failed: ") if lines else type(error).__name__
