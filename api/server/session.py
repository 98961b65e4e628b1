"""The person behind a request, by the header ``auth_token``, and acting in their name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, cast

from fastapi import Depends, Request, Response, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader

from ...store.model.account import Account
from ...store.model.audit import Actor
from ...store.model.permissions import least_role
from ...store.workspace import Workspace
from .answers import Success
from .effects import PARAMETER, is_dry_run, try_out, with_effects
from .problems import documented

HEADER = "auth_token"
TOKEN = APIKeyHeader(name=HEADER, auto_error=False, description="What `authentication/login` gave.")
ACTION = "x-action"

token_needed = Security(TOKEN)
"""Says on the OpenAPI page that an endpoint needs a token; that it is one, ``SignedIn`` sees to."""


def workspace_of(request: Request) -> Workspace:
    """The workspace that the server serves; in a dry run, the copy that is made for it."""
    return cast(Workspace, getattr(request.state, "workspace", request.app.state.workspace))


OpenWorkspace = Annotated[Workspace, Depends(workspace_of)]


def origin_of(request: Request) -> str | None:
    """The address that a request comes from."""
    return None if request.client is None else request.client.host


def reads(kind: type[Success] | None, *statuses: int, **extra: Any) -> dict[str, Any]:
    """The answers of a route that changes nothing, or only a person's own marks: ``kind``, or None for a file, and its
    refusals."""
    return {"responses": documented(kind, 400, 401, 413, 429, *statuses), "openapi_extra": extra}


def changes(kind: type[Success] | None, action: str, *statuses: int, **extra: Any) -> dict[str, Any]:
    """The same for a route that changes something. The role must allow ``action``, one of the audit trail's actions.

    Further arguments, as ``requestBody``, go to the OpenAPI page.
    """
    said = {ACTION: action, "x-least-role": least_role(action).value, "parameters": [PARAMETER], **extra}
    return {"responses": documented(kind, 400, 401, 403, 413, 429, *statuses), "openapi_extra": said}


def _log_in(workspace: Workspace, token: str | None) -> Account:
    """Whose token it is. What the request reads rests on what is due by the clock."""
    account = workspace.logins.account_of(token)
    workspace.settle()
    return account


class SignedIn(APIRoute):
    """A route for those who are logged in. What its endpoint does is done in their name, and within their role.

    Others are refused with ``not-logged-in`` or ``session-expired``, and a role that doesn't allow it with
    ``not-permitted``, before the request's body is read.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        action = (self.openapi_extra or {}).get(ACTION)

        async def handle_signed_in(request: Request) -> Response:
            workspace = workspace_of(request)
            account = await run_in_threadpool(_log_in, workspace, request.headers.get(HEADER))
            request.state.account = account.name  # for the access log
            person = Actor.of(account, origin_of(request))

            async def act(on: Workspace) -> Response:
                request.state.workspace = on
                with on.acting_as(person):
                    if action is not None:
                        on.audit.permit(action)
                    return await handle(request)

            if action is None:
                return await act(workspace)
            if is_dry_run(request):
                async with request.app.state.one_trial:  # each has a copy of the workspace in memory
                    return await try_out(workspace, act)
            return await with_effects(workspace, lambda: act(workspace))

        return handle_signed_in
