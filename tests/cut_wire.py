"""A wire between a client and a server on loopback that is cut at a moment of the test's choice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

_PART = 65536
Cut = Callable[[bytes], bool]


class CutWire:
    """Passes on what clients of ``port`` and the server at ``server_port`` say to each other.

    ``before`` and ``after`` look at what a client says: the wire is cut instead of passing it on, or when the server
    answers it. ``is_down``: nobody gets through. ``is_silent``: what anybody says is lost, and nothing is closed.
    ``alters`` is given what the server says, and answers what arrives.
    ``drops``: in place of cutting what is connected, it does that to them alone, as a firewall that has forgotten them.
    """

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.before: Cut | None = None
        self.after: Cut | None = None
        self.alters: Callable[[bytes], bytes] | None = None
        self.is_down = False
        self.is_silent = False
        self.drops = False
        self._dropped: set[socket.socket] = set()
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.is_down:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.server_port))
                self._open += [client, server]
                answered = threading.Event()
                threading.Thread(target=self._up, args=(client, server, answered), daemon=True).start()
                threading.Thread(target=self._down, args=(client, server, answered), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket, cut_at_answer: threading.Event) -> None:
        with suppress(OSError):
            while said := client.recv(_PART):
                if self.before is not None and self.before(said):
                    self.cut()
                if self.after is not None and self.after(said):
                    cut_at_answer.set()
                if not self.is_silent and client not in self._dropped:
                    server.sendall(said)
            if client not in self._dropped:
                server.shutdown(socket.SHUT_WR)

    def _down(self, client: socket.socket, server: socket.socket, cut_at_answer: threading.Event) -> None:
        with suppress(OSError):
            while said := server.recv(_PART):
                if cut_at_answer.is_set():
                    cut_at_answer.clear()
                    self.cut()
                if not self.is_silent and client not in self._dropped:
                    client.sendall(said if self.alters is None else self.alters(said))
            if client not in self._dropped:
                client.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Cut all that is connected, or drop it."""
        self.before = self.after = None
        self.cuts += 1
        if self.drops:
            self._dropped.update(self._open)
            return
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def close(self) -> None:
        """End it."""
        self.drops = False
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
