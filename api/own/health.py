"""A health check for monitoring, without login."""

from __future__ import annotations

from ...store.workspace import Workspace
from ..server.answers import Answer, Success, answer
from ..server.calls import Calls, Said
from ..server.problems import documented
from ..server.surfaces import SERVER

calls = Calls(SERVER, tag="server", signed_in=False)


@calls.get("/health", Said(documented(Success, 429)))
def get_health(workspace: Workspace) -> Answer:
    """Success if the server is up and can read the workspace. Reveals nothing else."""
    workspace.settings()
    return answer()
