"""Looking into a workspace's store from outside: nothing is locked, created, settled or written.

For somebody who watches many workspaces that others work in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from ...errors import Refusal
from ..damage import damaged
from ..engine import Record
from .errors import Refusing
from .rows import SqliteRows
from .statements import Statements

_WAITS = 0.2  # seconds, while somebody checkpoints


class Onlooker:
    """The records of a store as they are committed at one moment."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._rows = SqliteRows(Statements(connection, Refusing(path)), path)
        self._rows.look()

    def record(self, table: str, id: int, kind: type[Record]) -> Record | None:
        """A record; None if there is none."""
        return self._rows.record(table, id, kind)

    def after(self, table: str, id: int, kind: type[Record]) -> list[Record]:
        """The records with higher ids, the newest first."""
        return self._rows.after(table, id, kind)


@contextmanager
def onlooker(path: Path) -> Iterator[Onlooker]:
    """Look into the store at ``path``. Refuses with ``workspace-missing``, ``workspace-damaged`` or ``workspace-busy``,
    also for what is found inside the block."""
    if not path.is_file():
        raise Refusal("workspace-missing", f"there is no workspace at {path.parent}")
    # Without a log nobody has it open, and SQLite would create one to read it.
    how = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    try:
        uri = f"{path.absolute().as_uri()}?{how}"
        with closing(sqlite3.connect(uri, uri=True, timeout=_WAITS, isolation_level=None)) as connection:
            connection.execute("BEGIN")
            yield Onlooker(connection, path)
    except Refusal:
        raise
    except sqlite3.OperationalError as error:
        raise Refusal("workspace-busy", f"the workspace can't be read at the moment: {error}") from error
    except (sqlite3.DatabaseError, msgspec.MsgspecError) as error:
        raise damaged(path, str(error)) from error
