"""Opening the database of a workspace's folder: the one place that chooses the engine."""

from __future__ import annotations

from pathlib import Path

from .folder import STORE_FILE
from .persistence.database_file import address_in
from .persistence.engine import Engine
from .persistence.schema import INDEXES
from .persistence.sqlite import SqliteEngine


def open_engine(folder: Path | None) -> Engine:
    """The engine of the workspace in ``folder``, whose tables are created if they are missing; None: an empty one in
    memory. Refuses as the engine does."""
    if folder is not None and (address := address_in(folder)) is not None:
        from .persistence.postgresql import PostgresqlEngine  # which takes an extra

        return PostgresqlEngine(address, INDEXES)
    return SqliteEngine(None if folder is None else folder / STORE_FILE, INDEXES)
