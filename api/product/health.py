"""A health check for monitoring, without login."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ..server.answers import Success, answer
from ..server.problems import documented
from ..server.session import OpenWorkspace

router = APIRouter(tags=["server"])


@router.get("/health", responses=documented(Success, 429))
def get_health(workspace: OpenWorkspace) -> Response:
    """Success if the server is up and can read the workspace. Reveals nothing else."""
    workspace.settings()
    return answer()
