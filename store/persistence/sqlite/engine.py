"""The engine: one row per document in SQLite, with a write-ahead log and a full sync at each commit; or in memory.

Any number of processes share one file. SQLite's write lock makes writers queue; ``PRAGMA data_version`` tells a reader,
without touching the disk, that somebody else has committed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from ...errors import Refusal
from ..conditions import LookupIndex
from ..damage import damaged
from ..files.private_files import create_file
from ..files.writable_file import is_writable
from ..sql.carrying_over import carrying_over
from ..sql.engine import GONE, RETIRED, SqlEngine, check_name, index_name, keys_in
from ..sql.restore_points import NEEDED as RESTORE_POINTS
from ..sql.restore_points import RestorePoints
from ..sql.row_queries import RowQueries
from .errors import BUSY_SECONDS, Refusing
from .rows import SQLITE, SqliteRows
from .statements import Statements
from .write_ahead_log import write_ahead

APPLICATION_ID = 0x43464C54  # "CFLT", so that file(1) and we can tell our databases from others

PRAGMAS = (
    "synchronous = FULL",
    "secure_delete = FAST",
    "cache_size = -64000",
    "wal_autocheckpoint = 4000",  # 16 MB: a batch of devices is a few, and each checkpoint syncs twice
)
PRAGMAS_IN_MEMORY = ("synchronous = OFF", "temp_store = MEMORY")
PRAGMAS_OF_LARGE = ("synchronous = OFF", "cache_size = -64000")
LARGE = 256 * 1024**2
"""A database of more bytes is not copied into memory, but into a temporary file of SQLite's: without a name, readable
by nobody else, and gone when it is closed."""


class SqliteEngine(SqlEngine):
    """Documents in the SQLite file at ``path``, which is created, readable only by its owner, if it is missing.

    None keeps them in memory, as long as the engine is open: for tests, trials and forecasts; if they are ``large``, in
    a temporary file. ``indexes`` names the
    lookup fields of each table; each gets an index over the JSON text, so that a lookup reads single rows and never
    loads a table.

    SQLite's failures become refusals: ``workspace-damaged``, ``workspace-busy``, ``workspace-unwritable`` or
    ``disk-full``.
    """

    _sql: Statements
    _rows: SqliteRows

    def __init__(
        self, path: Path | None, indexes: Mapping[str, Iterable[LookupIndex]] | None = None, *, large: bool = False
    ) -> None:
        self.path = path
        self.is_large = large
        super().__init__(indexes)
        self._refusing = Refusing(path)
        self._read_only = path is not None and not is_writable(path)
        with self._refusing:
            self._connection = self._connect()
        self._sql = Statements(self._connection, self._refusing)
        self._rows = SqliteRows(self._sql, path)
        self._queries = RowQueries(self._sql, SQLITE, self._indexes)
        self._points = RestorePoints(self._sql)
        self._there = None if path is None else path.absolute()  # wherever this process goes
        self._identity = None if self._there is None else _file_at(self._there)
        try:
            self._prepare()
            self._data_version = self._read_data_version()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        without = "" if self.is_large else ":memory:"
        target = without if self.path is None else str(self.path.absolute())
        if self.path is not None and self._read_only:
            # Without a write-ahead log nobody is writing, so the lock isn't needed; it couldn't be taken anyway.
            target = f"{self.path.absolute().as_uri()}?immutable=1"
        return sqlite3.connect(
            target, uri=self._read_only, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )

    def _prepare(self) -> None:
        (found,) = self._sql.row("PRAGMA application_id")
        if self._read_only and found != APPLICATION_ID:
            raise damaged(self.path or "", "it is no workspace")
        if found not in (0, APPLICATION_ID):
            raise damaged(self.path or "", "it belongs to another program")
        if self.path is not None and not self._read_only:
            write_ahead(self._sql)
        unnamed = PRAGMAS_OF_LARGE if self.is_large else PRAGMAS_IN_MEMORY
        for pragma in unnamed if self.path is None else () if self._read_only else PRAGMAS:
            self._sql.run(f"PRAGMA {pragma}")
        self._known = set(self.tables())
        self._rows.look()
        self._points.look()
        ours = self._indexes.items()
        wanted = {index_name(table, field) for table, fields in ours for field in ("number", GONE, *fields)}
        wanted.add(RESTORE_POINTS)
        present = {name for (name,) in self._sql.rows("SELECT name FROM sqlite_master WHERE type = 'index'")}
        old = present.intersection(RETIRED)
        if self._read_only:
            self._queries.missing = wanted - present
            return
        if found == APPLICATION_ID and self._indexes.keys() <= self._known and wanted <= present and not old:
            return
        if found == APPLICATION_ID and self.path is not None:
            carrying_over(self.path.stat().st_size)
        self._sql.run("BEGIN IMMEDIATE")
        for name in old:
            self._sql.run(f'DROP INDEX IF EXISTS "{name}"')
        self._sql.run(f"PRAGMA application_id = {APPLICATION_ID}")
        self._sql.run("CREATE TABLE IF NOT EXISTS _transactions (only INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
        self._sql.run("INSERT OR IGNORE INTO _transactions VALUES (1, 0)")
        for table in self._indexes:
            self._create(table)
        self._points.create()
        self._sql.run("COMMIT")

    def _create(self, table: str) -> None:
        check_name(table)
        self._sql.run(f'CREATE TABLE IF NOT EXISTS "{table}" ({self._rows.columns})')
        self._sql.run(f'CREATE INDEX IF NOT EXISTS "{index_name(table, "number")}" ON "{table}" (number)')
        self._sql.run(f'CREATE INDEX IF NOT EXISTS "{index_name(table, GONE)}" ON "{table}" (id) WHERE body IS NULL')
        for field in self._indexes.get(table, ()):
            keys = ", ".join(SQLITE.key(table, key) for key in keys_in(field))
            self._sql.run(f'CREATE INDEX IF NOT EXISTS "{index_name(table, field)}" ON "{table}" ({keys})')
        self._known.add(table)

    def _read_data_version(self) -> int:
        return int(self._sql.row("PRAGMA data_version")[0])

    def tables(self) -> list[str]:
        rows = self._sql.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        return [name for (name,) in rows if not name.startswith(("_", "sqlite_"))]

    def begin_reading(self) -> None:
        self._sql.run("BEGIN")
        try:
            self.last_transaction()  # the first query fixes the moment
        except BaseException:
            self.end_reading()
            raise

    def begin(self, reads: tuple[str, int] | None = None) -> None:
        if self._read_only:
            raise Refusal(
                "workspace-unwritable",
                f"{self.path} can be read only",
                "Work as its owner, on storage that can be written.",
            )
        self._check_there()
        self._sql.run("BEGIN IMMEDIATE")
        try:
            if not self._rows.have_checksums:
                self._rows.look()  # another process may have added them
            self._number = self.last_transaction() + 1
        except BaseException:
            self.rollback()
            raise
        self._marked = self._stepped = False
        self._points.begin()

    def _check_there(self) -> None:
        """Refuse with ``workspace-gone``: SQLite would go on with a file without a name, which is gone when it is
        closed, and all that is committed to it."""
        if self._there is not None and _file_at(self._there) != self._identity:
            raise Refusal(
                "workspace-gone",
                f"{self.path} is not there any more, or another file is in its place; nothing was changed",
                "Bring it back, or open the workspace where it is now.",
            )

    def rollback(self) -> None:
        super().rollback()
        self._rows.rolled_back()

    @property
    def have_checksums(self) -> bool:
        return self._rows.have_checksums

    def add_checksums(self) -> None:
        self._write_all()
        self._rows.add_checksums()

    def commit(self) -> int:
        self._write_all()
        self._set_number()
        self._sql.run("COMMIT")
        self._rows.committed()
        return self._number

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    @property
    def is_durable(self) -> bool:
        return self.path is not None

    def went_back(self) -> bool:
        return False

    @property
    def is_remote(self) -> bool:
        return False

    def touched_by_others(self, *, asking: bool = True) -> bool:
        self._check_there()
        version = self._read_data_version()
        touched = version != self._data_version
        self._data_version = version
        return touched

    def _opening(self) -> Callable[[], SqliteEngine] | None:
        return None if self.path is None else partial(SqliteEngine, self.path.absolute(), self._indexes)

    def copy(self) -> SqliteEngine:
        return SqliteCopy(self._connection, self._indexes)

    def copy_to(self, path: Path) -> None:
        os.close(create_file(path))
        with Refusing(path), closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)

    def fill(self, number: int, tables: Iterable[tuple[str, tuple[str, ...], Iterable[tuple[Any, ...]]]]) -> None:
        """Write the rows of another database into this one, which is empty: each table's with its columns, as they are
        there, those of restore points included. Its last transaction becomes this one's."""
        self._sql.run("BEGIN IMMEDIATE")
        try:
            for table, columns, rows in tables:
                if not table.startswith("_") and not self._exists(table):
                    self._create(table)
                places = ", ".join("?" * len(columns))
                self._sql.run_for_each(f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({places})', rows)
            self._number = number
            self._set_number()
            self._sql.run("COMMIT")
        except BaseException:
            self.rollback()
            raise

    def check(self) -> list[str]:
        try:
            found = [finding for (finding,) in self._sql.rows("PRAGMA integrity_check") if finding != "ok"]
            return [*found, *self._rows.damaged(self.tables(), self.last_transaction())]
        except Refusal as refusal:
            if refusal.code != "workspace-damaged":
                raise
            return [refusal.message]

    def close(self) -> None:
        with self._refusing:
            self._sql.close()


def _file_at(path: Path) -> tuple[int, int] | None:
    """What tells the file at a path from any other one; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class SqliteCopy(SqliteEngine):
    """A copy of the committed state that another connection sees when the copy is made."""

    def __init__(self, source: sqlite3.Connection, indexes: Mapping[str, Collection[LookupIndex]]) -> None:
        self._source = source
        (pages,), (size,) = (source.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        super().__init__(None, indexes, large=pages * size > LARGE)

    def _connect(self) -> sqlite3.Connection:
        connection = super()._connect()
        self._source.backup(connection)
        return connection
