"""Several statements to PostgreSQL in one round trip, through libpq itself.

A cursor of psycopg takes five times as much processor time for a statement as libpq does, and while a transaction runs
all other writers wait. https://www.postgresql.org/docs/current/libpq-pipeline-mode.html
"""

from __future__ import annotations

import itertools
import secrets
import select
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .address import PostgresqlAddress
from .reconnecting import Audience
from .silence import wait_for

if TYPE_CHECKING:
    import psycopg
    from psycopg import pq

Value = str | int | None
Statement = tuple[str, tuple[Value, ...]]


class Pipeline:
    """Runs statements over psycopg's connection, which is idle meanwhile. They name their values ``$1`` and so on.

    Errors leave as psycopg's. If the wait for an answer is interrupted the connection is closed.
    """

    def __init__(
        self, connection: psycopg.Connection[tuple[Any, ...]], address: PostgresqlAddress, audience: Audience
    ) -> None:
        from psycopg.adapt import Transformer

        self._connection = connection
        self._reader = Transformer(connection)  # one: it keeps what it has found out about types
        self._libpq = connection.pgconn
        self._prepared: dict[str, bytes] = {}
        self._mark = secrets.token_hex(4)  # a session that came from somebody else may have statements of theirs
        self._numbers = itertools.count(1)
        self._socket = select.poll()
        self._address, self._audience = address, audience

    def run(self, statements: Sequence[Statement], *, prepares: bool = True) -> list[list[tuple[Any, ...]]]:
        """The rows of each statement's answer. After one that fails none of the later ones is run.

        ``prepares``: the server keeps their plans for the next time.
        """
        import psycopg
        from psycopg.pq import ExecStatus

        try:
            self._libpq.enter_pipeline_mode()
            new = self._send(statements, prepares=prepares)
            results = self._results(ExecStatus.PIPELINE_SYNC)
            self._libpq.exit_pipeline_mode()
        except psycopg.Error:
            if not self._connection.closed:  # what it would answer next is unknown
                self._libpq.finish()
            raise
        except BaseException:
            with suppress(Exception):
                self._connection.cancel_safe(timeout=5.0)
            self._libpq.finish()
            raise
        for result in results:
            if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
                raise self._error(result)
        self._prepared.update(new)
        return [self._rows(result) for result in results[len(new) :]]

    def _send(self, statements: Sequence[Statement], *, prepares: bool) -> dict[str, bytes]:
        """Send them, those first that are prepared now; returns these."""
        new: dict[str, bytes] = {}
        for text, _ in statements if prepares else ():
            if text not in self._prepared and text not in new:
                new[text] = (
                    f"certfleet_{self._mark}_{next(self._numbers)}".encode()
                )  # not the name of one whose preparation failed
                self._libpq.send_prepare(new[text], text.encode())
        for text, values in statements:
            parameters = [None if value is None else str(value).encode() for value in values]
            if prepares:
                name = self._prepared.get(text) or new[text]
                self._libpq.send_query_prepared(name, parameters, result_format=_BINARY)
            else:
                self._libpq.send_query_params(text.encode(), parameters, result_format=_BINARY)
        self._libpq.pipeline_sync()
        return new

    def _results(self, end: int) -> list[pq.abc.PGresult]:
        """What the server answers, without the empty results between and the one at the end."""
        libpq = self._libpq
        found: list[pq.abc.PGresult] = []
        self._socket.register(libpq.socket, select.POLLIN)
        while libpq.flush():  # more than the socket takes at once
            self._socket.modify(libpq.socket, select.POLLIN | select.POLLOUT)
            self._wait()
            libpq.consume_input()
        self._socket.modify(libpq.socket, select.POLLIN)
        while True:
            while libpq.is_busy():
                self._wait()
                libpq.consume_input()
            result = libpq.get_result()
            if result is None:
                continue
            if result.status == end:
                return found
            found.append(result)

    def _wait(self) -> None:
        wait_for(self._socket, self._address, self._libpq, self._audience)

    def _rows(self, result: pq.abc.PGresult) -> list[tuple[Any, ...]]:
        if not (count := result.ntuples):
            return []
        self._reader.set_pgresult(result)
        try:
            return self._reader.load_rows(0, count, tuple)
        finally:
            self._reader.set_pgresult(None)

    def _error(self, result: pq.abc.PGresult) -> psycopg.Error:
        from psycopg.errors import error_from_result

        if result.error_field(_SQLSTATE) == b"26000":  # somebody else has made the server forget them
            self._prepared.clear()
        return error_from_result(result)


_BINARY = 1
"""The form of answers: documents come as they are, not in hexadecimal."""
_SQLSTATE = ord("C")
"""https://www.postgresql.org/docs/current/protocol-error-fields.html"""
