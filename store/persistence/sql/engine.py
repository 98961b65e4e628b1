"""What the engines with SQL have in common: rows are buffered until they are read or committed; marks and steps are
savepoints."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from ..conditions import CompositeIndex, Condition, Key, LookupIndex, OrderKey, Value
from ..copies.layered import LayeredEngine, StateBelow, StoredState, may_be_layered
from ..copies.memory import MemoryEngine, Rows
from ..engine import LARGE, Body, Record, Row
from .restore_points import RestorePoints
from .row_queries import RowQueries
from .statements import RunsStatements
from .stored_rows import StoredRows

MOST_WAITING = 100_000  # rows of a table that are buffered until they are written

RETIRED = ("devices.not_after",)
"""Indexes of earlier releases that nothing uses any more."""

GONE = "gone"
"""The index of the markers of deletions: who counts a table, or lists its ids, need not read its documents."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class SqlEngine(ABC):
    """Documents in the rows of a database with SQL. ``indexes`` has the lookup indexes of each table."""

    _sql: RunsStatements
    _rows: StoredRows
    _points: RestorePoints
    _queries: RowQueries
    _number: int  # of the running transaction

    def __init__(self, indexes: Mapping[str, Iterable[LookupIndex]] | None) -> None:
        self._indexes = {table: tuple(fields) for table, fields in (indexes or {}).items()}
        self._waiting: dict[str, dict[int, str | None]] = {}
        self._known: set[str] = set()
        self._marked = self._stepped = False

    @abstractmethod
    def tables(self) -> list[str]:
        """The names of the tables that hold or held a document."""

    def tables_since(self, number: int) -> list[str]:
        """Those that transactions above ``number`` may have written."""
        return self.tables()

    @property
    @abstractmethod
    def in_transaction(self) -> bool:
        """Whether a transaction runs; storage that fails may have ended it."""

    @abstractmethod
    def _create(self, table: str) -> None:
        """Create a table and its indexes."""

    def _has(self, table: str) -> bool:
        """Whether there is such a table. Writes its buffered rows first."""
        if table in self._waiting:
            self._write(table)
        return self._exists(table)

    def _exists(self, table: str) -> bool:
        if table not in self._known:
            self._known.update(self.tables())
        return table in self._known

    def reading_ahead(self, tables: Collection[str]) -> AbstractContextManager[None]:
        return nullcontext()

    def end_reading(self) -> None:
        self._end("COMMIT")

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

    def rollback(self) -> None:
        self._waiting.clear()
        self._end("ROLLBACK")
        self._known.clear()

    def _end(self, statement: str) -> None:
        if self.in_transaction:  # storage that fails ends it
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

    def ids_where(self, table: str, condition: Condition) -> list[int]:
        return self._queries.ids(table, condition) if self._has(table) else []

    def count_where(self, table: str, condition: Condition) -> int:
        return self._queries.count(table, condition) if self._has(table) else 0

    def grouped(
        self, table: str, keys: Sequence[Key], condition: Condition | None = None
    ) -> dict[tuple[Value, ...], int]:
        return self._queries.grouped(table, keys, condition) if self._has(table) else {}

    def page(
        self, table: str, condition: Condition | None, order: Sequence[OrderKey], start: int, limit: int
    ) -> list[int]:
        return self._queries.page(table, condition, order, start, limit) if self._has(table) else []

    def ids_without(self, table: str, field: str) -> list[int]:
        return self._rows.ids_without(table, field) if self._has(table) else []

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

    def rows_copy(self, without: Collection[str] = ()) -> MemoryEngine:
        self._sql.run("BEGIN")
        try:
            return MemoryEngine(self._all_texts(without))
        finally:
            self._end("COMMIT")

    def layered_copy(self, without: Collection[str] = (), least: int = LARGE) -> MemoryEngine:
        wanted = [name for name in self.tables() if name not in without]
        large = [name for name in wanted if may_be_layered(self.count(name), self.highest_id(name), least)]
        opens = self._opening() if large else None
        if opens is None:
            return self.rows_copy(without)
        another = opens()
        try:
            another.begin_reading()
            stored = StoredState(opens, another.last_transaction())
            return LayeredEngine(another._all_texts([*without, *large]), StateBelow(another, large, stored))
        except BaseException:
            another.close()
            raise

    def _all_texts(self, without: Collection[str]) -> dict[str, Rows]:
        return {name: self._rows.all_texts(name) for name in self.tables() if name not in without}

    @abstractmethod
    def _opening(self) -> Callable[[], SqlEngine] | None:
        """A way to open another connection to the same database, from any process; None if there can be none."""

    @abstractmethod
    def begin_reading(self) -> None:
        """See the state of this moment from now on."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""


def check_name(table: str) -> None:
    """Raise ``ValueError`` unless this may be a table's name; it stands in statements."""
    if not _NAME.fullmatch(table):
        raise ValueError(f"not a table name: {table!r}")


def index_name(table: str, index: LookupIndex) -> str:
    """The name of an index in the database."""
    return f"{table}.{index.name if isinstance(index, CompositeIndex) else index}"


def keys_in(index: LookupIndex) -> tuple[Key, ...]:
    """The keys of an index."""
    return index.keys if isinstance(index, CompositeIndex) else (Key(index),)
