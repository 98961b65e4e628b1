"""Logging in and out."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request, Response
from msgspec import Struct
from pydantic import Field

from ..server.answers import Success, answer
from ..server.problems import documented
from ..server.session import HEADER, OpenWorkspace, SignedIn, origin_of, reads, token_needed
from .request_fields import Body

anybody = APIRouter(prefix="/authentication", tags=["authentication"])
router = APIRouter(prefix="/authentication", tags=["authentication"], route_class=SignedIn)


class Login(Body):
    """The name and password of an account."""

    login: str = Field(max_length=200)
    password: str = Field(max_length=2000, json_schema_extra={"format": "password"})

    def __repr__(self) -> str:
        return "Login(...)"


class Token(Struct, frozen=True):
    """A session's token, to be sent in the header ``auth_token``."""

    auth_token: str


_TOKEN = msgspec.json.schema_components([Token])[1]["Token"]
_LOGIN = {
    200: {"description": "Logged in.", "content": {"application/json": {"schema": _TOKEN}}},
    **documented(None, 400, 401, 413, 423, 429),
}


@anybody.post("/login", responses=_LOGIN)
def login(request: Request, workspace: OpenWorkspace, credentials: Login) -> Response:
    """Log in. After 5 failures in a row the account is locked for 15 minutes."""
    token = workspace.logins.login(credentials.login, credentials.password, origin=origin_of(request))
    return Response(msgspec.json.encode(Token(token)), media_type="application/json")


@router.post("/logout", dependencies=[token_needed], **reads(Success))
def logout(request: Request, workspace: OpenWorkspace) -> Response:
    """End the session of the request's token."""
    workspace.logins.logout(request.headers.get(HEADER))
    return answer()
