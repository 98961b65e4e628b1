"""A TinyDB table that stays fast: it caches documents, uses indexes, and writes only changes.

Until something asks for a whole table, single documents are read from the engine by id or by an indexed field; a full
scan loads the table once, and the feed keeps it current from then on. A table in ``SMALL`` is loaded at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any, cast

import msgspec
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Document, Table

from ..model.documents import from_document
from .conditions import Condition, Key, OrderKey
from .conditions import Value as KeyValue
from .damage import DamagedRecord
from .engine import Body, Engine, Record, Row, copied
from .storage import EngineStorage

Value = str | int | None

SMALL = frozenset(
    {
        *("workspace", "settings", "accounts", "account_sessions", "authority_groups", "authorities"),
        *("moments", "reminders", "event_log"),
    }
)
"""Tables of few rows that nearly every request and every transaction reads."""
AT_ONCE = 5_000
"""Records of a large table that are in memory at a time."""
_decode = msgspec.json.Decoder(dict).decode


class DocumentTable(Table):
    """TinyDB's ``Table`` over an engine; ``find`` and ``tail`` are additional ways to read.

    The reading methods return copies of the top level; values inside are shared with the table and must not be changed.
    """

    def __init__(self, storage: Storage, name: str, cache_size: int = 10, persist_empty: bool = False) -> None:
        self._database = cast(EngineStorage, storage)
        self._engine: Engine = self._database.engine
        self._documents: dict[int, Body] | None = None
        self._indexes: dict[str, dict[Value, set[int]]] = {}
        self._is_small = name in SMALL
        self._decoded: dict[type, dict[int, Any]] = {}  # the records of a small table, by kind
        self._upcoming: int | None = None  # the next id to give, while one update runs
        self._unused: int | None = None  # from this id on, nothing was there when the update began
        self._is_one = True  # document that the update has looked at so far
        self.generation = 0
        """Another number after every change that this process has seen: what was made of the table is out of date."""
        super().__init__(storage, name, cache_size=cache_size, persist_empty=persist_empty)
        self._database.register(self)

    # Reading

    def get(self, cond: QueryLike | None = None, doc_id: int | None = None, doc_ids: list[int] | None = None) -> Any:
        if doc_id is not None:
            body = self._body(doc_id)
            return None if body is None else Document(body, doc_id)
        if doc_ids is not None:
            return [document for id in doc_ids if (document := self.get(doc_id=id)) is not None]
        return None if cond is None else super().get(cond)

    def find(self, field: str, value: Value) -> list[Document]:
        """The documents whose top-level ``field`` equals ``value``, by id; fast if the field is indexed."""
        with self._database.lock:
            documents = self._documents or self._kept()
            if documents is None:
                rows = self._engine.find(self.name, field, value)
                return [Document(row.body, row.id) for row in rows if row.body is not None]
            if field in self._indexes:
                ids: Iterable[int] = sorted(self._indexes[field].get(value, ()))
            else:
                ids = [id for id, body in documents.items() if body.get(field) == value]
            return [Document(documents[id], id) for id in ids]

    def ids_where(self, condition: Condition) -> list[int]:
        """The ids of the documents that meet a condition, in order; this and what follows asks the engine."""
        with self._database.lock:
            return self._engine.ids_where(self.name, condition)

    def count_where(self, condition: Condition) -> int:
        """How many documents meet a condition."""
        with self._database.lock:
            return self._engine.count_where(self.name, condition)

    def grouped(self, keys: Sequence[Key], condition: Condition | None = None) -> dict[tuple[KeyValue, ...], int]:
        """How many documents, of those that meet the condition, have each combination of values that any has, in the
        order of the values: nothing, numbers, texts. Engines have orders of their own, which may change."""
        with self._database.lock:
            found = self._engine.grouped(self.name, keys, condition)
        return {values: found[values] for values in sorted(found, key=_ranks)}

    def page(
        self, condition: Condition | None = None, order: Sequence[OrderKey] = (), *, start: int = 0, limit: int
    ) -> list[int]:
        """The ids of some of the documents that meet it, in an order: ``limit`` of them after the first ``start``."""
        with self._database.lock:
            return self._engine.page(self.name, condition, order, start, limit)

    def ids_without(self, field: str) -> list[int]:
        """The ids of the documents that have no ``field``, or null in it, in order."""
        with self._database.lock:
            return self._engine.ids_without(self.name, field)

    def tail(self, limit: int, before: int | None = None) -> list[Document]:
        """The newest ``limit`` documents by descending id, all below ``before``; loads nothing else."""
        with self._database.lock:
            rows = self._engine.tail(self.name, limit, before)
            return [Document(row.body, row.id) for row in rows if row.body is not None]

    def records(self, kind: type[Record], ids: Collection[int] | None = None) -> list[Record]:
        """All documents as records, or those of ``ids``, by id, straight from the engine: nothing stays in memory.

        Raises ``msgspec.ValidationError`` if a document doesn't fit.
        """
        with self._database.lock:
            if not self._is_small or ids is not None:
                return list(self._engine.records(self.name, kind, ids))
            return list(self._all(kind).values())

    def each(self, kind: type[Record], ids: Sequence[int] | None = None) -> Iterator[Record]:
        """The same, some at a time: memory stays flat, whatever the size of the table, and nobody has to wait while
        they are looked at. Of what others write meanwhile some is seen; inside ``Database.moment`` nothing is."""
        ids = self.ids() if ids is None else ids
        for start in range(0, len(ids), AT_ONCE):
            yield from self.records(kind, ids[start : start + AT_ONCE])

    def _all(self, kind: type[Record]) -> dict[int, Record]:
        """The records of a small table, by id; hold the lock."""
        if kind not in self._decoded:
            self._decoded[kind] = {one.id: one for one in self._engine.records(self.name, kind, None)}  # type: ignore[attr-defined]  # each has an id
        return self._decoded[kind]

    def texts(self, ids: Collection[int]) -> list[tuple[int, str]]:
        """The JSON of these documents, with the id among the fields, in the order of the ids."""
        with self._database.lock:
            return sorted(self._engine.texts(self.name, ids))

    def record(self, id: int, kind: type[Record]) -> Record | None:
        """One document as a record, without a dictionary between unless the table is in memory; None if it doesn't
        exist."""
        with self._database.lock:
            if self._is_small:
                with suppress(DamagedRecord):  # another one may be
                    return self._all(kind).get(id)
            if self._documents is None:
                return self._engine.record(self.name, id, kind)
            body = self._documents.get(id)
            return None if body is None else from_document(Document(body, id), kind)

    def highest_id(self) -> int:
        """The highest id ever used in this table, 0 for none."""
        with self._database.lock:
            return self._engine.highest_id(self.name)

    def ids(self) -> list[int]:
        """The ids of all documents, in order; reads none of them."""
        with self._database.lock:
            documents = self._kept()
            return self._engine.ids(self.name) if documents is None else sorted(documents)

    def __len__(self) -> int:
        with self._database.lock:
            documents = self._kept()
            return self._engine.count(self.name) if documents is None else len(documents)

    def __iter__(self) -> Iterator[Document]:
        with self._database.lock:
            return iter([Document(body, id) for id, body in self._load().items()])

    def _body(self, id: int) -> Body | None:
        with self._database.lock:
            documents = self._kept()
            return self._engine.get(self.name, id) if documents is None else documents.get(id)

    def _kept(self) -> dict[int, Body] | None:
        """The documents in memory, if they are there or few; hold the lock."""
        return self._load() if self._is_small else self._documents

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        # TinyDB iterates over this and turns keys into ints, so int keys work as well.
        with self._database.lock:
            return cast("dict[str, Mapping[str, Any]]", dict(self._load()))

    def _load(self) -> dict[int, Body]:
        with self._database.lock:
            if self._documents is None:
                self._database.catch_up()
                documents = {row.id: row.body for row in self._engine.scan(self.name) if row.body is not None}
                for field in self._database.indexed(self.name):
                    index: dict[Value, set[int]] = {}
                    for id, body in documents.items():
                        index.setdefault(body.get(field), set()).add(id)
                    self._indexes[field] = index
                self._documents = documents
            return self._documents

    # Writing

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction of the table's database, or a part of the one that runs."""
        return self._database.transaction()

    def insert(self, document: Mapping[str, Any]) -> int:
        # TinyDB picks the id before it locks the table; with several writers the id must be picked inside.
        return self.insert_multiple([document])[0]

    def update(
        self,
        fields: Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[int] | None = None,
    ) -> list[int]:
        ids = None if doc_ids is None else list(doc_ids)
        reads = (self.name, ids[0]) if ids and not self.is_loaded else None
        with self._database.transaction(reads=reads):
            return super().update(fields, doc_ids=self._targets(cond, ids))

    def update_multiple(
        self,
        updates: Iterable[tuple[Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None], QueryLike]],
    ) -> list[int]:
        with self._database.transaction():
            return [id for fields, cond in updates for id in self.update(fields, cond)]

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        if cond is None and doc_ids is None:
            return super().remove()
        with self._database.transaction():
            return super().remove(doc_ids=self._targets(cond, doc_ids))

    def write(self, rows: Iterable[Row]) -> None:
        """Insert or replace whole documents under known ids.

        For many at once: nothing is read or compared first.
        """
        rows = list(rows)
        if rows:
            with self._database.transaction():
                self._database.put(self.name, rows)
                self._apply(rows)

    def write_texts(self, texts: Mapping[int, str]) -> None:
        """The same with the JSON of each, without its id."""
        if texts:
            with self._database.transaction():
                self._database.put_texts(self.name, texts)
                self._apply(() if self._documents is None else [Row(id, _decode(text)) for id, text in texts.items()])

    def truncate(self) -> None:
        self.remove(doc_ids=self.ids())

    def _targets(self, cond: QueryLike | None, doc_ids: Iterable[int] | None) -> list[int]:
        if doc_ids is not None:
            return list(doc_ids)
        return [id for id, body in self._load().items() if cond is None or cond(body)]

    def _get_next_id(self) -> int:
        if self._upcoming is None:
            self._upcoming = self._unused = self.highest_id() + 1
        id, self._upcoming = self._upcoming, self._upcoming + 1
        return id

    def _current(self, id: int) -> Body | None:
        # One query for the highest id saves one for each document of a long insertion.
        if self._unused is None and not self._is_one:
            self._unused = self.highest_id() + 1
        self._is_one = False
        return self._body(id) if self._unused is None or id < self._unused else None

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        with self._database.transaction():
            self._upcoming, self._unused, self._is_one = None, None, True
            draft = _Draft(self._current, lambda: list(self._load()))
            updater(cast("dict[int, Mapping[str, Any]]", draft))
            rows = draft.rows()
            if rows:
                self._database.put(self.name, rows)
                self._apply(rows)

    # Kept current by the database

    def _apply(self, rows: Iterable[Row]) -> None:
        self.generation += 1
        self._decoded.clear()
        self.clear_cache()
        if self._documents is None:
            return
        for id, body in rows:
            before = self._documents.get(id)
            for field, index in self._indexes.items():
                if before is not None:
                    index[before.get(field)].discard(id)
                if body is not None:
                    index.setdefault(body.get(field), set()).add(id)
            if body is not None:
                self._documents[id] = copied(body)
            else:
                self._documents.pop(id, None)

    def forget(self) -> None:
        """Drop the cache: it may contain uncommitted changes. It is read again when needed."""
        self.generation += 1
        self._decoded.clear()
        self._documents = None
        self._indexes = {}
        self.clear_cache()

    @property
    def is_loaded(self) -> bool:
        """Whether its documents are in memory."""
        return self._documents is not None

    def catch_up(self, number: int) -> set[int]:
        """Load what transactions above ``number`` wrote; returns the changed ids."""
        rows = self._engine.since(self.name, number, bodies=self._documents is not None)
        if rows:
            self._apply(rows)
        return {row.id for row in rows}


