"""A health check for monitoring, without login."""

from __future__ import annotations

from ...store.workspace import Workspace
from ..server.answers import HttpAnswer, Success, answer
from ..server.calls import CallDescription, Calls
from ..server.problems import documented
from ..server.surfaces import SERVER

calls = Calls(SERVER, tag="server", signed_in=False)


@calls.get("/health", CallDescription(documented(Success, 429), only_reads=True))
def get_health(workspace: Workspace) -> HttpAnswer:
    """Success if the server is up and can read the workspace. Reveals nothing else."""
    workspace.catch_up()  # what was read before is answered from memory
    workspace.settings()
    return answer()
