"""The engine: one row per document in SQLite, with a write-ahead log and a full sync at each commit; or in memory.

Any number of processes share one file. SQLite's write lock makes writers queue; ``PRAGMA data_version`` tells a reader,
without touching the disk, that somebody else has committed.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from ..errors import Refusal
from .engine import Body, Record, Row
from .memory import MemoryEngine
from .private_files import create_file
from .restore_points import NEEDED as RESTORE_POINTS
from .restore_points import RestorePoints
from .sqlite_errors import BUSY_SECONDS, Refusing, damaged
from .statements import Statements
from .stored_rows import StoredRows
from .writable_file import is_writable
from .write_ahead_log import write_ahead

APPLICATION_ID = 0x43464C54  # "CFLT", so that file(1) and we can tell our databases from others

PRAGMAS = (
    "synchronous = FULL",
    "secure_delete = FAST",
    "cache_size = -64000",
    "wal_autocheckpoint = 4000",  # 16 MB: a batch of devices is a few, and each checkpoint syncs twice
)
PRAGMAS_IN_MEMORY = ("synchronous = OFF", "temp_store = MEMORY")

MOST_WAITING = 100_000  # rows of a table that are buffered until they are written

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class SqliteEngine:
    """Documents in the SQLite file at ``path``, which is created, readable only by its owner, if it is missing.

    None keeps them in memory, as long as the engine is open: for tests, trials and forecasts. ``indexes`` names the
    lookup fields of each table; each gets an index over the JSON text, so that a lookup reads single rows and never
    loads a table.

    SQLite's failures become refusals: ``workspace-damaged``, ``workspace-busy``, ``workspace-unwritable`` or
    ``disk-full``.
    """

    def __init__(self, path: Path | None, indexes: Mapping[str, Iterable[str]] | None = None) -> None:
        self.path = path
        self._indexes = {table: tuple(fields) for table, fields in (indexes or {}).items()}
        self._refusing = Refusing(path)
        self._waiting: dict[str, dict[int, str | None]] = {}
        self._read_only = path is not None and not is_writable(path)
        with self._refusing:
            self._connection = self._connect()
        self._sql = Statements(self._connection, self._refusing)
        self._rows = StoredRows(self._sql, path)
        self._points = RestorePoints(self._sql)
        try:
            self._prepare()
            self._data_version = self._read_data_version()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        target = ":memory:" if self.path is None else str(self.path.absolute())
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
        for pragma in PRAGMAS_IN_MEMORY if self.path is None else () if self._read_only else PRAGMAS:
            self._sql.run(f"PRAGMA {pragma}")
        self._known = set(self.tables())
        self._rows.look()
        self._points.look()
        wanted = {_index(table, field) for table, fields in self._indexes.items() for field in ("number", *fields)}
        wanted.add(RESTORE_POINTS)
        present = {name for (name,) in self._sql.rows("SELECT name FROM sqlite_master WHERE type = 'index'")}
        if self._read_only or (found == APPLICATION_ID and self._indexes.keys() <= self._known and wanted <= present):
            return
        self._sql.run("BEGIN IMMEDIATE")
        self._sql.run(f"PRAGMA application_id = {APPLICATION_ID}")
        self._sql.run("CREATE TABLE IF NOT EXISTS _transactions (only INTEGER PRIMARY KEY, number INTEGER NOT NULL)")
        self._sql.run("INSERT OR IGNORE INTO _transactions VALUES (1, 0)")
        for table in self._indexes:
            self._create(table)
        self._points.create()
        self._sql.run("COMMIT")

    def _create(self, table: str) -> None:
        if not _NAME.fullmatch(table):
            raise ValueError(f"not a table name: {table!r}")
        self._sql.run(f'CREATE TABLE IF NOT EXISTS "{table}" ({self._rows.columns})')
        self._sql.run(f'CREATE INDEX IF NOT EXISTS "{_index(table, "number")}" ON "{table}" (number)')
        for field in self._indexes.get(table, ()):
            name = _index(table, field)
            self._sql.run(f'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" (body ->> \'$.{field}\')')
        self._known.add(table)

    def _has(self, table: str) -> bool:
        """Whether there is such a table. Writes its buffered rows first."""
        if table in self._waiting:
            self._write(table)
        return self._exists(table)

    def _exists(self, table: str) -> bool:
        if table not in self._known:
            self._known.update(self.tables())
        return table in self._known

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

    def end_reading(self) -> None:
        self._end("COMMIT")

    def begin(self) -> None:
        if self._read_only:
            raise Refusal(
                "workspace-unwritable",
                f"{self.path} can be read only",
                "Work as its owner, on storage that can be written.",
            )
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

    def put(self, table: str, texts: Iterable[tuple[int, str | None]]) -> None:
        """Buffer rows until somebody reads the table, or until the commit. A trial may come to neither."""
        if not self._exists(table):
            self._create(table)
        waiting = self._waiting.setdefault(table, {})
        waiting.update(texts)
        if len(waiting) > MOST_WAITING:
            self._write(table)

    def _write(self, table: str) -> None:
        waiting = self._waiting.pop(table)
        self._points.keep(table, waiting)
        self._rows.write(table, self._number, waiting.items())

    def _write_all(self) -> None:
        for table in list(self._waiting):
            self._write(table)

    def commit(self) -> int:
        self._write_all()
        self._set_number()
        self._sql.run("COMMIT")
        self._rows.committed()
        return self._number

    def _set_number(self) -> None:
        self._sql.run("UPDATE _transactions SET number = ?", (self._number,))

    def step(self) -> None:
        self._write_all()
        self._set_number()
        for savepoint, is_set in (("mark", self._marked), ("step", self._stepped)):
            if is_set:
                self._sql.run(f"RELEASE {savepoint}")
        self._marked, self._stepped = False, True
        self._sql.run("SAVEPOINT step")
        self._number += 1
        self._points.begin()

    def back_to_step(self) -> None:
        self._waiting.clear()
        self._sql.run("ROLLBACK TO step")
        self._known.clear()
        self._marked = False
        self._points.begin()

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    @property
    def is_durable(self) -> bool:
        return self.path is not None

    def rollback(self) -> None:
        self._waiting.clear()
        self._end("ROLLBACK")
        self._known.clear()
        self._rows.rolled_back()

    def _end(self, statement: str) -> None:
        if self._connection.in_transaction:  # SQLite itself ends a transaction in which the storage failed
            self._sql.run(statement)

    def mark(self) -> None:
        self._write_all()
        if self._marked:
            self._sql.run("RELEASE mark")
        self._sql.run("SAVEPOINT mark")
        self._marked = True

    def back_to_mark(self) -> None:
        self._waiting.clear()
        self._sql.run("ROLLBACK TO mark")
        self._known.clear()  # a table created since the mark is gone again

    @property
    def have_checksums(self) -> bool:
        return self._rows.have_checksums

    def add_checksums(self) -> None:
        self._write_all()
        self._rows.add_checksums()

    def get(self, table: str, id: int) -> Body | None:
        return self._rows.get(table, id) if self._has(table) else None

    def texts(self, table: str, ids: Collection[int]) -> Iterator[tuple[int, str]]:
        waiting = self._waiting.get(table, {})
        for id in ids if waiting else ():
            if (text := waiting.get(id)) is not None:
                yield id, f'{{"id":{id}{"," if len(text) > 2 else ""}{text[1:]}'
        stored = [id for id in ids if id not in waiting]
        if stored and self._exists(table):
            yield from self._rows.texts(table, stored)

    def find(self, table: str, field: str, value: str | int | None) -> list[Row]:
        if not self._has(table):
            return []
        if field not in self._indexes.get(table, ()):
            return [row for row in self.scan(table) if row.body is not None and row.body.get(field) == value]
        return self._rows.find(table, field, value)

    def ids_between(self, table: str, field: str, first: str, last: str) -> list[int]:
        return self._rows.ids_between(table, field, first, last) if self._has(table) else []

    def scan(self, table: str) -> Iterator[Row]:
        if self._has(table):
            yield from self._rows.scan(table)

    def records(self, table: str, kind: type[Record], ids: Collection[int] | None = None) -> Iterator[Record]:
        if self._has(table):
            yield from self._rows.records(table, kind, ids)

    def record(self, table: str, id: int, kind: type[Record]) -> Record | None:
        return self._rows.record(table, id, kind) if self._has(table) else None

    def tail(self, table: str, limit: int, before: int | None) -> list[Row]:
        return self._rows.tail(table, limit, before) if self._has(table) else []

    def since(self, table: str, number: int, bodies: bool) -> list[Row]:
        if not self._has(table):
            return []
        found = self._rows.since(table, number, bodies)
        return [*found, *(Row(id, None) for id in self._points.gone(table, number))]

    def count(self, table: str) -> int:
        return self._rows.count(table) if self._has(table) else 0

    def ids(self, table: str) -> list[int]:
        return self._rows.ids(table) if self._has(table) else []

    def highest_id(self, table: str) -> int:
        return self._rows.highest_id(table) if self._has(table) else 0

    def last_transaction(self) -> int:
        return int(self._sql.row("SELECT number FROM _transactions")[0])

    def touched_by_others(self) -> bool:
        version = self._read_data_version()
        touched = version != self._data_version
        self._data_version = version
        return touched

    def keep_point(self) -> int:
        return self._points.add(self._number - 1)

    def drop_point(self, number: int) -> None:
        self._write_all()
        self._points.drop(number)

    def points(self) -> list[int]:
        return self._points.all()

    def restore(self, number: int, spared: Collection[str]) -> dict[str, set[int]]:
        self._write_all()
        tables = [table for table in self.tables() if table not in spared]
        return {table: self._points.restore(table, number, self._number) for table in tables}

    def copy(self) -> SqliteEngine:
        return SqliteCopy(self._connection, self._indexes)

    def rows_copy(self, without: Collection[str] = ()) -> MemoryEngine:
        self._sql.run("BEGIN")
        try:
            return MemoryEngine({name: self._rows.all_texts(name) for name in self.tables() if name not in without})
        finally:
            self._end("COMMIT")

    def copy_to(self, path: Path) -> None:
        os.close(create_file(path))
        with Refusing(path), closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)

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


class SqliteCopy(SqliteEngine):
    """Documents in memory: a copy of the committed state that another connection sees when the copy is made."""

    def __init__(self, source: sqlite3.Connection, indexes: Mapping[str, Iterable[str]]) -> None:
        self._source = source
        super().__init__(None, indexes)

    def _connect(self) -> sqlite3.Connection:
        connection = super()._connect()
        self._source.backup(connection)
        return connection


def _index(table: str, field: str) -> str:
    return f"{table}.{field}"
