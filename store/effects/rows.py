"""The rows that a change writes, as records before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from ..persistence.database import Database
from ..persistence.storage import Before

Record = TypeVar("Record", bound=Struct)


class WrittenRecord(NamedTuple, Generic[Record]):
    """A record before and after a change; None where it does not exist."""

    id: int
    before: Record | None
    after: Record | None


class WrittenRows:
    """The written rows, as JSON by table and id, before and after. Unchanged rows are left out."""

    def __init__(self, tables: Mapping[str, Mapping[int, tuple[str | None, str | None]]]) -> None:
        self._tables = tables

    @classmethod
    def of(cls, database: Database, before: Before) -> WrittenRows:
        """Compare with the database's present contents, in the same transaction."""
        tables = {}
        for name, texts in before.items():
            now = dict(database.engine.texts(name, texts))
            tables[name] = {id: (text, now.get(id)) for id, text in sorted(texts.items()) if text != now.get(id)}
        return cls(tables)

    def bodies(self, table: str) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
        """The documents of a table, before and after."""
        for _, before, after in self.documents(table):
            yield before, after

    def documents(self, table: str) -> Iterator[tuple[int, dict[str, Any] | None, dict[str, Any] | None]]:
        """The same with their ids."""
        decode = msgspec.json.Decoder(dict[str, Any]).decode
        for id, (before, after) in self._tables.get(table, {}).items():
            yield id, None if before is None else decode(before), None if after is None else decode(after)

    def records(self, table: str, kind: type[Record]) -> Iterator[WrittenRecord[Record]]:
        """The same as records, or as parts of records: fields that ``kind`` lacks are left out."""
        decode = msgspec.json.Decoder(kind).decode
        for id, (before, after) in self._tables.get(table, {}).items():
            old, new = None if before is None else decode(before), None if after is None else decode(after)
            yield WrittenRecord(id, old, new)
