"""The access log: a line a request with who, what and how long; never a header, a query or a body."""

from __future__ import annotations

import logging
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("certfleet.access")
LONGEST_PATH = 200


class AccessLog:
    """Middleware around everything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            client = scope.get("client")
            who = scope.get("state", {}).get("account", "-")
            path = scope["path"].encode("unicode_escape").decode("ascii")[:LONGEST_PATH]
            took = (time.perf_counter() - began) * 1000
            LOG.info("%s %s %s %s %d %.0f ms", client[0] if client else "-", who, scope["method"], path, status, took)
