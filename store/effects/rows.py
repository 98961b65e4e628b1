"""The rows that a change writes, before and after, as records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from ..persistence.database import Database
from ..persistence.engine import Body
from ..persistence.storage import Before

Record = TypeVar("Record", bound=Struct)


class Written(NamedTuple, Generic[Record]):
    """A record before a change and after it; None where it did not exist, or does not any more."""

    id: int
    before: Record | None
    after: Record | None


class Rows:
    """What was written, by table. Rows that are as they were before don't count."""

    def __init__(self, tables: Mapping[str, Mapping[int, tuple[Body | None, Body | None]]]) -> None:
        self._tables = tables

    @classmethod
    def of(cls, database: Database, before: Before) -> Rows:
        """Compare with what the database holds now, in the same transaction."""
        tables = {}
        for name, bodies in before.items():
            now = {row.id: row.body for row in database.engine.some(name, list(bodies))}
            pairs = {id: (body, now.get(id)) for id, body in sorted(bodies.items()) if body != now.get(id)}
            if pairs:
                tables[name] = pairs
        return cls(tables)

    def touches(self, *tables: str) -> bool:
        """Whether one of these tables was written."""
        return any(table in self._tables for table in tables)

    def bodies(self, table: str) -> Mapping[int, tuple[Body | None, Body | None]]:
        """The documents of a table, before and after, by id."""
        return self._tables.get(table, {})

    def records(self, table: str, kind: type[Record]) -> Iterator[Written[Record]]:
        """The same as records, or as parts of records: fields that ``kind`` lacks are left out."""
        for id, (before, after) in self.bodies(table).items():
            yield Written(id, _record(id, before, kind), _record(id, after, kind))


def _record(id: int, body: Body | None, kind: type[Record]) -> Record | None:
    return None if body is None else msgspec.convert({**body, "id": id}, kind)
