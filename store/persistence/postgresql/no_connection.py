"""Why there is no connection to PostgreSQL: what libpq and the server say before one stands, as refusals.

Until then libpq gives no code, only words: the server's, in the language of its ``lc_messages``, and its own. In
another language than English all that it tells beside them is whether the server has asked for a password.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...errors import Refusal
from .address import PostgresqlAddress, not_for_libpq

if TYPE_CHECKING:
    import psycopg

NOTHING_CHANGED = "Nothing was changed. Try again."
RIGHTS = "Ask the database's administrator for the rights that docs/postgresql.md lists."

_CHECK = "Check that the server runs, the address, and the network between"
_ENTRY = (
    "Ask the database's administrator for a line for this user, database and machine in the server's pg_hba.conf; where"
    " it says no encryption, sslmode=require in the address may do."
)
_ABOUT_TLS = "sslmode and sslrootcert in the address say which servers are trusted: docs/postgresql.md."
_FULL = "Try again; raise max_connections on the server, or the user's limit, if it stays so."
_NOT_YET = f"{NOTHING_CHANGED} The server may need a while until it has started."

_SERVER_SAID = re.compile(r" failed: [^: ]+:  ")
"""What the server has said about a connection, behind the severity, and not libpq itself."""
_LIBPQ_SAID = re.compile(r"connection is bad: (?!connection to server|could not )")
"""What stands before what libpq has said of an address, before it connected to anything."""
_RETRIEVED = re.compile(r'password retrieved from file "(.*)"')

_MISSING_WORDS = re.compile(r'FATAL:  (database ".*" does not exist$|no such database: )')  # the latter is pgbouncer's
_FULL_WORDS = re.compile(
    "FATAL:  (too many connections|sorry, too many clients|remaining connection slots are reserved"
    "|no more connections allowed)"  # by pgbouncer
)
_NOT_YET_WORDS = "FATAL:  the database system is "
_NO_LOGIN_WORDS = re.compile('authentication failed|no password supplied|FATAL:  role "')
_NO_ENTRY_WORDS = "no pg_hba.conf entry"
_NO_CONNECT_WORDS = "FATAL:  permission denied for database "
_TLS_WORDS = re.compile("certificate|SSL|TLS")


def without_connection(error: psycopg.Error, said: str, address: PostgresqlAddress) -> Refusal | None:
    """The refusal for an error that has no code; None if it isn't about a connection. ``said`` is its first line."""
    import psycopg

    if _MISSING_WORDS.search(said):
        return missing(address)
    if _NO_ENTRY_WORDS in said:
        return _not_let_in(address, said, _ENTRY)
    if _NO_CONNECT_WORDS in said:
        return _not_let_in(address, said, RIGHTS)
    if _NO_LOGIN_WORDS.search(said):
        return no_login(address, said, "Check the user's name", error)
    if _FULL_WORDS.search(said):
        return full(address, said)
    if _NOT_YET_WORDS in said:
        return not_yet(address, said)
    if error.pgconn is not None and server_said(error):
        if error.pgconn.used_password:
            return no_login(address, said, "Check the user's name and the database's", error)
        return Refusal(
            "database-unreachable",
            f"the database server of {address} doesn't let this user in, or takes no connection: {said}",
            f"{NOTHING_CHANGED} {_CHECK}, and the user's name and rights.",
        )
    if found := _LIBPQ_SAID.match(said):
        return not_for_libpq(address, said[found.end() :])
    if _TLS_WORDS.search(said):
        return Refusal("database-unreachable", _not_reached(address, said), f"{NOTHING_CHANGED} {_ABOUT_TLS}")
    return unreachable(address, said) if isinstance(error, psycopg.OperationalError) else None


def server_said(error: psycopg.Error) -> bool:
    """Whether the server itself has refused a connection, so that it is there."""
    return error.sqlstate is not None or _SERVER_SAID.search(first_line(error)) is not None


def unreachable(address: PostgresqlAddress, said: str) -> Refusal:
    """The refusal when there is no connection."""
    return Refusal("database-unreachable", _not_reached(address, said), f"{NOTHING_CHANGED} {_CHECK}.")


def missing(address: PostgresqlAddress) -> Refusal:
    """The refusal when the server has no such database."""
    return Refusal(
        "database-missing",
        f"there is no such database: {address}",
        "Check the address, or let the database's administrator create the database.",
    )


def full(address: PostgresqlAddress, said: str) -> Refusal:
    """The refusal when the server, or a pooler before it, has as many connections as it may have."""
    return _takes_none(address, said, _FULL)


def not_yet(address: PostgresqlAddress, said: str) -> Refusal:
    """The refusal when the server starts, stops, or recovers."""
    return _takes_none(address, said, _NOT_YET)


def no_login(address: PostgresqlAddress, said: str, check: str, error: psycopg.Error) -> Refusal:
    """The refusal of a user or a password; ``check`` is what to look at first."""
    if retrieved := _RETRIEVED.search(str(error)):
        return _not_let_in(address, said, f"{check}, and the password in {retrieved[1]}.")
    give = "give the password in ~/.pgpass, which only you may be able to read (mode 0600), or PGPASSWORD"
    return _not_let_in(address, said, f"{check}; {give}.")


def first_line(error: psycopg.Error) -> str:
    """What an error says, in one line."""
    primary = error.diag.message_primary if error.diag is not None else None
    lines = [line.strip() for line in (primary or str(error)).splitlines() if line.strip()]
    return lines[0].removeprefix("connection failed: ") if lines else type(error).__name__


def _not_reached(address: PostgresqlAddress, said: str) -> str:
    return f"the database server of {address} can't be reached: {said}"


def _takes_none(address: PostgresqlAddress, said: str, hint: str) -> Refusal:
    message = f"the database server of {address} takes no connection at present: {said}"
    return Refusal("database-unreachable", message, hint)


def _not_let_in(address: PostgresqlAddress, said: str, hint: str) -> Refusal:
    return Refusal("database-login-failed", f"the database server doesn't let this user in to {address}: {said}", hint)
