"""The person behind a request, by the header ``auth_token``, and acting in their name."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from litestar.exceptions import HTTPException, NotFoundException
from msgspec import Struct

from ...store.errors import Refusal
from ...store.model.account import Account
from ...store.model.audit import Actor
from ...store.model.permissions import least_role
from ...store.persistence.database import sharing_commits
from ...store.persistence.done_before import one_action
from ...store.workspace import Workspace
from .answers import HttpAnswer
from .bodies import SMALL_BODY, HttpRequest, announced, content_type, whole
from .calls import Call, CallDescription
from .effects import DRY_RUN, NAME, NAME_PARAMETER, PARAMETER, is_dry_run, try_out, with_effects
from .problems import documented
from .reading import invalid, read, read_json
from .threads import in_thread

HEADER = "auth_token"
ACTION = "x-action"


def origin_of(request: HttpRequest) -> str | None:
    """The address that a request comes from."""
    return None if request.client is None else request.client.host


def reads(kind: type[Struct] | None, *statuses: int, action: str | None = None, **extra: Any) -> CallDescription:
    """What is said of a call that only reads: its answer is ``kind``, or None for a file, and its refusals. With an
    ``action``, it is for those whose role allows that.

    It gets a handle on the store for readers, which doesn't wait for writers."""
    said = {**_for_whom(action), **extra}
    return CallDescription(documented(kind, 400, 401, 413, 429, *statuses), action, said, only_reads=True)


def keeps(kind: type[Struct] | None, *statuses: int, action: str | None = None) -> CallDescription:
    """The same for a call that does something without effects that could be tried: it keeps what is a person's own,
    such as marks, a challenge, or the end of a session; or it makes a backup, or moves the simulator."""
    return CallDescription(documented(kind, 400, 401, 413, 429, *statuses), action, _for_whom(action))


def changes(kind: type[Struct] | None, action: str, *statuses: int, **extra: Any) -> CallDescription:
    """The same for a call that changes something. The role must allow ``action``, one of the audit trail's actions.

    Further arguments, as ``requestBody``, go to the OpenAPI page.
    """
    said = {**_for_whom(action), "parameters": [PARAMETER, NAME_PARAMETER], **extra}
    return CallDescription(documented(kind, 400, 401, 403, 413, 429, *statuses), action, said, has_effects=True)


def _for_whom(action: str | None) -> dict[str, Any]:
    return {} if action is None else {ACTION: action, "x-least-role": least_role(action).value}


class Handles(NamedTuple):
    """Two handles on one store: readers don't wait for a lock that writers hold. In memory they are the same."""

    writing: Workspace
    reading: Workspace


async def answer_to(call: Call, request: HttpRequest) -> HttpAnswer:
    """The answer to a request.

    What a call does is done in the name of who is logged in, and within their role. Others are refused with
    ``not-logged-in`` or ``session-expired``, and a role that doesn't allow it with ``not-permitted``, whatever the body
    is; a large one isn't read for them.
    """
    handles: Handles = request.app.state.handles
    takes_body = call.body is not None or bool(call.brought)
    is_small = not takes_body or not call.signed_in or announced(request) <= SMALL_BODY
    async with AsyncExitStack() as stack:
        if is_small and DRY_RUN not in request.query_params:  # one change of threads, which costs as much as an answer
            given = await _given(call, request, stack)
            return await call.pool.run(_at_once, call, request, handles, given)
        workspace = _handle(call, handles)
        account = await in_thread(_log_in, handles, call, request)
        person = Actor.of(account, origin_of(request))
        _permit(call, workspace, person)
        tried = is_dry_run(request) and not call.said.only_reads
        if tried and not call.said.has_effects:
            raise Refusal("request-invalid", f"this call can't be tried: it has no {DRY_RUN}")
        arguments = _arguments(call, request, await _given(call, request, stack))
        if tried:
            async with request.app.state.one_trial:  # each has a copy of the workspace in memory
                return await try_out(workspace, call.surface, lambda copy: _done(call, copy, person, arguments))
        return await in_thread(_answered, call, workspace, person, arguments, request.query_params.get(NAME))


