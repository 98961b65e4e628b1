"""The engine of a copy in memory that only this process uses: rows in dictionaries, without SQL and without files.

For forecasts, which write a hundred thousand devices over and over and throw everything away. It has no lookup index
until somebody asks by a field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache, partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec

from ..conditions import EVERY, Condition, Key, OrderKey, Value, Within, holds_of, keys_of, moment_text, value_of
from ..engine import Body, Record, Row

decoded = msgspec.json.Decoder(dict).decode
_NO_POINTS = "a copy for a forecast has no moments"

Rows = MutableMapping[int, "str | None"]
"""The JSON of each document without its id; None for one that was deleted."""


class MemoryEngine:
    """Documents in memory. Nobody else can write them, so there is nothing to catch up with.

    ``tables`` are the rows to begin with, by table; they are this engine's from then on. It can be pickled.
    """

    def __init__(self, tables: Mapping[str, Rows]) -> None:
        self._tables = dict(tables)
        self._unsorted: set[str] = set()
        self._highest = {name: max(rows, default=0) for name, rows in self._tables.items()}
        self._counts = {name: sum(text is not None for text in rows.values()) for name, rows in self._tables.items()}
        self._indexes: dict[str, dict[str, _Index]] = {}
        self._number = 0
        self._undo: list[tuple[str, int, str | None, bool]] = []
        self._mark = self._step = 0

    def __reduce__(self) -> tuple[type[MemoryEngine], tuple[dict[str, Rows]]]:
        return MemoryEngine, (self._tables,)

    def tables(self) -> list[str]:
        return [name for name, rows in self._tables.items() if rows]

    def reading_ahead(self, tables: Collection[str]) -> AbstractContextManager[None]:
        return nullcontext()

    def begin_reading(self) -> None:
        """Nobody writes meanwhile."""

    def end_reading(self) -> None:
        """Nobody has written meanwhile."""

    def begin(self, reads: tuple[str, int] | None = None) -> None:
        self._undo, self._mark = [], 0

    def put(self, table: str, texts: Iterable[tuple[int, str | None]]) -> None:
        rows, undo, highest = self._tables.setdefault(table, {}), self._undo, self._highest.get(table, 0)
        count, indexes = self._counts.get(table, 0), self._indexes.get(table, {}).values()
        for id, text in texts:
            before = rows.get(id)
            undo.append((table, id, before, id in rows))
            count += (text is not None) - (before is not None)
            if id > highest:
                highest = id
            elif id not in rows:
                self._unsorted.add(table)
            rows[id] = text
            for index in indexes:
                index.changed.add(id)
        self._highest[table], self._counts[table] = highest, count

    def commit(self) -> int:
        self._undo = []
        self._number += 1
        return self._number

    def rollback(self) -> None:
        self._undo_to(0)

    def step(self) -> None:
        self._number += 1
        self._step = len(self._undo)

    def back_to_step(self) -> None:
        self._undo_to(self._step)

    @property
    def in_transaction(self) -> bool:
        return True

    @property
    def is_durable(self) -> bool:
        return False

    def mark(self) -> None:
        self._mark = len(self._undo)

    def back_to_mark(self) -> None:
        self._undo_to(self._mark)

    def _undo_to(self, place: int) -> None:
        shortened = set()
        while len(self._undo) > place:
            table, id, before, existed = self._undo.pop()
            rows = self._tables[table]
            self._counts[table] += (before is not None) - (rows[id] is not None)
            if existed:
                rows[id] = before
            else:
                del rows[id]
                self._taken_back(table, id)
                shortened.add(table)
            for index in self._indexes.get(table, {}).values():
                index.changed.add(id)
        for table in shortened:
            self._highest[table] = max(self._tables[table], default=0)

    def _taken_back(self, table: str, id: int) -> None:
        """A row that a transaction added is gone again."""

    def get(self, table: str, id: int) -> Body | None:
        text = self._tables.get(table, {}).get(id)
        return None if text is None else decoded(text)

    def texts(self, table: str, ids: Collection[int]) -> Iterator[tuple[int, str]]:
        rows = self._tables.get(table, {})
        for id in ids:
            if (text := rows.get(id)) is not None:
                yield id, with_id(id, text)

    def find(self, table: str, field: str, value: str | int | None) -> list[Row]:
        rows = self._tables.get(table, {})
        found = sorted(self._index(table, field).ids(value))
        return [Row(id, decoded(text)) for id in found if (text := rows[id]) is not None]

    def ids_where(self, table: str, condition: Condition) -> list[int]:
        if isinstance(condition, Within):  # forecasts ask each week
            return self._ids_within(table, condition)
        part = part_of(keys_of(condition))
        return [id for id, _ in meeting(MemoryEngine.records(self, table, part), condition, ())]

    def _ids_within(self, table: str, condition: Within) -> list[int]:
        key, first, last = condition
        least = "" if first is None else moment_text(first)
        most = None if last is None else moment_text(last)
        known = ((id, value) for id, value in self._index(table, key.field).values.items() if isinstance(value, str))
        return sorted(id for id, value in known if least <= (at := value.rstrip("Z")) and (most is None or at <= most))

    def count_where(self, table: str, condition: Condition) -> int:
        return len(self.ids_where(table, condition))

    def grouped(
        self, table: str, keys: Sequence[Key], condition: Condition | None = None
    ) -> dict[tuple[Value, ...], int]:
        if condition is None and all(key.kind == "text" for key in keys) and len(keys) > 1:
            values = attrgetter(*(key.field for key in keys))
            return dict(Counter(map(values, self.records(table, part_of(keys)))))
        return dict(Counter(values for _, values in self._meeting(table, condition, keys)))

    def page(
        self, table: str, condition: Condition | None, order: Sequence[OrderKey], start: int, limit: int
    ) -> list[int]:
        found: list[tuple[int, tuple[Any, ...]]]
        found = list(self._meeting(table, condition, [one.key for one in order]))
        for place, one in reversed(list(enumerate(order))):
            known = [pair for pair in found if pair[1][place] is not None]
            known.sort(key=partial(_key_at, place), reverse=one.descending)
            found = known + [pair for pair in found if pair[1][place] is None]
        return [id for id, _ in found[start : start + limit]]

    def _meeting(
        self, table: str, condition: Condition | None, keys: Sequence[Key]
    ) -> Iterator[tuple[int, tuple[Value, ...]]]:
        asked = EVERY if condition is None else condition
        return meeting(self.records(table, part_of((*keys_of(asked), *keys))), asked, keys)

    def ids_without(self, table: str, field: str) -> list[int]:
        return [id for id, text in self._sorted(table) if decoded(text).get(field) is None]

    def scan(self, table: str) -> Iterator[Row]:
        for id, text in self._sorted(table):
            yield Row(id, decoded(text))

    def records(self, table: str, kind: type[Record], ids: Collection[int] | None = None) -> Iterator[Record]:
        decode = decoder(kind).decode
        if ids is None:
            for id, text in self._sorted(table):
                yield decode(with_id(id, text))
            return
        rows = self._tables.get(table, {})
        for id in sorted(ids):
            if (found := rows.get(id)) is not None:
                yield decode(with_id(id, found))

    def record(self, table: str, id: int, kind: type[Record]) -> Record | None:
        text = self._tables.get(table, {}).get(id)
        return None if text is None else decoder(kind).decode(with_id(id, text))

    def tail(self, table: str, limit: int, before: int | None) -> list[Row]:
        rows = self._tables.get(table, {})
        found: list[Row] = []
        id = self.highest_id(table) if before is None else min(before - 1, self.highest_id(table))
        if len(rows) * 4 < id:  # ids far apart, such as days
            ids: Iterable[int] = sorted((one for one in rows if one <= id), reverse=True)
        else:
            ids = range(id, 0, -1)
        for id in ids:
            if len(found) >= limit:
                break
            if (text := rows.get(id)) is not None:
                found.append(Row(id, decoded(text)))
        return found

    def since(self, table: str, number: int, bodies: bool) -> list[Row]:
        return []

    def count(self, table: str) -> int:
        return self._counts.get(table, 0)

    def ids(self, table: str) -> list[int]:
        return sorted(id for id, text in self._tables.get(table, {}).items() if text is not None)

    def highest_id(self, table: str) -> int:
        return self._highest.get(table, 0)

    def last_transaction(self) -> int:
        return self._number

    def tables_since(self, number: int) -> list[str]:
        return self.tables()

    def went_back(self) -> bool:
        return False

    @property
    def is_remote(self) -> bool:
        return False

    def touched_by_others(self, *, asking: bool = True) -> bool:
        return False

    def copy(self) -> MemoryEngine:
        return self.rows_copy()

    def layered_copy(self, without: Collection[str] = (), least: int = 0) -> MemoryEngine:
        return self.rows_copy(without)

    def rows_copy(self, without: Collection[str] = ()) -> MemoryEngine:
        return MemoryEngine({name: dict(rows) for name, rows in self._tables.items() if name not in without})

    def keep_point(self) -> int:
        raise RuntimeError(_NO_POINTS)

    def drop_point(self, number: int) -> None:
        raise RuntimeError(_NO_POINTS)

    def points(self) -> list[int]:
        return []

    def restore(self, number: int, spared: Collection[str]) -> dict[str, set[int]]:
        raise RuntimeError(_NO_POINTS)

    def copy_to(self, path: Path) -> None:
        raise RuntimeError("a copy for a forecast is not written to a file")

    @property
    def have_checksums(self) -> bool:
        return True  # nothing is stored

    def add_checksums(self) -> None:
        """Nothing is stored."""

    def check(self) -> list[str]:
        return []

    def close(self) -> None:
        self._tables = {}
        self._indexes = {}

    def _sorted(self, table: str) -> list[tuple[int, str]]:
        rows = self._tables.get(table, {})
        if table in self._unsorted:
            rows = self._tables[table] = dict(sorted(rows.items()))
            self._unsorted.discard(table)
        return [(id, text) for id, text in rows.items() if text is not None]

    def _index(self, table: str, field: str) -> _Index:
        indexes, rows = self._indexes.setdefault(table, {}), self._tables.get(table, {})
        if field not in indexes:
            indexes[field] = _Index(field, rows)
        indexes[field].catch_up(rows)
        return indexes[field]


class _Index:
    """The values of a top-level field, by id, and the ids by value. ``changed`` are the documents to look at before it
    is used: a device is written far more often than looked for."""

    def __init__(self, field: str, ids: Iterable[int]) -> None:
        self.changed = set(ids)
        self.values: dict[int, Any] = {}
        self._ids: dict[Any, set[int]] = {}
        part = msgspec.defstruct("Part", [(field, Any, None)])
        self._decode = msgspec.json.Decoder(part).decode
        self._value = attrgetter(field)

    def ids(self, value: str | int | None) -> Collection[int]:
        """The ids of the documents with this value."""
        return self._ids.get(value, ())

    def catch_up(self, rows: Rows) -> None:
        """Look at the changed documents."""
        for id in self.changed:
            self._set(id, rows.get(id))
        self.changed.clear()

    def _set(self, id: int, text: str | None) -> None:
        if id in self.values:
            self._ids[self.values.pop(id)].discard(id)
        if text is not None:
            value = self._value(self._decode(text))
            if isinstance(value, str | int | float | None):
                self.values[id] = value
                self._ids.setdefault(value, set()).add(id)


def with_id(id: int, text: str) -> str:
    return f'{{"id":{id}{"," if len(text) > 2 else ""}{text[1:]}'


def meeting(
    records: Iterable[msgspec.Struct], condition: Condition, keys: Sequence[Key]
) -> Iterator[tuple[int, tuple[Value, ...]]]:
    """The ids of the records that meet a condition, in their order, with their values of the keys."""
    for record in records:
        body = msgspec.structs.asdict(record)
        if holds_of(condition, id := body["id"], body):
            yield id, tuple([value_of(key, id, body) for key in keys])


def _key_at(place: int, found: tuple[int, tuple[Any, ...]]) -> Any:
    return found[1][place]


def part_of(keys: Iterable[Key]) -> type[msgspec.Struct]:
    """The kind of record with the fields of these keys alone."""
    return _part(tuple(sorted({key.field for key in keys} - {"id"})))


@lru_cache(maxsize=64)
def _part(fields: tuple[str, ...]) -> type[msgspec.Struct]:
    return msgspec.defstruct("Part", ["id", *((field, Any, None) for field in fields)])


@lru_cache(maxsize=64)
def decoder(kind: type[Record]) -> msgspec.json.Decoder[Record]:
    return msgspec.json.Decoder(kind)
