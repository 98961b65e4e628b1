"""Logging in and out."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ..server.problems import documented
from ..server.session import HEADER, OpenWorkspace, SignedIn, origin_of, reads, token_needed
from .request_fields import Login, Success, Token

anybody = APIRouter(prefix="/authentication", tags=["authentication"])
router = APIRouter(prefix="/authentication", tags=["authentication"], route_class=SignedIn)


@anybody.post("/login", responses=documented(400, 401, 413, 423, 429))
def login(request: Request, workspace: OpenWorkspace, credentials: Login) -> Token:
    """Log in. After 5 failures in a row the account is locked for 15 minutes."""
    token = workspace.logins.login(credentials.login, credentials.password, origin=origin_of(request))
    return Token(auth_token=token)


@router.post("/logout", dependencies=[token_needed], **reads())
def logout(request: Request, workspace: OpenWorkspace) -> Success:
    """End the session of the token that comes with it."""
    workspace.logins.logout(request.headers.get(HEADER))
    return Success(status=0, message="Success")
