"""A program between us and PostgreSQL that shares connections, such as pgbouncer.

Settings, prepared statements, LISTEN and locks belong to a session. Where each transaction may get another session, a
statement could reach the schema of another workspace, so such an address is refused.
https://www.pgbouncer.org/features.html
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ...errors import Refusal
from .address import PostgresqlAddress

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

_BACKEND = "SELECT pg_backend_pid()"
_TRIES = 3  # other clients may come between
_LEAVE_SESSIONS: set[PostgresqlAddress] = set()


def check_keeps_its_session(
    address: PostgresqlAddress, connection: Connection, backend: int, another: Callable[[], Connection]
) -> None:
    """Refuse with ``database-pooled`` a connection whose next transaction may run in another session.

    ``backend`` is the server's process that has answered it. It is the one that the connection was told of, unless
    somebody is between: only then it costs a connection more, by ``another``, once for an address.
    """
    if backend == connection.info.backend_pid or address in _LEAVE_SESSIONS:
        return
    with closing(another()) as other:
        for _ in range(_TRIES):
            if _backend(other) == backend or _backend(connection) != backend:
                raise Refusal(
                    "database-pooled",
                    f"at {address} answers a pooler that gives each transaction another session",
                    "Set pool_mode = session for this database in pgbouncer, or name the server's own address.",
                )
    _LEAVE_SESSIONS.add(address)


def _backend(connection: Connection) -> int:
    rows: list[tuple[int]] = connection.execute(_BACKEND).fetchall()
    return rows[0][0]
