"""Paths as clients write them: a slash at the end makes no difference."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class SlashesAtTheEnd:
    """Middleware that removes them. A redirect would go to the host that the client names, and lose the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and len(path := scope["path"]) > 1 and path.endswith("/"):
            scope = {**scope, "path": path.rstrip("/") or "/"}
        await self._app(scope, receive, send)
