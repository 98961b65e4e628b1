"""Opening the database of a workspace's folder: the one place that chooses the engine."""

from __future__ import annotations

from pathlib import Path

from .errors import Refusal
from .folder import KEY_FILE, STORE_FILE, lost_in_database
from .persistence.database_file import address_in
from .persistence.engine import Engine
from .persistence.schema import INDEXES
from .persistence.sqlite.engine import SqliteEngine


def open_engine(folder: Path | None, *, create: bool = True) -> Engine:
    """The engine of the workspace in ``folder``, whose tables are created if they are missing; None: an empty one in
    memory.

    ``create`` off: where a database has no workspace, it refuses with ``workspace-missing``, or with
    ``workspace-damaged`` if the folder has the key file of one. Otherwise it refuses as the engine does.
    """
    if folder is not None and (address := address_in(folder)) is not None:
        from .persistence.postgresql.engine import PostgresqlEngine  # which takes an extra

        try:
            return PostgresqlEngine(address, INDEXES, create=create)
        except Refusal as refusal:
            if refusal.code == "workspace-missing" and (folder / KEY_FILE).exists():
                raise lost_in_database(folder) from refusal
            raise
    return SqliteEngine(None if folder is None else folder / STORE_FILE, INDEXES)
