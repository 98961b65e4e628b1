"""The rows that a change writes, before and after, as records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from ..persistence.database import Database
from ..persistence.storage import Before

Record = TypeVar("Record", bound=Struct)


class WrittenRecord(NamedTuple, Generic[Record]):
    """A record before a change and after it; None where it did not exist, or does not any more."""

    id: int
    before: Record | None
    after: Record | None


class WrittenRows:
    """What was written, as JSON by table and id, before and after. Rows that are as they were don't count."""

    def __init__(self, tables: Mapping[str, Mapping[int, tuple[str | None, str | None]]]) -> None:
        self._tables = tables

    @classmethod
    def of(cls, database: Database, before: Before) -> WrittenRows:
        """Compare with what the database holds now, in the same transaction."""
        tables = {}
        for name, texts in before.items():
            now = dict(database.engine.texts(name, texts))
            tables[name] = {id: (text, now.get(id)) for id, text in sorted(texts.items()) if text != now.get(id)}
        return cls(tables)

    def bodies(self, table: str) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
        """The documents of a table, before and after."""
        for before, after in self._tables.get(table, {}).values():
            yield _decoded(before, dict), _decoded(after, dict)

    def records(self, table: str, kind: type[Record]) -> Iterator[WrittenRecord[Record]]:
        """The same as records, or as parts of records: fields that ``kind`` lacks are left out."""
        for id, (before, after) in self._tables.get(table, {}).items():
            yield WrittenRecord(id, _decoded(before, kind), _decoded(after, kind))


def _decoded(text: str | None, kind: type[Any]) -> Any:
    return None if text is None else msgspec.json.decode(text, type=kind)
