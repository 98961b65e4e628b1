"""A request and its answer, as they pass between a script and the application: looked at, kept back, halved, cut."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from litestar.types import Receive, Send
from msgspec import Struct

from ...store.effects.effects import Effects
from ..server.answers import JSON
from ..server.problems import problem
from ..server.protocol import CUT
from .calls_made import CallMade, ItemRefusal
from .change_words import change_text
from .faults import FaultKind
from .rehearsed_bodies import digest_of, halved

MOST_HELD = 16 * 1024 * 1024  # bytes of a body that is read before its call
MOST_READ = 4 * 1024 * 1024  # and of an answer that is looked into
NO_DEVICE = "no-device-took-part"
"""The code of the product's answer with HTTP 200 and status -1."""

LONGEST = 300  # characters of a path or a message that are kept


class PassingRequest:
    """A request and its answer, as they pass."""

    def __init__(self, scope: Any, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self._held: list[Any] = []  # messages of the request
        self._swallowed: list[Any] = []  # and of its answer
        self._body = b""
        self._later = hashlib.sha256()  # over what is beyond the part of the body that is held
        self._is_whole = False
        self._status: int | None = None
        self._headers: dict[bytes, bytes] = {}
        self._answer = bytearray()
        self._is_gone = False
        self._changed: list[Effects] = []

    # The request

    def header(self, name: bytes) -> str | None:
        """A header of the request; None if it isn't there."""
        found = next((value for one, value in self.scope["headers"] if one.lower() == name.lower()), None)
        return None if found is None else found.decode("latin-1")

    async def read_body(self) -> None:
        """Read the body, unless it is a large one: what a call is has to be known before it is carried out."""
        pieces, count, more = list[bytes](), 0, True
        while more and count <= MOST_HELD:
            message = await self._receive()
            self._held.append(message)
            if message["type"] != "http.request":
                break
            piece, more = message.get("body", b""), message.get("more_body", False)
            pieces.append(piece)
            count += len(piece)
        self._body, self._is_whole = b"".join(pieces), not more

    async def receive(self) -> Any:
        """The request's messages for the application."""
        if self._held:
            return self._held.pop(0)
        message = await self._receive()
        if message["type"] == "http.request":
            self._later.update(message.get("body", b""))
        else:
            self._is_gone = True
        return message

    @property
    def can_be_halved(self) -> bool:
        """Whether it is for several records."""
        return self._is_whole and halved(self._body) is not None

    def halve(self) -> None:
        """Have only the first half carried out."""
        half = halved(self._body) or self._body
        self._held = [{"type": "http.request", "body": half, "more_body": False}]
        length = b"content-length"
        headers = [(name, value) for name, value in self.scope["headers"] if name.lower() != length]
        self.scope["headers"] = [*headers, (length, str(len(half)).encode())]

    def take_note(self, effects: Effects) -> None:
        """What the call changes; called in its thread."""
        self._changed.append(effects)

    # The answer

    async def send(self, message: Any) -> None:
        """Send, and look at it."""
        self._look_at(message)
        await self._send(message)

    async def swallow(self, message: Any) -> None:
        """Look at it, and don't send it."""
        self._look_at(message)
        self._swallowed.append(message)

    def _look_at(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {name.lower(): value for name, value in message.get("headers", ())}
        elif message["type"] == "http.response.body" and len(self._answer) < MOST_READ:
            self._answer += message.get("body", b"")

    @property
    def changed(self) -> str:
        """What the call changed, in words."""
        return "" if not self._changed else change_text(self._changed[-1])

    @property
    def is_refused(self) -> bool:
        """Whether it is answered with an error."""
        return self._status is not None and self._status >= 400

    async def send_late(self, seconds: float) -> None:
        """Send what was swallowed, if the client still waits for it after so many seconds."""
        with suppress(TimeoutError):
            while seconds and (await asyncio.wait_for(self._receive(), seconds))["type"] != "http.disconnect":
                pass
            self._is_gone = bool(seconds)
        for message in () if self._is_gone else self._swallowed:
            await self._send(message)

    async def cut(self) -> None:
        """Cut the connection without an answer."""
        self._status = None
        abort: Callable[[], None] = self.scope["state"][CUT]
        abort()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def answer(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        """An answer of our own."""
        self._answer.clear()
        said = problem(status, code, message)
        headers = {"Content-Type": JSON, "Content-Length": str(len(said.body)), **said.headers}
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": lines})
        await self.send({"type": "http.response.body", "body": said.body, "more_body": False})

    def call_made(self, number: int, at: float, until: float, fault: FaultKind | None, *, is_login: bool) -> CallMade:
        """What is kept of it."""
        told = self._told()
        query = self.scope.get("query_string", b"")
        digest = digest_of(query, self._body, (self.header(b"content-type") or "").encode("latin-1"))
        if not self._is_whole:
            digest = hashlib.sha256(f"{digest} {self._later.hexdigest()}".encode()).hexdigest()
        wait = self._headers.get(b"retry-after", b"")
        failed = told.status not in (0, "0") and self._status == 200 and told.device_action_messages is not None
        code = NO_DEVICE if failed else told.code if self.is_refused else None
        return CallMade(
            number=number,
            at=at,
            ended_at=until,
            method=self.scope["method"],
            path=self.scope["path"][:LONGEST],
            digest=digest,
            account=self.scope.get("state", {}).get("account"),
            status=None if self._is_gone else self._status,
            code=code,
            message=None if code is None or told.message is None else told.message[:LONGEST],
            refused=tuple(ItemRefusal(id=one.id, code=one.code) for one in told.refused),
            changed=self.changed,
            fault=fault,
            is_login=is_login,
            retry_after=int(wait) if wait.isdigit() else None,
        )

    def _told(self) -> _Told:
        """What the answer says, if it is a document."""
        if not self._headers.get(b"content-type", b"").startswith(JSON.encode()) or len(self._answer) >= MOST_READ:
            return _Told()
        try:
            return msgspec.json.decode(self._answer, type=_Told, strict=False)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _Told()


class _ToldItem(Struct, frozen=True):
    id: int | str | None = None
    code: str = ""


class _Told(Struct, frozen=True, rename="camel"):
    """The fields of an answer that say how it went."""

    status: int | str = 0
    code: str | None = None
    message: str | None = None
    refused: tuple[_ToldItem, ...] = ()
    device_action_messages: Any = None