class _Draft(MutableMapping[int, Body]):
    """The table as an updater sees it: copies on access, and a record of every document that was touched."""

    def __init__(self, read: Callable[[int], Body | None], ids: Callable[[], list[int]]) -> None:
        self._read = read
        self._ids = ids
        self._before: dict[int, Body | None] = {}
        self._after: dict[int, Body | None] = {}

    def rows(self) -> list[Row]:
        """The changed documents; None for deleted ones."""
        return [Row(id, body) for id, body in self._after.items() if body != self._original(id)]

    def _original(self, id: int) -> Body | None:
        if id not in self._before:
            self._before[id] = self._read(id)
        return self._before[id]

    def __contains__(self, id: object) -> bool:
        if id in self._after:
            return self._after[id] is not None
        return self._original(cast(int, id)) is not None

    def __getitem__(self, id: int) -> Body:
        if id not in self._after:
            self._after[id] = copied(self._original(id))
        body = self._after[id]
        if body is None:
            raise KeyError(id)
        return body

    def __setitem__(self, id: int, body: Body) -> None:
        self._after[id] = body

    def __delitem__(self, id: int) -> None:
        if id not in self:
            raise KeyError(id)
        self._after[id] = None

    def __iter__(self) -> Iterator[int]:
        ids = dict.fromkeys(self._ids())
        ids.update(dict.fromkeys(self._after))
        return (id for id in ids if id in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _ranks(values: tuple[KeyValue, ...]) -> list[tuple[bool, bool, KeyValue]]:
    return [(value is not None, isinstance(value, str), value) for value in values]
