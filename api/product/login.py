"""Logging in and out."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from ...store.errors import Refusal
from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, Success, answer
from ..server.bodies import MOST_OF_A_STRANGER, HttpRequest
from ..server.calls import Body, CallDescription, Calls
from ..server.problems import documented
from ..server.session import HEADER, keeps, origin_of
from ..server.surfaces import PRODUCT
from ..server.threads import LOGINS

anybody = Calls(PRODUCT, "/authentication", tag="authentication", signed_in=False, most=MOST_OF_A_STRANGER, pool=LOGINS)
calls = Calls(PRODUCT, "/authentication", tag="authentication")


class Login(Body, kw_only=True):
    """The name and password of an account."""

    login: Annotated[str, Meta(max_length=200)]
    password: Annotated[str, Meta(max_length=2000, extra_json_schema={"format": "password"})]

    def __repr__(self) -> str:
        return "Login(...)"


class Token(Struct, frozen=True):
    """A session's token, to be sent in the header ``auth_token``."""

    auth_token: str


_TOKEN = msgspec.json.schema_components([Token])[1]["Token"]
TOKEN = {
    200: {"description": "Logged in.", "content": {"application/json": {"schema": _TOKEN}}},
    **documented(None, 400, 401, 413, 423, 429),
}


@anybody.post("/login", CallDescription(TOKEN))
def login(request: HttpRequest, workspace: Workspace, credentials: Login) -> HttpAnswer:
    """Log in. After 5 failures in a row the account is locked for 15 minutes."""
    token = workspace.logins.login(credentials.login, credentials.password, origin=origin_of(request))
    return HttpAnswer(msgspec.json.encode(Token(token)))


class LoggedOut(Success, frozen=True, kw_only=True):
    """The end of a session, in the product's words."""

    Status: str


@anybody.post("/login/cloud", CallDescription(documented(None, 400, 413)))
def login_by_cloud_token() -> HttpAnswer:
    """Not offered here: `authentication/login` is."""
    raise Refusal(
        "cloud-login-not-offered",
        "a bearer token of the cloud edition is no login here",
        "Log in with POST authentication/login, and the name and password of an account.",
    )


@calls.post("/logout", keeps(LoggedOut))
def logout(request: HttpRequest, workspace: Workspace) -> HttpAnswer:
    """End the session of the request's token. The body is not read: clients send names in quotes of all kinds."""
    name = workspace.logins.account_of(request.headers.get(HEADER)).name
    workspace.logins.logout(request.headers.get(HEADER))
    return answer(LoggedOut, Status=f"user {name} logged out successfully.")
