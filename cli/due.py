"""What the clock makes due, done by whoever looks: today the notice of a CA group that has become ready."""

from __future__ import annotations

from ..store.errors import Refusal
from ..store.workspace import Workspace


def settle(workspace: Workspace) -> None:
    """Do what is due. Storage that can't be written, or is being written, leaves it to the next command."""
    try:
        workspace.settle()
    except Refusal as refusal:
        if refusal.code not in ("workspace-unwritable", "workspace-busy"):
            raise
