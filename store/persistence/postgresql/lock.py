"""A lock that holds over machines: an advisory lock of PostgreSQL, of the session that took it.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS. The server releases it when the session
ends, so also when the process or its machine is gone. If the connection is lost, it is taken again as soon as the
server is back, unless somebody else was faster.
"""

from __future__ import annotations

import threading
import time
from contextlib import closing, suppress
from hashlib import sha256
from typing import Any

from ...extras import extra
from .address import PostgresqlAddress
from .errors import PostgresqlRefusing
from .reconnecting import Audience, Reconnecting
from .silence import connect

_LOOK = 2.0  # seconds between two looks whether the session still is there
_AGAIN = 0.1  # seconds between two attempts to take it

_HELD = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid::bigint = %s AND objid::bigint = %s)"
)


class AdvisoryLock:
    """The lock called ``name`` of the workspace at an address."""

    def __init__(self, address: PostgresqlAddress, name: str) -> None:
        self._address = address
        self._refusing = PostgresqlRefusing(address)
        self._key = _key(address, name)
        self._session: Any = None
        self._stop = threading.Event()
        self.is_lost = False

    def acquire(self, timeout: float) -> bool:
        """Take it, waiting for ``timeout`` seconds; False if another session has it. Refuses with
        ``database-unreachable`` and the like."""
        until = time.monotonic() + timeout
        with self._refusing:
            session = _connected(self._address)
            try:
                while not self._taken(session):
                    if time.monotonic() >= until:
                        session.close()
                        return False
                    time.sleep(_AGAIN)
            except BaseException:
                session.close()
                raise
        self._session, self.is_lost, self._stop = session, False, threading.Event()
        threading.Thread(target=self._keep, args=(session, self._stop), name="advisory lock", daemon=True).start()
        return True

    def release(self) -> None:
        """Let others have it."""
        import psycopg

        self._stop.set()
        session, self._session = self._session, None
        if session is not None:
            with suppress(psycopg.Error):  # closing alone is noticed a little later
                session.execute("SELECT pg_advisory_unlock(%s)", (self._key,))
            session.close()

    def _taken(self, session: Any) -> bool:
        return bool(session.execute("SELECT pg_try_advisory_lock(%s)", (self._key,)).fetchone()[0])

    def _keep(self, session: Any, stop: threading.Event) -> None:
        """Until it is released, notice that the session is gone, and take the lock again in another one."""
        import psycopg

        while not stop.wait(_LOOK):
            try:
                session.execute("SELECT 1")
            except psycopg.Error:
                if (again := self._taken_again(stop)) is None:
                    return
                session = again

    def _taken_again(self, stop: threading.Event) -> Any:
        """Another session that has it, as soon as the server is back; None if somebody else has it by then."""
        import psycopg

        while not stop.wait(_LOOK):
            try:
                session = _connected(self._address)
            except psycopg.Error:
                continue
            try:
                if self._taken(session):
                    self._session = session
                    if stop.is_set():
                        session.close()
                    return session
            except psycopg.Error:
                continue
            session.close()
            self.is_lost = True
            return None
        return None


class AdvisoryLocks:
    """Looks who holds locks, over one session that stays open. Thread-safe."""

    def __init__(self, address: PostgresqlAddress) -> None:
        self._address = address
        self._refusing = PostgresqlRefusing(address)
        self._session: Any = None
        self._alone = threading.Lock()
        audience = Audience()
        self._reconnecting: Reconnecting[Any] = Reconnecting(address, lambda: _connected(address, audience), audience)

    def is_held(self, name: str) -> bool:
        """Whether any session holds the lock of this name. Refuses with ``database-unreachable`` and the like."""
        with extra("postgresql", "A workspace in PostgreSQL"):
            import psycopg
        key = _key(self._address, name) & (2**64 - 1)
        with self._alone, self._refusing:
            if self._session is not None:
                with suppress(psycopg.OperationalError):
                    return self._asked(key)
                self._session.close()
                self._session = None
            self._session = self._reconnecting.connection()
            return self._asked(key)

    def _asked(self, key: int) -> bool:
        return bool(self._session.execute(_HELD, (key >> 32, key & (2**32 - 1))).fetchone()[0])


_LOOKING: dict[PostgresqlAddress, AdvisoryLocks] = {}


def locks_of(address: PostgresqlAddress) -> AdvisoryLocks:
    """The locks at an address, as this process looks at them."""
    return _LOOKING.setdefault(address, AdvisoryLocks(address))


def _key(address: PostgresqlAddress, name: str) -> int:
    """The number of the lock, among those of the whole database."""
    return int.from_bytes(sha256(f"certfleet {address.schema} {name}".encode()).digest()[:8], signed=True)


def has_table(address: PostgresqlAddress, table: str) -> bool:
    """Whether the schema has a table. Refuses with ``database-unreachable`` and the like."""
    query = "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = %s AND tablename = %s)"
    with PostgresqlRefusing(address), closing(_connected(address)) as session:
        return bool(session.execute(query, (address.schema, table)).fetchone()[0])


def _connected(address: PostgresqlAddress, audience: Audience | None = None) -> Any:
    with extra("postgresql", "A workspace in PostgreSQL"):
        return connect(
            address,
            audience or Audience(),
            connect_timeout=10,
            application_name="certfleet lock",
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
        )
