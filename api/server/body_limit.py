"""The limit for request bodies: checked against the declared length, and counted while the body comes in.

It applies when the body is first read, which is after the token has been checked.
"""

from __future__ import annotations

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...store.certificates.limits import MAX_BULK_ARCHIVE

MOST_JSON = 4 * 1024 * 1024  # bytes; 100,000 ids fit
MOST_UPLOAD = MAX_BULK_ARCHIVE + 1024 * 1024  # bytes: the largest archive that is taken, and what comes along
_MULTIPART = b"multipart/form-data"


class BodyLimit:
    """Middleware that ends requests with too large a body: with 413, ``body-too-large``."""

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
        read = int(length) if length.isdigit() and len(length) < 20 else most + 1
        announced, read = read, 0

        async def counted() -> Message:
            nonlocal read
            if announced > most:
                raise TooLarge(most)
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise TooLarge(most)
            return message

        await self._app(scope, counted, send)


class TooLarge(HTTPException):
    """The body exceeds the limit."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"a request may have {most:,} bytes", headers={"Connection": "close"})
