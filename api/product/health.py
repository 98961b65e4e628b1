"""Whether the server is up, for who watches it; nobody has to log in for that."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ..server.answers import Success, answer
from ..server.problems import documented
from ..server.session import OpenWorkspace

router = APIRouter(tags=["server"])


@router.get("/health", responses=documented(Success, 429))
def get_health(workspace: OpenWorkspace) -> Response:
    """Success where the server is up and the workspace can be read; nothing else is told."""
    workspace.settings()
    return answer()
