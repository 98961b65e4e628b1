"""The application as a rehearsed script meets it: each call is noted, and some meet a fault."""

from __future__ import annotations

import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from ...store.errors import Refusal
from ...store.workspace import Workspace
from ..server.calls import Call
from ..server.effects import NOTED
from ..server.session import HEADER
from ..server.threads import in_thread
from ..server.unavailable import BUSY, answer_unavailable
from .call_routes import call_of
from .calls_made import CallMade
from .faults import RETRY_AFTER, SLOW, FaultKind, Faults, possible_faults
from .passing_request import PassingRequest


class RehearsedApp:
    """Middleware around an application over ``workspace``, a branch. For the event loop's thread, apart from ``calls``,
    which is complete once the server has ended."""

    def __init__(self, app: ASGIApp, workspace: Workspace, faults: Faults | None = None, slow: float = SLOW) -> None:
        self._calls: list[CallMade] = []
        self._app = app
        self._workspace = workspace
        self._faults = faults
        self._slow = slow
        self._began = time.monotonic()
        self._count = 0

    @property
    def calls(self) -> list[CallMade]:
        """Those made so far, as they came."""
        return sorted(self._calls, key=lambda one: one.number)

    def begin(self) -> None:
        """The script begins now."""
        self._began = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        self._count += 1
        at, number, meeting = self._now(), self._count, PassingRequest(scope, receive, send)
        call = call_of(scope["method"], scope["path"])
        await meeting.read_body()
        fault = None if self._faults is None else self._faults.of(number, _possible(call, meeting))
        token = NOTED.set(meeting.take_note)
        try:
            if not await self._meet(meeting, fault):
                fault = None
        finally:
            NOTED.reset(token)
            self._calls.append(meeting.call_made(number, at, self._now(), fault, is_login=_is_login(call)))

    def _now(self) -> float:
        return round(time.monotonic() - self._began, 3)

    async def _meet(self, meeting: PassingRequest, fault: FaultKind | None) -> bool:
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


def _possible(call: Call | None, meeting: PassingRequest) -> tuple[FaultKind, ...]:
    if call is None:
        return ()
    return possible_faults(
        is_login=_is_login(call),
        has_session=call.signed_in and meeting.header(HEADER.encode()) is not None,
        changes=call.said.has_effects,
        can_be_halved=meeting.can_be_halved,
    )


def _is_login(call: Call | None) -> bool:
    """Whether it is one of the calls that give a token."""
    return call is not None and not call.signed_in and call.path.endswith("/login")