class _Given(NamedTuple):
    """What a request brings: its body, what readers made of it, or why that is refused."""

    body: bytes | None
    brought: dict[str, Any]
    refused: Exception | None


async def _given(call: Call, request: HttpRequest, stack: AsyncExitStack) -> _Given:
    try:
        brought = {name: await stack.enter_async_context(reader.by(request)) for name, reader in call.brought}
        return _Given(None if call.body is None else await whole(request, call.most), brought, None)
    except (Refusal, HTTPException) as error:
        return _Given(None, {}, error)


def _handle(call: Call, handles: Handles) -> Workspace:
    return handles.reading if call.said.only_reads else handles.writing


def _at_once(call: Call, request: HttpRequest, handles: Handles, given: _Given) -> HttpAnswer:
    with one_action():
        return _answer(call, request, handles, given)


def _answer(call: Call, request: HttpRequest, handles: Handles, given: _Given) -> HttpAnswer:
    workspace = _handle(call, handles)
    if not call.signed_in:
        return _called(call, workspace, _arguments(call, request, given))
    person = Actor.of(_log_in(handles, call, request), origin_of(request))
    _permit(call, workspace, person)
    return _answered(call, workspace, person, _arguments(call, request, given), request.query_params.get(NAME))


def _permit(call: Call, workspace: Workspace, person: Actor) -> None:
    if call.said.action is not None:
        with workspace.acting_as(person):
            workspace.audit.permit(call.said.action)


def _answered(
    call: Call, workspace: Workspace, person: Actor, arguments: dict[str, Any], name: str | None
) -> HttpAnswer:
    """With the effects of a call that changes something. ``name``: what the client calls a protected workspace."""
    if not call.said.has_effects:
        return _done(call, workspace, person, arguments)
    with sharing_commits():
        return with_effects(workspace, call.surface, lambda: _done(call, workspace, person, arguments), name)


def _done(call: Call, workspace: Workspace, person: Actor, arguments: dict[str, Any]) -> HttpAnswer:
    with workspace.acting_as(person):
        return _called(call, workspace, arguments)


def _log_in(handles: Handles, call: Call, request: HttpRequest) -> Account:
    """Whose token it is. What the request reads rests on what is due by the clock, and on others' commits."""
    account = handles.reading.logins.account_of(request.headers.get(HEADER))
    request.scope.setdefault("state", {})["account"] = account.name  # for the access log
    handles.reading.settle()
    if not call.said.only_reads:
        handles.writing.catch_up()
    return account


def _called(call: Call, workspace: Workspace, arguments: dict[str, Any]) -> HttpAnswer:
    if call.wants_workspace is not None:
        arguments = {call.wants_workspace: workspace, **arguments}
    return call.function(**arguments)


def _arguments(call: Call, request: HttpRequest, given: _Given) -> dict[str, Any]:
    """The values of path, query and body for a call's function. Refuses with ``request-invalid``; a path with something
    else where an id or a word belongs is 404."""
    arguments = dict(given.brought)
    if call.fields.__struct_fields__:
        values = _query(request, call)
        for name in call.in_path:
            values[name] = request.path_params[name]
            if name in call.numbers and not (values[name].isascii() and values[name].isdigit()):
                raise NotFoundException
            if name in call.words and values[name] not in call.words[name]:
                raise NotFoundException
        found = read(call.fields, values)
        arguments |= {name: getattr(found, name) for name in found.__struct_fields__}
    if given.refused is not None:
        raise given.refused
    if call.body is not None and given.body is not None:
        name, kind = call.body
        said = content_type(request)
        if said and not said.endswith("json"):
            raise invalid("the body: JSON is expected", "Send JSON, with the header Content-Type: application/json.")
        arguments[name] = read_json(kind, given.body)
    if call.wants_request is not None:
        arguments[call.wants_request] = request
    return arguments


def _query(request: HttpRequest, call: Call) -> dict[str, Any]:
    """The values in the query, in a list where the call wants one."""
    given: dict[str, Any] = {}
    text = request.scope["query_string"].decode("latin-1")
    for name, value in parse_qsl(text, keep_blank_values=True):
        if name in call.lists:
            given.setdefault(name, []).append(value)
        else:
            given[name] = value
    return given
