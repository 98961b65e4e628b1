"""Request bodies: read piece by piece, and limited by what the call takes, whatever the request says of itself."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request
from litestar.exceptions import HTTPException

from ...store.certificates.limits import MAX_BULK_ARCHIVE
from .reading import invalid

MOST_JSON = 4 * 1024 * 1024  # bytes; 100,000 ids fit
MOST_UPLOAD = MAX_BULK_ARCHIVE + 1024 * 1024  # bytes: the largest archive that is taken, and what comes along
MOST_OF_A_STRANGER = 16 * 1024  # bytes: a name and a password
SMALL_BODY = 16 * 1024  # bytes that are read before it is known who sends them

HttpRequest = Request[Any, Any, Any]


class TooLarge(HTTPException):
    """The body exceeds the limit."""

    def __init__(self, most: int) -> None:
        super().__init__(status_code=413, detail=f"a request may have {most:,} bytes", headers={"Connection": "close"})


async def pieces(request: HttpRequest, most: int) -> AsyncIterator[bytes]:
    """The body of a request as it comes in. Refuses with 413, ``body-too-large``, and with ``request-invalid`` if it is
    compressed: how large it is would be known too late."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", ""):
        raise invalid(f"the body is encoded as {encoding[:40]!r}, and is expected as it is", "Send it uncompressed.")
    if "content-length" in request.headers and announced(request) > most:
        raise TooLarge(most)
    count, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise invalid("the request was broken off")
        piece, more = message.get("body", b""), message.get("more_body", False)
        count += len(piece)
        if count > most:
            raise TooLarge(most)
        if piece:
            yield piece


def announced(request: HttpRequest) -> float:
    """How many bytes the body has as the request says; endlessly many if it doesn't say a number."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else math.inf


async def whole(request: HttpRequest, most: int = MOST_JSON) -> bytes:
    """The body of a request."""
    return b"".join([piece async for piece in pieces(request, most)])


def content_type(request: HttpRequest) -> str:
    """The media type of a request's body, without parameters; empty if it says none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
