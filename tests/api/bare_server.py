"""The server with an application that does nothing, for what happens before an application is asked."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from litestar.types import Receive, Scope, Send

from certfleet.api.server.http_server import HttpServer
from certfleet.api.server.limits import Limits
from tests.waiting import LONG

NEVER = 10 * LONG
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def reader(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body, and answers how much there was; at /unread without reading, at /never not at all."""
    count, more = 0, scope["path"] != "/unread"
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return
        count, more = count + len(message["body"]), message["more_body"]
    if scope["path"] == "/never":
        await asyncio.sleep(NEVER)
    body = str(count).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body, "more_body": False})


@contextmanager
def running(context: ssl.SSLContext | None = None, **limits: float) -> Iterator[int]:
    """A server with limits, the others of which are never reached; its port. With a context it speaks TLS."""
    usual = dict.fromkeys(("headers", "body", "idle"), NEVER)
    sock = socket.create_server(("127.0.0.1", 0))
    port: int = sock.getsockname()[1]
    is_ready = threading.Event()
    secured = None if context is None else lambda: context
    server = HttpServer(reader, sock, secured, Limits(**{**usual, **limits}), is_ready.set, grace=1)  # type: ignore[arg-type]  # whole numbers where there have to be
    thread = threading.Thread(target=server.run)
    thread.start()
    assert is_ready.wait(LONG)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(LONG)
        assert not thread.is_alive()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=LONG)


def answer(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    found = b""
    try:
        while piece := connection.recv(65536):
            found += piece
    except ConnectionError:
        pass
    return found


def ask(port: int, request: bytes = GET) -> bytes:
    """The first piece of an answer."""
    with connect(port) as connection:
        connection.sendall(request)
        return connection.recv(65536)
