"""How large a request may be: told by its length where it says one, and counted while it comes in."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import problem

MOST_JSON = 4 * 1024 * 1024  # bytes; 100,000 ids fit
MOST_UPLOAD = 512 * 1024 * 1024  # bytes; 100,000 small keystores fit
_MULTIPART = b"multipart/form-data"


class BodyLimit:
    """Middleware that ends requests with too large a body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        upload = headers.get(b"content-type", b"").lower().startswith(_MULTIPART)
        most = MOST_UPLOAD if upload else MOST_JSON
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > most:
            await _too_large(most)(scope, receive, send)
            return
        read, started = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooLarge:
            if not started:
                await _too_large(most)(scope, receive, send)


class _TooLarge(Exception):
    """More has come in than may."""


def _too_large(most: int) -> ASGIApp:
    return problem(413, "body-too-large", f"a request may have {most:,} bytes", "Split it.")
