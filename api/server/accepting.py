"""Accepting connections: counted before anything is spent on them, TLS included."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from typing import Any

from .connections import Connections, HeldConnection
from .limits import Limits
from .protocol import LimitedProtocol

LOG = logging.getLogger("certfleet.api")
AT_ONCE = 4  # then others have their turn: a TLS handshake takes as long as several requests
PAUSE = 0.5  # seconds, where the system has no more files

Protocols = Callable[[HeldConnection], LimitedProtocol]
CurrentContext = Callable[[], ssl.SSLContext]
"""The TLS context for a new connection."""


class Acceptor:
    """Takes the connections of a listening socket. For the event loop's thread."""

    def __init__(
        self, sock: socket.socket, context: CurrentContext | None, limits: Limits, protocols: Protocols
    ) -> None:
        self._sock = sock
        self._context = context
        self._limits = limits
        self._protocols = protocols
        self._connections = Connections(limits)
        self._beginning: set[asyncio.Task[None]] = set()
        self._open = False

    def start(self) -> None:
        """Accept from now on."""
        self._sock.setblocking(False)
        self._open = True
        asyncio.get_running_loop().add_reader(self._sock, self._accept)

    def stop(self) -> None:
        """Accept no more, and end what hasn't asked for anything."""
        self._open = False
        asyncio.get_running_loop().remove_reader(self._sock)
        self._sock.close()
        for task in self._beginning:
            task.cancel()
        self._connections.close_all()

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                made, address = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                LOG.warning("no connection can be accepted: %s", error.strerror)
                loop = asyncio.get_running_loop()
                loop.remove_reader(self._sock)
                loop.call_later(PAUSE, self._go_on)
                return
            made.setblocking(False)
            self._take(made, str(address[0]))

    def _take(self, made: socket.socket, address: str) -> None:
        begun = _Begun()
        connection = self._connections.admit(address, begun.cancel)
        if connection is None:
            made.close()
            return

        def begun_or_not(task: asyncio.Task[None]) -> None:
            self._beginning.discard(task)
            if task.cancelled() or task.exception() is not None:  # no TLS, too late, or closed, maybe before it ran
                protocol.abandon()
                connection.end()
                made.close()

        protocol = self._protocols(connection)
        begun.task = asyncio.get_running_loop().create_task(self._begin(made, connection, protocol))
        self._beginning.add(begun.task)
        begun.task.add_done_callback(begun_or_not)

    def _go_on(self) -> None:
        if self._open:
            asyncio.get_running_loop().add_reader(self._sock, self._accept)

    async def _begin(self, made: socket.socket, connection: HeldConnection, protocol: LimitedProtocol) -> None:
        secured: dict[str, Any] = {}
        if self._context is not None:
            secured = {
                "ssl": self._context(),
                "ssl_handshake_timeout": self._limits.goodbye if connection.turned_away else self._limits.handshake,
                "ssl_shutdown_timeout": self._limits.goodbye,
            }
        await asyncio.get_running_loop().connect_accepted_socket(lambda: protocol, made, **secured)


class _Begun:
    """A connection before it speaks HTTP: it is closed by ending its task."""

    task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()
