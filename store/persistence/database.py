"""TinyDB over an engine: transactions across tables, and the feed of what changed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from msgspec import Struct
from tinydb import TinyDB
from tinydb.storages import Storage

from .engine import Engine
from .table import DocumentTable


class Changes(Struct, frozen=True):
    """What was committed, by this process or another, since the last look: ids by table."""

    tables: dict[str, set[int]]

    def touches(self, *tables: str) -> bool:
        """Whether any of these tables changed."""
        return any(table in self.tables for table in tables)


class EngineStorage(Storage):
    """TinyDB's way to the engine, and what its tables share: the lock, the transaction, the feed."""

    def __init__(self, engine: Engine, indexes: Mapping[str, Iterable[str]] | None = None) -> None:
        self.engine = engine
        self.lock = threading.RLock()
        self._indexes = {table: tuple(fields) for table, fields in (indexes or {}).items()}
        self._tables: dict[str, DocumentTable] = {}
        self._depth = 0
        self._reading = False
        self._written: dict[str, DocumentTable] = {}
        self._seen = engine.last_transaction()
        self._unpolled: dict[str, set[int]] = {}

    def register(self, table: DocumentTable) -> None:
        """Keep a table current from now on."""
        self._tables[table.name] = table

    def indexed(self, table: str) -> tuple[str, ...]:
        """The fields of a table that are looked up."""
        return self._indexes.get(table, ())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, over the current state: what others committed is taken in first.

        A transaction within a transaction is part of it.
        """
        with self.lock:
            if self._depth:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                return
            self.engine.begin()
            self._depth = 1
            try:
                self._catch_up()
                yield
                if self._written:
                    self._seen = self.engine.commit()
                    for name, table in self._written.items():
                        self._unpolled.setdefault(name, set()).update(table.settle())
                else:
                    self.engine.rollback()
            except BaseException:
                self.engine.rollback()
                for table in self._written.values():
                    table.forget()
                raise
            finally:
                self._written = {}
                self._depth = 0

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Whatever is read inside is of one moment, over all tables and whoever writes meanwhile."""
        with self.lock:
            if self._depth or self._reading:
                yield
                return
            self.engine.begin_reading()
            self._reading = True
            try:
                self._catch_up()
                yield
            finally:
                self._reading = False
                self.engine.end_reading()

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the running transaction that is undone by itself when it raises."""
        earlier, self._written = self._written, {}
        self.engine.mark()
        try:
            yield
        except BaseException:
            self.engine.back_to_mark()
            for table in self._written.values():
                table.forget_documents()
            raise
        finally:
            self._written = {**self._written, **earlier}

    def wrote(self, table: DocumentTable) -> None:
        """A table wrote rows in the running transaction."""
        self._written[table.name] = table

    def catch_up(self) -> None:
        """Take in what others committed; inside a transaction that has been done already."""
        with self.lock:
            if not self._depth:
                self._catch_up()

    def _catch_up(self) -> None:
        if not self.engine.touched_by_others():
            return
        # The number is read before the rows: rows committed in between are read now and once more later.
        number = self.engine.last_transaction()
        for name in self.engine.tables():
            if name in self._tables:
                changed = self._tables[name].catch_up(self._seen)
            else:
                changed = {row.id for row in self.engine.since(name, self._seen, bodies=False)}
            if changed:
                self._unpolled.setdefault(name, set()).update(changed)
        self._seen = number

    def poll(self) -> Changes | None:
        """What changed since the last poll, or None."""
        with self.lock:
            self.catch_up()
            if not self._unpolled:
                return None
            changes, self._unpolled = Changes(self._unpolled), {}
            return changes

    def read(self) -> dict[str, dict[str, Any]]:
        """Everything, in the form that TinyDB's own storages have."""
        with self.moment():
            return {
                table: {str(row.id): cast(Any, row.body) for row in self.engine.scan(table)}
                for table in self.engine.tables()
            }

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Make ``data`` the whole content, as TinyDB's own storages do."""
        with self.transaction():
            for name in (*self.engine.tables(), *data):
                table = self._tables.get(name) or DocumentTable(self, name)
                table.truncate()
                documents = data.get(name, {}).items()
                table.insert_multiple(table.document_class(body, int(id)) for id, body in documents)

    def close(self) -> None:
        self.engine.close()


class Database(TinyDB):
    """A TinyDB whose tables are ``DocumentTable`` and whose writes are transactions of an engine."""

    table_class = DocumentTable

    def __init__(self, engine: Engine, indexes: Mapping[str, Iterable[str]] | None = None) -> None:
        super().__init__(engine, indexes, storage=EngineStorage)
        self._feed = cast(EngineStorage, self._storage)

    @property
    def engine(self) -> Engine:
        """The engine under the tables."""
        return self._feed.engine

    @property
    def lock(self) -> threading.RLock:
        """Held while anything reads or writes; hold it to read several things of one moment."""
        return self._feed.lock

    def table(self, name: str, **options: Any) -> DocumentTable:
        return cast(DocumentTable, super().table(name, **options))

    def tables(self) -> set[str]:
        return set(self.engine.tables())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One use case: all or nothing, applied to the current state, durable when it ends."""
        with self._feed.transaction():
            yield

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Whatever is read inside is of one moment, over all tables and whoever writes meanwhile."""
        with self._feed.moment():
            yield

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the running transaction that is undone by itself when it raises; not to be nested."""
        with self._feed.attempt():
            yield

    def poll(self) -> Changes | None:
        """What was committed by anybody since the last call. Cheap: call it several times a second."""
        return self._feed.poll()
