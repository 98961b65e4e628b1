"""The application that a server runs: one workspace, and the endpoints over it."""

from __future__ import annotations

from fastapi import FastAPI

from .. import __version__
from ..store.workspace import Workspace
from . import problems
from .fleet import Fleet
from .limits import BodyLimit
from .routes import ALL

PREFIX = "/xenmobile/api/v1"

_DESCRIPTION = """
The public shapes of the product, for scripts to be rehearsed against this workspace and its simulated devices.

Log in with `POST authentication/login`; send the token back in the header `auth_token`. Success is `"status": 0`;
what is refused has another status, a message and a code.
"""


def create_application(workspace: Workspace) -> FastAPI:
    """The application over a workspace, which stays open as long as it runs."""
    app = FastAPI(
        title="certfleet",
        version=__version__,
        description=_DESCRIPTION,
        docs_url="/docs",
        redoc_url=None,
        openapi_url="/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.workspace = workspace
    app.state.fleet = Fleet(workspace)
    problems.install(app)
    app.add_middleware(BodyLimit)
    for router in ALL:
        app.include_router(router, prefix=PREFIX)
    return app
