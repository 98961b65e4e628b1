"""Answers 503 of the server itself, which no application gives."""

from __future__ import annotations

from litestar.types import Send

from ...store.errors import Refusal
from .problems import problem

BUSY = Refusal("connections-busy", "too many connections are open", "Try again in a second.")
STOPPING = Refusal("server-stopping", "the server stops, and has ended the request", "Check whether it took effect.")


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
