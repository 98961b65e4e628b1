"""The application: one workspace, and the calls over it."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

import msgspec
from litestar import Litestar
from litestar.datastructures import State
from litestar.types import ASGIApp

from ...store.workspace import Workspace
from .. import own, product
from ..product.fleet import Fleet
from .access_log import AccessLog
from .answers import HttpAnswer
from .openapi import document_of
from .openapi_page import page_of
from .routes import page_route, refused, routes_of
from .security_headers import SecurityHeaders
from .session import Handles
from .surfaces import NEWEST, OWN, PRODUCT, Surface

PREFIX = PRODUCT.prefix

_SAID = {
    PRODUCT: """
The public shapes of the product, for scripts to be rehearsed against this workspace and its simulated devices.

Log in with `POST authentication/login`; send the token back in the header `auth_token`. Success is `"status": 0`;
what is refused has another status, a message and a code.

`certfleet rehearse -- SCRIPT` serves a copy in memory to a script, and tells the one difference that its calls make.
""",
    OWN: """
Certfleet's richer calls, in the shapes of the command line's JSON.

The token in the header `auth_token` is the one that the product's `POST authentication/login` gives, or `POST login`.
Success is HTTP 200. What is refused has another status, which the answer repeats, with a message and a code. With
`?dryRun=true` a call that changes something only answers what it would change.
""",
}


def create_application(workspace: Workspace, reading: Workspace | None = None) -> Litestar:
    """The application over a workspace, which stays open as long as it runs. ``reading`` is a second handle on the same
    for what only reads."""
    return Litestar(
        route_handlers=[
            *routes_of(CALLS),
            *(page_route(path, page) for path, page in _pages().items()),
        ],
        state=state_of(workspace, reading),
        exception_handlers={Exception: refused},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # each call has a limit of its own
        debug=False,
    )


def state_of(workspace: Workspace, reading: Workspace | None = None) -> State:
    """What the calls of an application need of the workspace that it is over."""
    handles = Handles(workspace, reading or workspace)
    return State({"handles": handles, "one_trial": asyncio.Lock(), "fleet": Fleet(handles.reading)})


CALLS = [call for part in (*product.PARTS, *own.PARTS) for call in part.calls]
"""The calls of all surfaces."""


@cache
def openapi(surface: Surface = PRODUCT) -> dict[str, Any]:
    """The OpenAPI document of a surface. Ours has the server's own paths, too."""
    products = (PRODUCT, NEWEST)
    calls = [call for call in CALLS if (call.surface in products) is (surface is PRODUCT)]
    return document_of(
        calls,
        title=f"certfleet: {surface.title}",
        description=_SAID[surface],
        has_camel_names=surface.has_camel_names,
    )


@cache
def _pages() -> dict[str, HttpAnswer]:
    """What is answered to everybody, by path: the documents, and the pages made of them."""
    pages = {}
    for surface, root, other in ((PRODUCT, "", OWN.prefix), (OWN, OWN.prefix, "")):
        document = openapi(surface)
        page = page_of(document, f"{root}/openapi.json", f"{other}/docs")
        pages[f"{root}/openapi.json"] = HttpAnswer(msgspec.json.encode(document))
        pages[f"{root}/docs"] = HttpAnswer(page.encode(), "text/html; charset=utf-8")
    return pages


def served(app: ASGIApp) -> ASGIApp:
    """The application with the middleware around every answer: headers and access log."""
    return AccessLog(SecurityHeaders(app))
