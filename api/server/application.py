"""The application: one workspace, and the calls over it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import msgspec
from litestar import Litestar
from litestar.datastructures import State
from litestar.types import ASGIApp

from ...store.workspace import Workspace
from ..product import ALL, OPEN
from ..product.device_query import Fleet
from .access_log import AccessLog
from .answers import Answer
from .calls import Call
from .openapi import document_of
from .openapi_page import page_of
from .routes import page_route, refused, routes_of
from .security_headers import SecurityHeaders

PREFIX = "/xenmobile/api/v1"

_DESCRIPTION = """
The public shapes of the product, for scripts to be rehearsed against this workspace and its simulated devices.

Log in with `POST authentication/login`; send the token back in the header `auth_token`. Success is `"status": 0`;
what is refused has another status, a message and a code.
"""


def create_application(workspace: Workspace) -> Litestar:
    """The application over a workspace, which stays open as long as it runs."""
    described = openapi()
    return Litestar(
        route_handlers=[
            *routes_of(every_call(), workspace),
            page_route("/openapi.json", Answer(msgspec.json.encode(described))),
            page_route("/docs", Answer(page_of(described).encode(), "text/html; charset=utf-8")),
        ],
        state=State({"workspace": workspace, "one_trial": asyncio.Lock(), "fleet": Fleet(workspace)}),
        exception_handlers={Exception: refused},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # each call has a limit of its own
        debug=False,
    )


def every_call() -> list[Call]:
    """The calls of all surfaces, by their whole paths."""
    return [
        *(replace(call, path=PREFIX + call.path) for part in ALL for call in part.calls),
        *(call for part in OPEN for call in part.calls),
    ]


def openapi() -> dict[str, Any]:
    """The OpenAPI document."""
    return document_of(every_call(), description=_DESCRIPTION)


def served(app: ASGIApp) -> ASGIApp:
    """The application with the middleware around every answer: headers and access log."""
    return AccessLog(SecurityHeaders(app))
