"""A connection as uvicorn handles it, with limits of time and bytes for headers, bodies and idleness."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .connections import HeldConnection
from .host_header import host_problem
from .limits import Limits
from .unavailable import BUSY, answer_unavailable, violation

CUT = "certfleet.cut"
"""In the state of a request's scope: cuts its connection, as a network does that breaks down."""


class LimitedProtocol(HttpToolsProtocol):
    """uvicorn limits by itself how long a connection may be idle after an answer, and nothing before it."""

    def __init__(self, *args: Any, connection: HeldConnection, limits: Limits, **options: Any) -> None:
        super().__init__(*args, **options)
        self.timeout_keep_alive = limits.idle  # type: ignore[assignment]  # a number of seconds, which may be a part
        self._connection = connection
        self._limits = limits
        self._deadline: asyncio.TimerHandle | None = None
        self._in_headers = self._in_body = self._is_lost = False
        self._header_bytes = self._body_bytes = self._unwanted = 0
        self._problem: str | None = None
        if connection.turned_away:
            self.app = turn_away

    # The connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # it is one for streams
        self._connection.close = self.transport.abort
        self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._is_lost:
            return
        self._is_lost = True
        self._set_deadline(None)
        self._connection.end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not (self._in_headers or self._in_body):
            self._expect_headers()
        if self._in_headers:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._in_headers and self._header_bytes > self._limits.header_bytes:
            self._end(431)

    def abandon(self) -> None:
        """The connection was closed while it began: uvloop doesn't say so to a protocol that has seen it made."""
        if self.transport is not None:
            self.connection_lost(ConnectionAbortedError())

    # The request

    def _expect_headers(self) -> None:
        self._in_headers, self._header_bytes = True, 0
        patience = self._limits.goodbye if self._connection.turned_away else self._limits.headers
        self._set_deadline(patience, self._end, 408)

    def on_headers_complete(self) -> None:
        self._problem = host_problem(self.parser.get_http_version(), self.headers)
        if self._problem is not None:
            raise ValueError(self._problem)  # the parser takes no more, and ``send_400_response`` is called
        self._in_headers, self._in_body = False, True
        self._body_bytes = self._unwanted = 0
        self._connection.work()
        self._set_deadline(self._limits.body, self._look_at_body, 0)
        self.scope["state"][CUT] = self.transport.abort
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self.cycle.response_complete:
            self._unwanted += len(body)
            if self._unwanted > self._limits.unwanted:
                self.transport.abort()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_body = False
        self._set_deadline(None)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.pipeline:
            self._connection.wait()

    def _look_at_body(self, before: int) -> None:
        """End a request whose body hardly comes; not where we are the ones who don't read on."""
        if self._body_bytes - before < self._limits.body_bytes and not self.flow.read_paused:
            self._end(408)
        else:
            self._set_deadline(self._limits.body, self._look_at_body, self._body_bytes)

    def _set_deadline(self, seconds: float | None, action: Any = None, *arguments: Any) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, action, *arguments)

    def send_400_response(self, msg: str) -> None:
        self._end(400)

    def _end(self, status: int) -> None:
        """Say why, unless something is being answered, and close."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(violation(status, self._problem))
        self.transport.close()
        self._set_deadline(self._limits.goodbye, self.transport.abort)


async def turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that answers to every request that there are too many."""
    await answer_unavailable(send, BUSY)
