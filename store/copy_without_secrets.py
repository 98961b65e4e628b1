"""A copy of a workspace without its secrets, for forecasts, here or in another process: in dictionaries, or over the
large tables of its database."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from .clock import virtual
from .model.audit import Actor
from .persistence.copies.memory import MemoryEngine
from .persistence.engine import LARGE
from .workspace import Workspace

_SECRETS = ("vault_keys", "vault_secrets")


def rows_without_secrets(workspace: Workspace, without: Collection[str] = (), least: int = LARGE) -> MemoryEngine:
    """A copy of what is committed now, for ``workspace_of_rows``. No secret is in it; the tables in ``without`` are
    empty, too. Its clock is virtual and stands at the present second. Tables of at least so many rows are read from the
    workspace's database, in that state, until the copy and all copies of it are closed."""
    with workspace.database.lock:
        engine = workspace.database.engine.layered_copy({*_SECRETS, *without}, least)
        now = workspace.now()
    settings = {**(engine.get("workspace", 1) or {}), "clock": virtual(now)}
    engine.begin()
    engine.put("workspace", [(1, msgspec.json.encode(settings).decode())])
    engine.commit()
    return engine


def workspace_of_rows(engine: MemoryEngine, user: str) -> Workspace:
    """A workspace in memory over ``rows_without_secrets``, whose vault is a new one. It is for one ``user``, who may do
    everything in it. What is issued in it is issued on paper."""
    workspace = Workspace(engine, actor=Actor(user), on_paper=True)
    with workspace.database.transaction():
        workspace.vault.create()
    return workspace
