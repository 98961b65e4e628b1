"""Who is behind a request: the header ``auth_token``, and acting in that person's name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, cast

from fastapi import Depends, Request, Response, Security
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader

from ..store.model.audit import Actor
from ..store.workspace import Workspace

HEADER = "auth_token"
TOKEN = APIKeyHeader(name=HEADER, auto_error=False, description="What `authentication/login` gave.")

token_needed = Security(TOKEN)
"""Says on the OpenAPI page that an endpoint needs a token; that it is one, ``SignedIn`` sees to."""


def workspace_of(request: Request) -> Workspace:
    """The workspace that the server serves."""
    return cast(Workspace, request.app.state.workspace)


OpenWorkspace = Annotated[Workspace, Depends(workspace_of)]


def origin_of(request: Request) -> str | None:
    """The address that a request comes from."""
    return None if request.client is None else request.client.host


class SignedIn(APIRoute):
    """A route for those who are logged in. What its endpoint does is done in their name, and within their role.

    Who isn't gets ``not-logged-in`` or ``session-expired``, before anything of the request is read.
    """

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:
        handle = super().get_route_handler()

        async def handle_signed_in(request: Request) -> Response:
            workspace = workspace_of(request)
            account = await run_in_threadpool(workspace.logins.account_of, request.headers.get(HEADER))
            request.state.account = account.name  # for the access log
            with workspace.acting_as(Actor.of(account, origin_of(request))):
                return cast(Response, await handle(request))

        return handle_signed_in
