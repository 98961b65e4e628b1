"""A second handle on an open workspace, so that readers of a process don't wait for its writers."""

from __future__ import annotations

from .clock import StoredClock
from .open_engine import open_engine
from .workspace import Workspace


def second_handle(workspace: Workspace) -> Workspace:
    """Another handle on the same store, for the same person, with a connection, tables and a lock of its own: as
    another process has, it sees what is committed, and nothing else.

    Of a workspace in memory there is only one, which is returned. Close it unless it is the same.
    """
    if workspace.path is None:
        return workspace
    second = Workspace(
        open_engine(workspace.path, create=False),
        path=workspace.path,
        key_file=workspace.vault.key_file,
        passphrase=workspace.vault.passphrase,
        actor=workspace.actor.own,
        clock=None if isinstance(workspace.clock, StoredClock) else workspace.clock,
    )
    workspace.vault.share(second.vault)
    workspace.logins.share(second.logins)
    return second
