"""A lost connection to PostgreSQL is opened again in a thread: a server that never answers holds up no screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from .address import PostgresqlAddress
from .no_connection import unreachable

AGAIN_SECONDS = 2.0
"""After a failed attempt, who draws a screen or only wants to know whether there is news waits so long for the next."""
SCREEN_SECONDS = 0.2
"""So long a screen waits for a new connection, once for each attempt; whoever else waits until the attempt ends."""


BEHIND_SCREEN_SECONDS = 2.0
"""So long whoever else waits in a process with a screen, which may be waiting for their turn to end."""


class Audience:
    """Who waits for answers over a connection."""

    has_screen = False
    """Whether a screen is among them."""

    def look(self) -> None:
        """Find out about this thread."""
        if not self.has_screen and is_in_event_loop():
            self.has_screen = True


class _Closable(Protocol):
    def close(self) -> None: ...


Connection = TypeVar("Connection", bound=_Closable)


class Reconnecting(Generic[Connection]):
    """Opens connections with ``connect``, one attempt at a time. One thread calls it at a time."""

    def __init__(
        self, address: PostgresqlAddress, connect: Callable[[], Connection], audience: Audience | None = None
    ) -> None:
        self._address = address
        self._audience = audience or Audience()
        self._connect = connect
        self._attempt: _Attempt[Connection] | None = None
        self._not_before = 0.0

    def connection(self, *, unhurried: bool = False) -> Connection:
        """A new connection. Raises what kept it from being made, or refuses with ``database-unreachable``.

        ``unhurried``: who asks several times a second tries a missing server once in a while only.
        """
        is_screen = is_in_event_loop()
        self._audience.look()
        patience = SCREEN_SECONDS if is_screen else BEHIND_SCREEN_SECONDS if self._audience.has_screen else None
        if self._attempt is None:
            if (unhurried or is_screen) and time.monotonic() < self._not_before:
                raise unreachable(self._address, "the connection was lost")
            self._attempt = _Attempt(self._connect)
        elif is_screen:
            patience = 0.0
        elif patience is not None:
            patience = max(0.0, patience - self._attempt.age)
        if not self._attempt.is_over(patience):
            raise unreachable(self._address, "it doesn't answer")
        attempt, self._attempt = self._attempt, None
        try:
            return attempt.result()
        except BaseException:
            self._not_before = time.monotonic() + AGAIN_SECONDS
            raise

    def close(self) -> None:
        """Nobody wants the connection any more that is being made."""
        if self._attempt is not None:
            self._attempt.give_up()
            self._attempt = None


class _Attempt(Generic[Connection]):
    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._over = threading.Event()
        self._guard = threading.Lock()
        self._made: Connection | None = None
        self._error: Exception | None = None
        self._is_wanted = True
        self._began = time.monotonic()
        threading.Thread(target=self._run, name="connecting to PostgreSQL", daemon=True).start()

    def _run(self) -> None:
        try:
            made = self._connect()
        except Exception as error:  # noqa: BLE001 - it is raised again in the thread that waits
            self._error = error
        else:
            with self._guard:
                if self._is_wanted:
                    self._made = made
                else:
                    _close(made)
        self._over.set()

    @property
    def age(self) -> float:
        """In seconds."""
        return time.monotonic() - self._began

    def is_over(self, seconds: float | None) -> bool:
        return self._over.wait(seconds)

    def result(self) -> Connection:
        if self._made is None:
            assert self._error is not None
            raise self._error
        return self._made

    def give_up(self) -> None:
        with self._guard:
            self._is_wanted = False
            if self._made is not None:
                _close(self._made)


def _close(connection: _Closable) -> None:
    with suppress(Exception):
        connection.close()


def is_in_event_loop() -> bool:
    """Whether this thread runs an event loop, which draws a screen or serves others, and mustn't wait."""
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
