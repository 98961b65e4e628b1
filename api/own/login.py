"""Logging in and out: the same sessions as the product's calls have."""

from __future__ import annotations

import msgspec

from ...store.workspace import Workspace
from ..product.login import TOKEN, Login, Token
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.bodies import MOST_OF_A_STRANGER, HttpRequest
from ..server.calls import CallDescription, Calls
from ..server.session import HEADER, keeps, origin_of
from ..server.surfaces import OWN

anybody = Calls(OWN, tag="sessions", signed_in=False, most=MOST_OF_A_STRANGER)
calls = Calls(OWN, tag="sessions")


@anybody.post("/login", CallDescription(TOKEN))
def log_in(request: HttpRequest, workspace: Workspace, credentials: Login) -> HttpAnswer:
    """Log in. After 5 failures in a row the account is locked for 15 minutes."""
    token = workspace.logins.login(credentials.login, credentials.password, origin=origin_of(request))
    return HttpAnswer(msgspec.json.encode(Token(token)))


@calls.post("/logout", keeps(DoneAnswer))
def log_out(request: HttpRequest, workspace: Workspace) -> HttpAnswer:
    """End the session of the request's token."""
    workspace.logins.logout(request.headers.get(HEADER))
    return answer(DoneAnswer)
