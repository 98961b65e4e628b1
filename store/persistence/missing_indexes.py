"""Whether opening a large workspace of an earlier release makes indexes first, which takes a while."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from .schema import INDEXES
from .sql_engine import index_name

LARGE = 200 * 1024 * 1024
"""Bytes of a file from which on it is more than a moment."""


def makes_indexes(file: Path) -> bool:
    """Whether a file of SQLite is large and lacks an index that opening it makes; False if that can't be told."""
    wanted = {index_name(table, index) for table, indexes in INDEXES.items() for index in indexes}
    try:
        if file.stat().st_size < LARGE:
            return False
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall()
    except (OSError, sqlite3.Error):
        return False  # opening it says what is wrong
    return bool(found) and not wanted <= {name for (name,) in found}
