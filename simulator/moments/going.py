"""Going back to a moment, while no simulator moves the workspace."""

from __future__ import annotations

from ...store.model.kept_moment import KeptMoment
from ...store.workspace import Workspace
from ..engine.processes.lock import simulator_lock


def go_to(workspace: Workspace, name: str) -> KeptMoment:
    """Give the workspace the state of a moment again; see ``Moments.go``. Refuses with ``moment-unknown``,
    ``cannot-go-back`` or ``simulator-running``."""
    with simulator_lock(workspace):
        return workspace.moments.go(name)
