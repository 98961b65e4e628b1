"""A connection to a server that is not trusted: what it sends is bounded, and its time is its caller's."""

from __future__ import annotations

import asyncio
import socket

MOST_BYTES = 1024 * 1024
"""More than any handshake or greeting has. OpenSSL takes at most 100 KiB of certificates."""

_AT_ONCE = 16 * 1024


class TooMuch(Exception):
    """The server sent more than any TLS handshake has."""


class EndpointConnection:
    """A TCP connection, used with ``async with``. Nothing is read ahead, so TLS can begin at any time.

    Time limits are the caller's (``asyncio.timeout``): they hold for the whole, not for each piece.
    """

    def __init__(self, address: str, port: int) -> None:
        self._address, self._port = address, port
        self._socket: socket.socket | None = None
        self._waiting = bytearray()
        self.received = 0
        """The bytes that came so far."""

    async def __aenter__(self) -> EndpointConnection:
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        self._socket = own = socket.socket(family, socket.SOCK_STREAM)
        try:
            own.setblocking(False)
            await asyncio.get_running_loop().sock_connect(own, (self._address, self._port))
        except BaseException:
            own.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()

    async def send(self, data: bytes) -> None:
        """Send it all."""
        assert self._socket is not None
        await asyncio.get_running_loop().sock_sendall(self._socket, data)

    async def receive(self) -> bytes:
        """What comes next; empty at the end. Raises ``TooMuch``."""
        if self._waiting:
            data = bytes(self._waiting)
            self._waiting.clear()
            return data
        return await self._receive(_AT_ONCE)

    async def receive_exactly(self, count: int) -> bytes:
        """So many bytes. Raises ``ConnectionError`` if fewer come, and ``TooMuch``."""
        while len(self._waiting) < count:
            data = await self._receive(min(count - len(self._waiting), _AT_ONCE))
            if not data:
                raise ConnectionResetError("it closed the connection")
            self._waiting += data
        data = bytes(self._waiting[:count])
        del self._waiting[:count]
        return data

    async def receive_line(self, longest: int) -> bytes:
        """A line with its end; without, if it is longer. Raises ``ConnectionError`` and ``TooMuch``."""
        while (at := self._waiting.find(b"\n")) < 0 and len(self._waiting) < longest:
            data = await self._receive(longest)
            if not data:
                raise ConnectionResetError("it closed the connection")
            self._waiting += data
        return await self.receive_exactly(longest if at < 0 else at + 1)

    async def _receive(self, most: int) -> bytes:
        assert self._socket is not None
        data = await asyncio.get_running_loop().sock_recv(self._socket, most)
        self.received += len(data)
        if self.received > MOST_BYTES:
            raise TooMuch
        return data
