"""What can't be opened is closed: a connection that stays would keep others from restoring the workspace."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.sqlite.engine import SqliteEngine


def test_a_database_that_cannot_be_opened_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    SqliteEngine(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE _transactions")
    with pytest.raises(Refusal) as refused:  # which keeps the traceback, and so all that is in it
        Database(SqliteEngine(path))
    assert refused.value.code == "workspace-damaged"
    with closing(sqlite3.connect(path, timeout=0)) as other:
        other.execute("PRAGMA journal_mode = DELETE")  # refused as long as somebody has it open
