"""Asking a database for the rows that meet a condition: their ids, a page of them in order, and how many there are.

The documents aren't read where an index has all that is asked; then nobody looks at their checksums either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ..conditions import (
    EVERY,
    ID,
    All,
    CompositeIndex,
    Condition,
    Key,
    LookupIndex,
    Not,
    OneOf,
    OrderKey,
    Some,
    Value,
    Within,
    holds,
    keys_of,
    moment_text,
)
from .statements import RunsStatements

_UNHELPED_ID = "+id"
"""The id to sort by, not in the order of the table: that would be all documents, until enough of them are found."""


class Dialect(NamedTuple):
    """How a database writes what differs: a key's value in a table, the place of a text, and whether the index is
    named."""

    key: Callable[[str, Key], str]
    text: str
    names_index: bool


class RowQueries:
    """The queries of one connection. ``indexes`` are those that the tables have."""

    def __init__(
        self, statements: RunsStatements, dialect: Dialect, indexes: Mapping[str, Collection[LookupIndex]]
    ) -> None:
        self._sql = statements
        self._dialect = dialect
        self._indexes = {table: [_composite(one) for one in known] for table, known in indexes.items()}
        self.missing: Collection[str] = ()
        """Names of indexes that a database of an earlier release, which can only be read, doesn't have."""

    def ids(self, table: str, condition: Condition) -> list[int]:
        """The ids of the documents that meet it, in order."""
        query, values = self._query(table, condition)
        return sorted(id for (id,) in self._sql.many(f"SELECT id {query}", values))

    def count(self, table: str, condition: Condition) -> int:
        """How many there are."""
        query, values = self._query(table, condition)
        return int(self._sql.row(f"SELECT count(*) {query}", values)[0])

    def grouped(self, table: str, keys: Sequence[Key], condition: Condition | None) -> dict[tuple[Value, ...], int]:
        """How many documents there are for each combination of values, of those that meet it."""
        query, values = self._query(table, condition or EVERY, keys)
        columns = ", ".join(self._dialect.key(table, key) for key in keys)
        places = ", ".join(str(place + 1) for place in range(len(keys)))
        rows = self._sql.rows(f"SELECT {columns}, count(*) {query} GROUP BY {places}", values)
        return {tuple(found): count for *found, count in rows}

    def page(
        self, table: str, condition: Condition | None, order: Sequence[OrderKey], start: int, limit: int
    ) -> list[int]:
        """The ids of a page in an order."""
        asked, wanted = condition or EVERY, [one.key for one in order]
        if len(order) == 1 and (condition is None or self._index(table, [*keys_of(asked), *wanted], ()) is None):
            own = self._index(table, wanted, wanted)
            if own is not None and own.keys[0] == wanted[0]:
                return self._along(table, own, asked, order[0], start, limit)
        query, values = self._query(table, asked, wanted)
        by = "".join(f"{self._last(table, one)}, " for one in order)
        id = "id" if asked == EVERY and not order else _UNHELPED_ID  # of all documents, the first ones are enough
        rows = self._sql.many(f"SELECT id {query} ORDER BY {by}{id} LIMIT {limit} OFFSET {start}", values)
        return [id for (id,) in rows]

    def _along(
        self, table: str, index: CompositeIndex, condition: Condition, order: OrderKey, start: int, limit: int
    ) -> list[int]:
        """The same by going along the index that has the order: first the documents with a value, then the others."""
        key = self._dialect.key(table, order.key)
        among = ""
        values: tuple[object, ...] = ()
        if condition != EVERY:
            query, values = self._query(table, condition)
            among = f" AND id IN (SELECT id {query})"
        known = f'FROM "{table}"{self._hint(table, index)} WHERE {key} IS NOT NULL{among}'
        direction = " DESC" if order.descending else ""
        rows = self._sql.many(f"SELECT id {known} ORDER BY {key}{direction}, id LIMIT {limit} OFFSET {start}", values)
        found = [id for (id,) in rows]
        if len(found) < limit:
            before = self._sql.row(f"SELECT count(*) {known}", values)[0]
            others = All((condition, OneOf(order.key, (None,))))
            found += self.page(table, others, (), max(0, start - before), limit - len(found))
        return found

    def _last(self, table: str, order: OrderKey) -> str:
        key = self._dialect.key(table, order.key)
        return f"({key} IS NULL), {key}{' DESC' if order.descending else ''}"

    def _query(self, table: str, condition: Condition, more: Iterable[Key] = ()) -> tuple[str, tuple[object, ...]]:
        """``FROM … WHERE …``, and the values in it."""
        values: list[object] = []
        where = self._where(table, condition, values)
        keys = [*keys_of(condition), *more]
        # Markers of deletions have no value of any key.
        if ID in keys or holds(condition, lambda key: False if key.kind == "has" else None):
            where += f' AND id NOT IN (SELECT id FROM "{table}" WHERE body IS NULL)'
        index = self._index(table, keys, list(_needed(condition)))
        return f'FROM "{table}"{"" if index is None else self._hint(table, index)} WHERE {where}', tuple(values)

    def _index(self, table: str, keys: Collection[Key], needed: Collection[Key]) -> CompositeIndex | None:
        """The index that has all keys, best one that begins with a key which every document found has to meet."""
        if not keys or ID in needed:
            return None
        known = [one for one in self._indexes.get(table, ()) if {*keys} - {ID} <= {*one.keys}]
        known = [one for one in known if f"{table}.{one.name}" not in self.missing]
        return next((one for one in known if one.keys[0] in needed), known[0] if known else None)

    def _hint(self, table: str, index: CompositeIndex) -> str:
        return f' INDEXED BY "{table}.{index.name}"' if self._dialect.names_index else ""

    def _where(self, table: str, condition: Condition, values: list[object], *, holds: bool = True) -> str:
        """SQL that is true or false of every document, never unknown."""
        match condition:
            case OneOf(key, wanted):
                return self._one_of(self._dialect.key(table, key), wanted, values, holds=holds)
            case Within(key, first, last):
                return self._within(self._dialect.key(table, key), first, last, values, holds=holds)
            case Not(part):
                return self._where(table, part, values, holds=not holds)
            case All(parts) | Some(parts):
                together = isinstance(condition, All) is holds
                if not parts:
                    return "1 = 1" if together else "1 = 0"
                word = " AND " if together else " OR "
                return f"({word.join([self._where(table, part, values, holds=holds) for part in parts])})"

    def _one_of(self, key: str, wanted: Collection[Value], values: list[object], *, holds: bool) -> str:
        known = [value for value in wanted if value is not None and _is_storable(value)]
        parts = []
        if known:
            parts.append(f"{key} {'IN' if holds else 'NOT IN'} ({', '.join(map(self._place, known))})")
            values += [value for value in known if not isinstance(value, bool)]
        if None in wanted:
            parts.append(f"{key} IS {'NULL' if holds else 'NOT NULL'}")
        elif not holds:
            return f"({key} IS NULL OR {parts[0]})" if parts else "1 = 1"
        return f"({(' OR ' if holds else ' AND ').join(parts)})" if parts else "1 = 0"

    def _place(self, value: Value) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        return self._dialect.text if isinstance(value, str) else "?"

    def _within(
        self, key: str, first: datetime | None, last: datetime | None, values: list[object], *, holds: bool
    ) -> str:
        limits = []
        for moment, word, other in ((first, ">=", "<"), (last, "<=", ">")):
            if moment is not None:
                limits.append(f"{key} {word if holds else other} {self._dialect.text}")
                values.append(moment_text(moment))
        if holds:
            return f"({' AND '.join(limits)})" if limits else f"{key} IS NOT NULL"
        return f"({' OR '.join([f'{key} IS NULL', *limits])})"


def _composite(index: LookupIndex) -> CompositeIndex:
    return CompositeIndex(index, (Key(index),)) if isinstance(index, str) else index


def _needed(condition: Condition) -> Iterator[Key]:
    """The keys that narrow what is found, whatever else the condition says."""
    match condition:
        case OneOf(key, values) if None not in values:
            yield key
        case Within(key):
            yield key
        case All(parts):
            for part in parts:
                yield from _needed(part)


def _is_storable(value: Value) -> bool:
    """Whether a document in a database may have it: no text has U+0000, or half a character."""
    if not isinstance(value, str):
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in value
