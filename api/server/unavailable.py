"""Answers of the server itself, which no application gives."""

from __future__ import annotations

from http import HTTPStatus

from litestar.types import Send

from ...store.errors import Refusal
from .problems import problem

BUSY = Refusal("connections-busy", "too many connections are open", "Try again in a second.")
STOPPING = Refusal("server-stopping", "the server stops, and has ended the request", "Check whether it took effect.")


_VIOLATIONS = {
    400: "this is no request that HTTP allows",
    408: "the request did not come in time",
    431: "the request's headers are too long",
}


def violation(status: int, said: str | None = None) -> bytes:
    """The whole answer to a request that violates HTTP or its limits, after which the connection is closed. ``said`` is
    what is wrong, where more is known than the status says."""
    phrase = HTTPStatus(status).phrase
    body = problem(status, "request-refused", said or _VIOLATIONS[status]).body
    return (
        f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        "connection: close\r\n\r\n"
    ).encode() + body


async def answer_unavailable(send: Send, refusal: Refusal) -> None:
    """Answer 503, and close the connection."""
    body = problem(503, refusal.code, refusal.message, refusal.hint).body
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        (b"retry-after", b"1"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
