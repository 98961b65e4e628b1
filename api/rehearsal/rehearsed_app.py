"""The application as a rehearsed script meets it: each call is noted, and some meet a fault."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Struct

from ...store.effects.effects import Effects
from ...store.errors import Refusal
from ...store.workspace import Workspace
from ..server.answers import JSON
from ..server.calls import Call
from ..server.effects import NOTED
from ..server.problems import problem
from ..server.protocol import CUT
from ..server.session import HEADER
from ..server.threads import in_thread
from ..server.unavailable import BUSY, answer_unavailable
from .call_routes import call_of
from .calls_made import CallMade, ItemRefusal
from .change_words import change_text
from .faults import RETRY_AFTER, SLOW, FaultKind, Faults, possible_faults
from .rehearsed_bodies import digest_of, halved

MOST_HELD = 16 * 1024 * 1024  # bytes of a body that is read before its call
MOST_READ = 4 * 1024 * 1024  # and of an answer that is looked into
NO_DEVICE = "no-device-took-part"
"""The code of the product's answer with HTTP 200 and status -1."""

LONGEST = 300  # characters of a path or a message that are kept


class RehearsedApp:
    """Middleware around an application over ``workspace``, a branch; ``calls`` are those made so far. For the event
    loop's thread, apart from ``calls``, which is complete once the server has ended."""

    def __init__(self, app: ASGIApp, workspace: Workspace, faults: Faults | None = None, slow: float = SLOW) -> None:
        self.calls: list[CallMade] = []
        self._app = app
        self._workspace = workspace
        self._faults = faults
        self._slow = slow
        self._began = time.monotonic()
        self._count = 0

    def begin(self) -> None:
        """The script begins now."""
        self._began = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        self._count += 1
        at, number, meeting = self._now(), self._count, _Meeting(scope, receive, send)
        call = call_of(scope["method"], scope["path"])
        await meeting.read_body()
        fault = None if self._faults is None else self._faults.of(number, _possible(call, meeting))
        token = NOTED.set(meeting.take_note)
        try:
            if not await self._meet(meeting, fault):
                fault = None
        finally:
            NOTED.reset(token)
            self.calls.append(meeting.call_made(number, at, self._now(), fault, is_login=_is_login(call)))
            self.calls.sort(key=lambda one: one.number)

    def _now(self) -> float:
        return round(time.monotonic() - self._began, 3)

    async def _meet(self, meeting: _Meeting, fault: FaultKind | None) -> bool:
        """Have a call answered, or not; whether the fault came about."""
        match fault:
            case FaultKind.TOO_MANY:
                await meeting.answer(429, "workspace-busy", "too many requests; wait before the next one", RETRY_AFTER)
            case FaultKind.UNAVAILABLE:
                await answer_unavailable(meeting.send, BUSY)
            case FaultKind.SESSION_ENDS:
                has_ended = await in_thread(self._end_session, meeting.header(HEADER.encode()))
                await self._app(meeting.scope, meeting.receive, meeting.send)
                return has_ended
            case FaultKind.LOST_ANSWER:
                await self._app(meeting.scope, meeting.receive, meeting.swallow)
                if not meeting.changed:  # nothing was carried out
                    await meeting.send_late(0)
                    return False
                await meeting.cut()
            case FaultKind.HALF_DONE:
                meeting.halve()
                await self._app(meeting.scope, meeting.receive, meeting.swallow)
                if meeting.is_refused:
                    await meeting.send_late(0)
                    return False
                await meeting.answer(500, "internal-error", "the server met an error after it had begun")
            case FaultKind.SLOW:
                await self._app(meeting.scope, meeting.receive, meeting.swallow)
                await meeting.send_late(self._slow)
            case None:
                await self._app(meeting.scope, meeting.receive, meeting.send)
        return True

    def _end_session(self, token: str | None) -> bool:
        """Whether there was one."""
        try:
            self._workspace.logins.logout(token)
        except Refusal:
            return False
        return True


class _Meeting:
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


def _possible(call: Call | None, meeting: _Meeting) -> tuple[FaultKind, ...]:
    if call is None:
        return ()
    return possible_faults(
        is_login=_is_login(call),
        has_session=call.signed_in and meeting.header(HEADER.encode()) is not None,
        changes=call.said.action is not None,
        can_be_halved=meeting.can_be_halved,
    )


def _is_login(call: Call | None) -> bool:
    """Whether it is one of the calls that give a token."""
    return call is not None and not call.signed_in and call.path.endswith("/login")
