"""A server from which no answer comes: is it slow, or gone? Packets that a firewall drops close no connection.

Another connection tells whether the server answers at all, and whether the process there that serves the silent one is
at work or waits for us; the kernel tells whether what was sent has arrived. So a statement may take as long as it
needs, and a screen is held up for a moment only. A process that waits for ever would keep its locks: it is ended.
"""

from __future__ import annotations

import os
import select
import socket
import sys
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from .address import PostgresqlAddress
from .no_connection import server_said
from .reconnecting import Audience

if TYPE_CHECKING:
    import psycopg
    from psycopg import pq

Answer = TypeVar("Answer")

SILENT_SECONDS = 0.5
"""After so long without an answer somebody asks whether the server is there."""
SCREEN_SECONDS = 2.0
"""So long a screen waits for that, and whoever shares its connection, since it may wait behind them."""
OTHERS_SECONDS = 10.0
"""So long everybody else does."""
SURE_SECONDS = 3.0
"""So long nothing has arrived from a process that waits for us all the time; a screen waits for a third of it."""
_LOOK = 0.1  # seconds between two looks
_RETRANSMITS = 2  # of the same packet, after which it counts as dropped


class ServerSilence:
    """The silence of a connection to an address, from now on. ``descriptor`` is the connection's socket, ``process``
    the number of the process that serves it."""

    def __init__(self, address: PostgresqlAddress, descriptor: int, process: int, audience: Audience) -> None:
        self._address = address
        self._descriptor, self._process = descriptor, process
        audience.look()
        self._patience = SCREEN_SECONDS if audience.has_screen else OTHERS_SECONDS
        self._sure = SURE_SECONDS / (3 if audience.has_screen else 1)
        self._ask()

    def _ask(self) -> None:
        self._until = time.monotonic() + self._patience
        self._answered, self._waits = threading.Event(), threading.Event()
        threading.Thread(target=self._asked, args=(self._answered, self._waits), daemon=True).start()

    def _asked(self, answered: threading.Event, waits: threading.Event) -> None:
        import psycopg

        try:
            with _asking(self._address, self._patience) as connection:
                answered.set()
                since = _waits_since(connection, self._process)
                if since is not None:
                    time.sleep(self._sure)  # what it has said may be on its way
                    if _waits_since(connection, self._process) == since:
                        waits.set()
        except psycopg.Error as error:
            if server_said(error):
                answered.set()

    def is_for_good(self) -> bool:
        """Whether no answer will come any more."""
        if self._waits.is_set():
            threading.Thread(target=_end, args=(self._address, self._process), daemon=True).start()
            return True
        if time.monotonic() < self._until:
            return False
        if not self._answered.is_set() or _are_dropped(self._descriptor):
            return True
        self._ask()
        return False


def _asking(address: PostgresqlAddress, seconds: float) -> psycopg.Connection[Any]:
    import psycopg

    return psycopg.connect(
        address.uri,
        autocommit=True,
        connect_timeout=max(2, round(seconds)),
        tcp_user_timeout=15_000,
        application_name="certfleet",
    )


def _waits_since(connection: psycopg.Connection[Any], process: int) -> Any:
    """Since when a process of ours has been waiting for its client; None if it is at work, or isn't there.

    https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW"""
    found = connection.execute(
        "SELECT state_change::text FROM pg_stat_activity WHERE pid = %s AND usename = current_user"
        " AND (state LIKE 'idle%%' OR wait_event_type = 'Client')",
        (process,),
    ).fetchone()
    return None if found is None else found[0]


def _end(address: PostgresqlAddress, process: int) -> None:
    """End a process of the server that waits for us in vain. What it has not committed is undone."""
    import psycopg

    with suppress(psycopg.Error), _asking(address, OTHERS_SECONDS) as connection:
        if _waits_since(connection, process) is not None:
            connection.execute("SELECT pg_terminate_backend(%s)", (process,))


def _are_dropped(descriptor: int) -> bool:
    """Whether packets are sent again and again because the other side doesn't acknowledge them (tcp(7), TCP_INFO)."""
    if sys.platform != "linux":
        return False
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as same:
        if same.family != socket.AF_UNIX:
            return same.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 3)[2] >= _RETRANSMITS
    return False


def wait_for(answer: select.poll, address: PostgresqlAddress, libpq: pq.abc.PGconn, audience: Audience) -> None:
    """Wait until something arrives at the socket of a connection. Raises psycopg's error if nothing will."""
    if answer.poll(SILENT_SECONDS * 1000):
        return
    silence = ServerSilence(address, libpq.socket, libpq.backend_pid, audience)
    while not answer.poll(_LOOK * 1000):
        if silence.is_for_good():
            raise _gone()


def _gone() -> psycopg.Error:
    import psycopg

    return psycopg.OperationalError("it doesn't answer")


def connect(address: PostgresqlAddress, audience: Audience, **settings: Any) -> psycopg.Connection[Any]:
    """Connect to an address. The connection gives up, and is closed, when a silence is for good. Raises psycopg's
    errors."""
    connection = _kind().connect(
        address.uri, autocommit=True, tcp_user_timeout=15_000, client_encoding="UTF8", **settings
    )
    connection.address, connection.audience = address, audience
    return connection  # type: ignore[no-any-return]  # its class is made when psycopg is there


@cache
def _kind() -> Any:
    import psycopg

    class WatchedConnection(psycopg.Connection[Any]):
        address: PostgresqlAddress
        audience: Audience

        def wait(self, gen: Generator[Any, Any, Answer], *more: Any, **named: Any) -> Answer:
            return super().wait(_watched(gen, self), *more, **named)

    return WatchedConnection


def _watched(gen: Generator[Any, Any, Answer], connection: Any) -> Generator[Any, Any, Answer]:
    """The same generator of what is waited for; every now and then it is told that there is nothing yet."""
    heard, silence = time.monotonic(), None
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if ready:
                heard, silence = time.monotonic(), None
            elif silence is None and time.monotonic() - heard > SILENT_SECONDS:
                process = connection.pgconn.backend_pid
                silence = ServerSilence(connection.address, connection.fileno(), process, connection.audience)
            elif silence is not None and silence.is_for_good():
                connection.pgconn.finish()
                raise _gone()
            wanted = gen.send(ready)
    except StopIteration as end:
        answer: Answer = end.value
        return answer
