"""The application: one workspace, and the endpoints over it."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp

from ... import __version__
from ...store.workspace import Workspace
from ..product import ALL, OPEN
from ..product.device_query import Fleet
from . import problems
from .access_log import AccessLog
from .answers import schemas
from .body_limit import BodyLimit
from .security_headers import SecurityHeaders
from .trailing_slashes import SlashesAtTheEnd

PREFIX = "/xenmobile/api/v1"

_DESCRIPTION = """
The public shapes of the product, for scripts to be rehearsed against this workspace and its simulated devices.

Log in with `POST authentication/login`; send the token back in the header `auth_token`. Success is `"status": 0`;
what is refused has another status, a message and a code.
"""


def create_application(workspace: Workspace) -> FastAPI:
    """The application over a workspace, which stays open as long as it runs."""
    app = FastAPIOffline(
        docs_url="/docs",
        redoc_url=None,
        static_url="/static",
        title="certfleet",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url="/openapi.json",
        generate_unique_id_function=lambda route: route.name,
        strict_content_type=False,
        redirect_slashes=False,
    )
    app.state.workspace = workspace
    app.state.one_trial = asyncio.Lock()
    app.state.fleet = Fleet(workspace)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SlashesAtTheEnd)
    for router in ALL:
        app.include_router(router, prefix=PREFIX)
    for router in OPEN:
        app.include_router(router)
    make = app.openapi
    # FastAPI's own way to change the schema is another function in this place, which the type doesn't foresee.
    app.openapi = lambda: _with_answers(make())  # type: ignore[method-assign]
    return app


def served(app: ASGIApp) -> ASGIApp:
    """The application with the middleware around every answer: headers and access log."""
    return AccessLog(SecurityHeaders(app))


def _with_answers(schema: dict[str, Any]) -> dict[str, Any]:
    """With the shapes of the answers. FastAPI says of every endpoint that it answers 422 in a shape of its own; here
    that is 400, as a ``RefusalAnswer``."""
    for path in schema["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(name, None)
    schema["components"]["schemas"].update(schemas())
    return schema
