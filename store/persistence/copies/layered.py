"""The engine of a copy of a large workspace that only this process uses: what it writes is in dictionaries. The other
rows of large tables are read from the database, as they were when the copy was made.

For forecasts. One of 30 days writes some of a million devices; all of them wouldn't fit into memory.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple, Protocol
from weakref import finalize

from ..conditions import Condition
from ..engine import Body, Record, Row
from .memory import MemoryEngine, Rows, decoded, decoder, with_id
from .packed_rows import PackedRows

_AT_ONCE = 5_000
_SAMPLES = 6
_MOST_GAPS = 4  # ids there may be for each row, so that a table of ids without gaps, such as the devices', is small


class ReadsRows(Protocol):
    """An engine, as far as it reads rows; its methods do what those of ``Engine`` do."""

    def get(self, table: str, id: int) -> Body | None: ...
    def texts(self, table: str, ids: Collection[int]) -> Iterator[tuple[int, str]]: ...
    def find(self, table: str, field: str, value: str | int | None) -> list[Row]: ...
    def ids_where(self, table: str, condition: Condition) -> list[int]: ...
    def record(self, table: str, id: int, kind: type[Record]) -> Record | None: ...
    def ids_without(self, table: str, field: str) -> list[int]: ...
    def ids(self, table: str) -> list[int]: ...
    def highest_id(self, table: str) -> int: ...
    def close(self) -> None: ...


class ReadsElsewhere(Protocol):
    """An engine for whoever reads many records of a table in another process."""

    def begin_reading(self) -> None: ...
    def last_transaction(self) -> int: ...
    def records(self, table: str, kind: type[Record], ids: Collection[int] | None = None) -> Iterator[Record]: ...
    def close(self) -> None: ...


class StoredState(NamedTuple):
    """Where a state is stored: a way to open its database, in any process of this machine, and the number of the last
    transaction in it. It is there as long as the database has had no other."""

    opens: Callable[[], ReadsElsewhere]
    number: int


class StateBelow:
    """Tables of a database as they were at one moment. It is closed with the last copy that reads them.

    ``engine`` is a connection of its own, inside ``begin_reading``; ``stored`` says where else the state can be read.
    """

    def __init__(self, engine: ReadsRows, tables: Iterable[str], stored: StoredState | None = None) -> None:
        self.engine = engine
        self.stored = stored
        self.live: dict[str, bytearray] = {}
        self.samples: dict[str, list[str]] = {}  # some documents of each table
        for name in tables:
            ids = engine.ids(name)
            self.live[name] = _bits(ids)
            self.samples[name] = [text for _, text in engine.texts(name, ids[:: len(ids) // _SAMPLES + 1])]
        self.counts = {name: bits.count(1) for name, bits in self.live.items()}
        self.highest = {name: engine.highest_id(name) for name in self.live}
        finalize(self, engine.close)

    def has(self, table: str, id: int) -> bool:
        """Whether there is such a document."""
        bits = self.live[table]
        return id < len(bits) and bits[id] == 1


class LayeredEngine(MemoryEngine):
    """``MemoryEngine`` over the tables of a state below: ``tables`` are the other ones, and what is written."""

    def __init__(self, tables: Mapping[str, Rows], below: StateBelow) -> None:
        written = {name: PackedRows(below.samples[name]) for name in below.live.keys() - tables.keys()}
        super().__init__({**tables, **written})
        self._below: StateBelow | None = below
        self._covered = {name: sum(below.has(name, id) for id in self._tables[name]) for name in below.live}

    def __reduce__(self) -> tuple[type[MemoryEngine], tuple[dict[str, Rows]]]:
        """Another process gets all rows: it can't read the state of this moment."""
        below = self._state.live
        whole: dict[str, Rows] = {name: dict(self._bodies(name)) for name in below}
        return MemoryEngine, ({name: whole.get(name, rows) for name, rows in self._tables.items()},)

    @property
    def _state(self) -> StateBelow:
        assert self._below is not None, "the copy has been closed"
        return self._below

    def stored_state(self, table: str) -> StoredState | None:
        """Where the table is as it is here; None if it is nowhere, since some of it has been written here."""
        return self._state.stored if self._is_layered(table) and not self._tables[table] else None

    def _is_layered(self, table: str) -> bool:
        return table in self._state.live

    def tables(self) -> list[str]:
        return [name for name, rows in self._tables.items() if rows or self._is_layered(name)]

    def put(self, table: str, texts: Iterable[tuple[int, str | None]]) -> None:
        if self._is_layered(table):
            texts, rows, has = list(texts), self._tables[table], self._state.has
            self._covered[table] += len({id for id, _ in texts if id not in rows and has(table, id)})
        super().put(table, texts)

    def _taken_back(self, table: str, id: int) -> None:
        if self._is_layered(table):
            self._covered[table] -= self._state.has(table, id)

    def get(self, table: str, id: int) -> Body | None:
        if self._is_below(table, id):
            return self._state.engine.get(table, id)
        return super().get(table, id)

    def texts(self, table: str, ids: Collection[int]) -> Iterator[tuple[int, str]]:
        yield from super().texts(table, ids)
        if wanted := [id for id in ids if self._is_below(table, id)]:
            yield from self._state.engine.texts(table, wanted)

    def find(self, table: str, field: str, value: str | int | None) -> list[Row]:
        found = super().find(table, field, value)
        if self._is_layered(table):
            found += [row for row in self._state.engine.find(table, field, value) if self._is_below(table, row.id)]
        return sorted(found, key=lambda row: row.id)

    def ids_where(self, table: str, condition: Condition) -> list[int]:
        found = super().ids_where(table, condition)
        if not self._is_layered(table):
            return found
        below = (id for id in self._state.engine.ids_where(table, condition) if self._is_below(table, id))
        return sorted([*found, *below])

    def ids_without(self, table: str, field: str) -> list[int]:
        found = super().ids_without(table, field)
        if self._is_layered(table):
            found += [id for id in self._state.engine.ids_without(table, field) if self._is_below(table, id)]
        return sorted(found)

    def scan(self, table: str) -> Iterator[Row]:
        if not self._is_layered(table):
            yield from super().scan(table)
            return
        for id, text in self._all(table):
            body = decoded(text)
            del body["id"]
            yield Row(id, body)

    def records(self, table: str, kind: type[Record], ids: Collection[int] | None = None) -> Iterator[Record]:
        if not self._is_layered(table):
            yield from super().records(table, kind, ids)
            return
        decode = decoder(kind).decode
        for _, text in self._all(table, ids):
            yield decode(text)

    def record(self, table: str, id: int, kind: type[Record]) -> Record | None:
        if self._is_below(table, id):
            return self._state.engine.record(table, id, kind)
        return super().record(table, id, kind)

    def tail(self, table: str, limit: int, before: int | None) -> list[Row]:
        if not self._is_layered(table):
            return super().tail(table, limit, before)
        ids = self.ids(table)
        end = len(ids) if before is None else bisect_left(ids, before)
        wanted = ids[max(0, end - limit) : end]
        bodies = ((id, self.get(table, id)) for id in reversed(wanted))
        return [Row(id, body) for id, body in bodies]

    def count(self, table: str) -> int:
        if not self._is_layered(table):
            return super().count(table)
        return self._state.counts[table] - self._covered[table] + super().count(table)

    def ids(self, table: str) -> list[int]:
        if not self._is_layered(table):
            return super().ids(table)
        rows, bits = self._tables[table], self._state.live[table]
        below = (id for id, is_live in enumerate(bits) if is_live and id not in rows)
        return sorted([*below, *super().ids(table)])

    def highest_id(self, table: str) -> int:
        return max(super().highest_id(table), self._state.highest.get(table, 0))

    def rows_copy(self, without: Collection[str] = ()) -> MemoryEngine:
        if not self._state.live.keys().isdisjoint(without):
            raise ValueError("the tables below stay")
        tables: dict[str, Rows] = {
            name: rows.copy() if isinstance(rows, PackedRows) else dict(rows)
            for name, rows in self._tables.items()
            if name not in without
        }
        return LayeredEngine(tables, self._state)

    def close(self) -> None:
        super().close()
        self._below = None

    def _is_below(self, table: str, id: int) -> bool:
        """Whether a document is still as it was."""
        return self._is_layered(table) and id not in self._tables[table] and self._state.has(table, id)

    def _all(self, table: str, ids: Collection[int] | None = None) -> Iterator[tuple[int, str]]:
        """The documents with their ids in them, in order; of those that change meanwhile, the present state."""
        remaining = iter(self.ids(table) if ids is None else sorted(ids))
        while some := list(islice(remaining, _AT_ONCE)):
            yield from sorted(self.texts(table, some))

    def _bodies(self, table: str) -> Iterator[tuple[int, str | None]]:
        """The same without their ids, and the markers of deletions."""
        for id, text in self._all(table):
            start = len(with_id(id, "{}")) - 1
            yield id, "{" + text[start:].removeprefix(",")
        yield from ((id, None) for id, text in self._tables[table].items() if text is None)


def may_be_layered(count: int, highest_id: int, least: int) -> bool:
    """Whether a table with so many rows had better be read where it is."""
    return count >= least and highest_id <= _MOST_GAPS * count


def _bits(ids: Collection[int]) -> bytearray:
    """Whether each id is among some: a byte each."""
    bits = bytearray(max(ids, default=0) + 1)
    for id in ids:
        bits[id] = 1
    return bits
