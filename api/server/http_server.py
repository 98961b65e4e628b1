"""uvicorn's server behind an acceptor with limits."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httptools  # noqa: F401  uvicorn reads requests with it, and asks for it only when it starts
import uvicorn
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from .accepting import Acceptor, CurrentContext
from .connections import HeldConnection
from .limits import Limits
from .protocol import LimitedProtocol
from .unavailable import STOPPING, answer_unavailable

GRACE = 10  # seconds that requests under way have at the end
LOG = logging.getLogger("certfleet.api")


class HttpServer(uvicorn.Server):
    """Serves an application on a listening socket until SIGINT, SIGTERM, SIGHUP or ``should_exit``. ``ready`` is called
    once connections are accepted."""

    def __init__(
        self,
        app: ASGIApp,
        sock: socket.socket,
        context: CurrentContext | None,
        limits: Limits,
        ready: Callable[[], None] = lambda: None,
        grace: int = GRACE,
    ) -> None:
        config = uvicorn.Config(
            ends_quietly(app),
            http="httptools",
            loop="auto",  # uvloop, where there is one
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=grace,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
        )
        super().__init__(config)
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # that strangers send nonsense is no news
        self._acceptor = Acceptor(sock, context, limits, self._protocol)
        self._limits = limits
        self._ready = ready

    def _protocol(self, connection: HeldConnection) -> LimitedProtocol:
        return LimitedProtocol(
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
            _loop=asyncio.get_running_loop(),
            connection=connection,
            limits=self._limits,
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        asyncio.get_running_loop().set_exception_handler(_note)
        self._acceptor.start()
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's own, and SIGHUP: the terminal is gone. Who has set it aside, as nohup(1) does, keeps it so."""
        is_main = threading.current_thread() is threading.main_thread()
        hangs_up = is_main and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN
        before = signal.signal(signal.SIGHUP, self.handle_exit) if hangs_up else None
        try:
            with super().capture_signals():
                yield
        finally:
            if hangs_up:
                signal.signal(signal.SIGHUP, before)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._acceptor.stop()
        await super().shutdown(sockets)
        await asyncio.sleep(0.1)  # what was cancelled answers


def ends_quietly(app: ASGIApp) -> ASGIApp:
    """The application whose requests that are cut off at the end are answered, instead of being errors."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        is_begun = False

        async def noted(message: Message) -> None:
            nonlocal is_begun
            is_begun = True
            await send(message)

        try:
            await app(scope, receive, noted)
        except asyncio.CancelledError:
            if not is_begun:
                await answer_unavailable(send, STOPPING)

    return answered


def _note(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A line for an error of the event loop; what a broken connection does is none."""
    error = context.get("exception")
    if not isinstance(error, OSError):
        LOG.error("%s", context.get("message"), exc_info=error)
