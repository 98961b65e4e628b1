"""Serving the console to browsers, with textual-serve: a page, and a process of ``certfleet`` for each tab."""

from __future__ import annotations

import asyncio
import copy
import logging
import shlex
import socket
from collections.abc import Sequence
from typing import Any

from aiohttp import web
from textual_serve.server import Server

from ...store.listening import shown
from .admission import Admission

MOST_TABS = 8
"""Consoles at once; each is a process."""
LEAVE = 5.0  # seconds for the consoles to end when the server does


class ConsoleServer(Server):
    """A server on a socket that listens; ``command`` are the words that start a console."""

    def __init__(self, command: Sequence[str], sock: socket.socket, *, title: str) -> None:
        self._sock = sock
        self.admission = Admission()
        self._tabs: set[asyncio.Task[Any]] = set()
        super().__init__(shlex.join(command), title=title, public_url=f"http://{shown(sock)}")

    @property
    def address(self) -> str:
        """The address to open, with the key."""
        return self.admission.address(self.public_url)

    def run(self) -> None:
        """Serve until Ctrl-C or SIGTERM."""
        logging.getLogger("textual-serve").setLevel(logging.CRITICAL)  # it would print local variables
        web.run_app(
            self._make_app(), sock=self._sock, print=None, access_log=None, handle_signals=True, shutdown_timeout=LEAVE
        )

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self.admission.middleware)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Nothing: the command says where it is."""

    async def on_shutdown(self, app: web.Application) -> None:
        """End all consoles, as if their users had quit."""
        for tab in self._tabs:
            tab.cancel()
        if self._tabs:
            await asyncio.wait(self._tabs, timeout=LEAVE)

    async def handle_index(self, request: web.Request) -> Any:
        """The page, with the address that this browser uses: a tunnel may have another port."""
        here = copy.copy(self)
        here.public_url = f"http://{request.host}"
        return await Server.handle_index(here, request)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A console of its own for each tab."""
        if len(self._tabs) >= MOST_TABS:
            raise web.HTTPServiceUnavailable(text=f"There are {MOST_TABS} consoles already.\n")
        task = asyncio.current_task()
        assert task is not None
        self._tabs.add(task)
        try:
            return await super().handle_websocket(request)
        finally:
            self._tabs.discard(task)
