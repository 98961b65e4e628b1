"""The statements of one connection to PostgreSQL. All go through here, so that no error bypasses ``Refusing``.

A connection that was lost is opened again by the first statement outside a transaction, which is then tried once more.
Inside a transaction nothing was committed, so the statement is refused, and the transaction with it.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, LiteralString, cast

from ...errors import Refusal
from ...extras import extra
from .address import PostgresqlAddress, not_libpqs
from .cursors import OpenCursors
from .errors import BUSY_SECONDS, OLDEST, PostgresqlRefusing, too_old
from .no_connection import unreachable
from .pipeline import Pipeline, Statement
from .pooler import check_keeps_its_session
from .reconnecting import Audience, Reconnecting
from .silence import connect

if TYPE_CHECKING:
    import psycopg

FETCHED = 2000  # rows at a time, of an answer that may be long

_SETTINGS = {
    "lock_timeout": f"{BUSY_SECONDS}s",
    "statement_timeout": "30min",  # the longest is a restoration of a large fleet
    "idle_in_transaction_session_timeout": "1h",  # of a process that was stopped and holds the writer's lock
    # A client whose packets are dropped, or whose machine is gone, doesn't keep the lock for longer than this.
    "tcp_keepalives_idle": "15",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "timezone": "UTC",
    "default_transaction_isolation": "read committed",
    "plan_cache_mode": "force_generic_plan",
    "standard_conforming_strings": "on",
}
_SET = "SELECT " + ", ".join(
    f"set_config('{name}', ${number}, false)" for number, name in enumerate((*_SETTINGS, "search_path"), 1)
)
_SET += ", pg_backend_pid()"
_CONNECTING: dict[str, Any] = {
    "connect_timeout": 10,  # seconds
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "application_name": "certfleet",
}

ASKED_SECONDS = 1.0
"""So often a standby is asked for news, which tells nobody of them."""

_LOST = "the connection was lost"
_OF_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

_PLACES = re.compile(r"\?(\d*)")


class PostgresqlStatements:
    """Runs statements, with ``?`` or ``?1`` where values go, as those of SQLite; failures become refusals."""

    def __init__(self, address: PostgresqlAddress) -> None:
        self.address = address
        self._refusing = PostgresqlRefusing(address)
        self._cursors = OpenCursors()
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._pipeline: Pipeline | None = None
        self._listens = False
        self._is_deaf = False  # a standby lets nobody listen
        self._not_before = 0.0  # when it is asked for news the next time
        self.connections = 0
        """How often a connection was opened."""
        self._is_touched = False
        self._began = False  # a transaction, which must not go on over another connection
        self._audience = Audience()
        self._reconnecting = Reconnecting(address, self._opened, self._audience)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction runs, on a connection that stands."""
        if self._connection is None or self._connection.closed:
            return False
        return self._connection.pgconn.transaction_status != 0  # IDLE

    def connect(self) -> None:
        """Open the connection for the first time. Refuses with ``database-unreachable``, ``database-pooled`` and
        ``database-login-failed``; with ``extra-missing`` without psycopg."""
        with extra("postgresql", "A workspace in PostgreSQL"):
            import psycopg  # noqa: F401 - needed by all that follows
        with self._refusing:
            self._take(self._opened())

    def _opened(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Another connection; any thread may make one."""
        import psycopg
        from psycopg.types.array import ListBinaryDumper

        connection = self._bare()
        # In binary form nothing in a list of documents has to be escaped.
        connection.adapters.register_dumper(list, ListBinaryDumper)
        try:
            with connection.pipeline() if self._listens else nullcontext():
                answer = connection.execute(_literal(_SET), (*_SETTINGS.values(), self.address.schema))
                if self._listens:
                    connection.execute(_literal(f'LISTEN "{channel_of(self.address)}"'))
            *_, backend = answer.fetchall()[0]
            check_keeps_its_session(self.address, connection, backend, self._bare)
        except psycopg.errors.ReadOnlySqlTransaction:
            connection.close()
            self._listens = False
            return self._opened()
        except BaseException:
            connection.close()
            raise
        return connection

    def _bare(self) -> psycopg.Connection[tuple[Any, ...]]:
        import psycopg

        try:
            connection = connect(self.address, self._audience, cursor_factory=psycopg.RawCursor, **_CONNECTING)
        except psycopg.ProgrammingError as error:
            raise not_libpqs(self.address, str(error)) from None  # it may hold the password
        if (release := connection.info.server_version) < OLDEST:
            connection.close()
            raise too_old(self.address, release)
        return connection

    def _take(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        connection.add_notify_handler(self._notified)
        self._connection, self._pipeline = connection, Pipeline(connection, self.address, self._audience)
        self.connections += 1
        self._cursors.connection_ends()
        self._is_deaf = False
        self._is_touched = True  # something may have happened while nobody listened

    def _connect_again(self, *, unhurried: bool = False) -> None:
        self.disconnect()
        with self._refusing:
            self._take(self._reconnecting.connection(unhurried=unhurried))

    def disconnect(self) -> None:
        """Close the connection, which may be broken."""
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()
            self._connection = None

    def close(self) -> None:
        """The same, for good."""
        self._reconnecting.close()
        self.disconnect()

    def _listen(self) -> None:
        try:
            self.run(f'LISTEN "{channel_of(self.address)}"')
            self._listens = True
        except Refusal as refusal:
            if refusal.code != "workspace-unwritable":
                raise
            self._is_deaf = True
        self._is_touched = True

    def _notified(self, notification: Any) -> None:
        if self._connection is None or notification.pid != self._connection.info.backend_pid:
            self._is_touched = True

    def was_notified(self) -> bool:
        """Whether others have told of a commit since the last call, or the connection was lost. Asks nobody.

        Only who calls it listens: the server has to wake all that do at each commit.
        """
        import psycopg

        self._audience.look()
        connection = self._connection
        if connection is None or connection.closed:
            self._connect_again(unhurried=True)
        elif not self.in_transaction:
            if self._is_deaf and time.monotonic() >= self._not_before:
                self._not_before, self._is_touched = time.monotonic() + ASKED_SECONDS, True
            elif not self._listens and not self._is_deaf:
                self._listen()
            try:
                connection.pgconn.consume_input()
                while (notification := connection.pgconn.notifies()) is not None:
                    if notification.be_pid != connection.info.backend_pid:
                        self._is_touched = True
            except psycopg.Error:
                self._connect_again(unhurried=True)
        was, self._is_touched = self._is_touched, False
        return was

    def forget_transaction(self) -> None:
        """The running transaction is over, whatever became of it."""
        self._began = False

    def _standing(self) -> tuple[psycopg.Connection[tuple[Any, ...]], Pipeline]:
        if self._connection is None or self._connection.closed:
            if self._began:
                raise unreachable(self.address, _LOST)
            self._connect_again()
        assert self._connection is not None and self._pipeline is not None
        return self._connection, self._pipeline

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> None:
        """Run a statement without an answer."""
        if values:
            self._run_with(statement, values)
        else:  # after a ROLLBACK of its own psycopg would let the server forget all that is prepared
            self.run_together([(statement, ())], again=not self.in_transaction, prepares=False)

    def _run_with(self, statement: str, values: tuple[Any, ...]) -> None:
        """Values may be lists here, which psycopg knows how to send."""
        import psycopg

        with self._refusing:
            connection, _ = self._standing()
            was_open = self.in_transaction
            try:
                connection.execute(_translated(statement), values)
            except psycopg.OperationalError as error:
                if not connection.closed or was_open:
                    raise self._lost(error) from error
                self._connect_again()
                self._standing()[0].execute(_translated(statement), values)

    def run_together(
        self, statements: Sequence[Statement], *, again: bool = False, prepares: bool = True
    ) -> list[list[tuple[Any, ...]]]:
        """Run statements in one round trip; the rows of each one's answer.

        ``again``: on a connection that turns out to be lost they are tried once more, but for those that close its
        cursors; never with a COMMIT among them.
        ``prepares``: the server keeps their plans for the next time.
        """
        import psycopg

        with self._refusing:
            connection, pipeline = self._standing()
            try:
                for statement, _ in statements:
                    self._note(statement)
                return pipeline.run([(_translated(text), values) for text, values in statements], prepares=prepares)
            except psycopg.OperationalError as error:
                if not again or not connection.closed:
                    raise self._lost(error) from error
            self._began = False
            self._connect_again()
            left = [one for one in statements if not one[0].startswith("CLOSE ")]
            return self.run_together(left, prepares=prepares)

    def run_for_each(self, statement: str, values: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement once for each tuple of values."""
        import psycopg

        with self._refusing, self._standing()[0].cursor() as cursor:
            try:
                cursor.executemany(_translated(statement), values)
            except psycopg.OperationalError as error:
                raise self._lost(error) from error

    def row(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        """The first row of the answer, or None."""
        return next(iter(self._asked(query, values)), None)

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Any]:
        """The rows of an answer that is short."""
        return iter(self._asked(query, values))

    def _asked(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        return self.run_together([(query, values)], again=not self.in_transaction)[0]

    def many(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Any]:
        """The rows of an answer that may be long, as they are at this moment; they are fetched as they are read.

        One that is short takes one round trip: its cursor is closed together with the next one's beginning.
        """
        with self._refusing:
            self._standing()
        name, is_held = self._cursors.name(), not self.in_transaction
        statements: list[Statement] = [(f"CLOSE {read}", ()) for read in self._cursors.take_read()]
        hold = " WITH HOLD" if is_held else ""
        fetch: Statement = f"FETCH {FETCHED} FROM {name}", ()
        statements += [(f"DECLARE {name} NO SCROLL CURSOR{hold} FOR {query}", values), fetch]
        rows, is_long = self.run_together(statements, again=is_held, prepares=False)[-1], False
        self._cursors.opened(name, is_held=is_held)
        try:
            yield from rows
            while len(rows) == FETCHED:
                is_long = True
                if not self._cursors.is_open(name):
                    raise unreachable(self.address, _LOST)
                rows = self.run_together([fetch], prepares=False)[0]
                yield from rows
        finally:
            if is_long and self._cursors.is_open(name):  # the server may keep it on its disk
                self._cursors.closed(name)
                with suppress(Refusal):
                    self.run_together([(f"CLOSE {name}", ())], prepares=False)
            self._cursors.have_read(name)

    def close_read(self) -> None:
        """Close the cursors that have been read: while one is open on a table, its indexes can't be changed."""
        if read := self._cursors.take_read():
            self.run_together([(f"CLOSE {name}", ()) for name in read], prepares=False)

    def _note(self, statement: str) -> None:
        if statement.startswith("BEGIN"):
            self._began = True
        elif statement in ("COMMIT", "ROLLBACK"):
            self._began = False
        if statement.startswith(_OF_TRANSACTIONS):
            self._cursors.transaction_ends()

    def _lost(self, error: psycopg.OperationalError) -> Exception:
        """What to raise for an error: what it says, unless it only says that the connection is gone."""
        if self._connection is not None and self._connection.closed:
            return unreachable(self.address, _LOST)
        return error


def channel_of(address: PostgresqlAddress) -> str:
    """The channel on which a commit to this workspace is told."""
    return f"certfleet_{address.schema}"[:63]


def _literal(statement: Any) -> LiteralString:
    return cast("LiteralString", statement)  # names in it were checked


@lru_cache(maxsize=2048)
def _translated(statement: str) -> LiteralString:
    """With ``$1`` for ``?`` and ``?1``."""
    numbers = itertools.count(1)
    return _literal(_PLACES.sub(lambda found: f"${found[1] or next(numbers)}", statement))
