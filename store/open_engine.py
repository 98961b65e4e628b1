"""Opening the database of a workspace's folder: the one place that chooses the engine."""

from __future__ import annotations

from pathlib import Path

from .folder import STORE_FILE
from .persistence.engine import Engine
from .persistence.schema import INDEXES
from .persistence.sqlite import SqliteEngine


def open_engine(folder: Path | None) -> Engine:
    """The engine of the workspace in ``folder``, whose tables are created if they are missing; None: an empty one in
    memory. Refuses as the engine does."""
    return SqliteEngine(None if folder is None else folder / STORE_FILE, INDEXES)
