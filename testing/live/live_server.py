"""A small server for TLS and plain HTTP on one port: a thread for each connection, and limits for strangers.

HTTP is the standard library's. The REST server isn't used: what tests need installs without it.
"""

from __future__ import annotations

import io
import logging
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

MOST_CONNECTIONS = 64
LONGEST = 10.0  # seconds that a connection may take
SPARED = 1.0  # seconds: then it may be closed to make room
MOST_BYTES = 64 * 1024  # of a body; http.server takes as long a line
_POLL = 0.1
_HANDSHAKE = b"\x16"  # the first byte of TLS (RFC 8446, 5.1)

LOG = logging.getLogger("certfleet.testing")


class _Open(NamedTuple):
    """An open connection: another handle to it, which ends it from outside, and since when it is there."""

    handle: socket.socket
    since: float

    def cut(self) -> None:
        with suppress(OSError):
            self.handle.shutdown(socket.SHUT_RDWR)


class LiveServer(ThreadingHTTPServer):
    """Serves on a socket that listens; ``context`` is for connections that begin with TLS. ``start``, and ``end``
    without leaving a thread."""

    daemon_threads = False  # so that ``server_close`` waits for them

    def __init__(
        self, sock: socket.socket, context: ssl.SSLContext, handler: type[BaseHTTPRequestHandler], limit: float
    ) -> None:
        super().__init__(sock.getsockname()[:2], handler, bind_and_activate=False)
        self.socket.close()  # one that the base class has made
        self.socket = sock
        self._context, self._limit = context, limit
        self._connections: dict[Any, _Open] = {}
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(_POLL,), name="live chains", daemon=True)

    def start(self) -> None:
        """Accept connections from now on."""
        self._thread.start()

    def end(self) -> None:
        """Close the socket and every connection, and wait for their threads."""
        self.shutdown()
        self._thread.join()
        self._cut(older_than=0)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin with a connection, unless there are too many."""
        if len(self._connections) >= MOST_CONNECTIONS and not self._make_room():
            self.shutdown_request(request)
            return
        with self._guard:
            self._connections[request] = _Open(request.dup(), time.monotonic())
        super().process_request(request, client_address)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer, inside TLS if the client begins with that."""
        request.settimeout(self._limit)
        first = request.recv(1, socket.MSG_PEEK)
        if first != _HANDSHAKE:
            if first:
                super().finish_request(request, client_address)
            return
        with self._context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)
            secured.settimeout(0)
            with suppress(OSError):
                secured.unwrap()  # says goodbye, and doesn't wait for the client's

    def shutdown_request(self, request: Any) -> None:
        """A connection is over."""
        with self._guard:
            held = self._connections.pop(request, None)
            if held is not None:
                held.handle.close()
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What strangers do is no news; a fault of ours is."""
        if not isinstance(sys.exc_info()[1], OSError):
            LOG.exception("a connection failed")

    def service_actions(self) -> None:
        """Between connections: end those that take too long."""
        self._cut(older_than=self._limit)

    def _cut(self, older_than: float) -> None:
        until = time.monotonic() - older_than
        with self._guard:
            for one in self._connections.values():
                if one.since <= until:
                    one.cut()

    def _make_room(self) -> bool:
        """Close the oldest connection, unless it has just come. The next one waits until it is gone."""
        with self._guard:
            oldest = min(self._connections.values(), key=lambda one: one.since, default=None)
            if oldest is None or oldest.since > time.monotonic() - SPARED:
                return oldest is None
            oldest.cut()
        end = time.monotonic() + SPARED
        while len(self._connections) >= MOST_CONNECTIONS:
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True


class BoundedReader(io.RawIOBase):
    """What a connection sends: after twice ``MOST_BYTES`` it looks as if it had ended."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._left = connection, 2 * MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._connection.recv_into(memoryview(buffer)[: self._left]) if self._left else 0
        self._left -= count
        return count
