"""The rows that a change writes, as records before and after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from ..persistence.database import Database
from ..persistence.storage import Before

Record = TypeVar("Record", bound=Struct)

_FEW = 1000  # rows that are read at a time, or kept
_Texts = tuple[int, "str | None", "str | None"]


class WrittenRecord(NamedTuple, Generic[Record]):
    """A record before and after a change; None where it does not exist."""

    id: int
    before: Record | None
    after: Record | None


class WrittenRows:
    """The written rows, as JSON by table and id, before and after. Unchanged rows are left out.

    Those of a large table are read some at a time, whenever somebody asks, in the transaction that wrote them.
    """

    def __init__(self, database: Database, before: Before) -> None:
        self._database = database
        self._before = before
        self._few: dict[str, list[_Texts]] = {}

    def _texts(self, table: str) -> Iterable[_Texts]:
        if table in self._few:
            return self._few[table]
        before = self._before.get(table, {})
        if len(before) > _FEW:
            return self._compared(table, before)
        self._few[table] = list(self._compared(table, before))
        return self._few[table]

    def _compared(self, table: str, before: Mapping[int, str | None]) -> Iterator[_Texts]:
        ids = sorted(before)
        for start in range(0, len(ids), _FEW):
            some = ids[start : start + _FEW]
            now = dict(self._database.engine.texts(table, some))
            yield from ((id, text, now.get(id)) for id in some if (text := before[id]) != now.get(id))

    def added(self, table: str) -> set[int]:
        """The ids of the rows that were not there before; some of them may be gone again."""
        before = self._before.get(table, {})
        return {id for id in before if before[id] is None}

    def bodies(self, table: str) -> Iterator[tuple[dict[str, Any] | None, dict[str, Any] | None]]:
        """The documents of a table, before and after."""
        for _, before, after in self.documents(table):
            yield before, after

    def documents(self, table: str) -> Iterator[tuple[int, dict[str, Any] | None, dict[str, Any] | None]]:
        """The same with their ids."""
        decode = msgspec.json.Decoder(dict[str, Any]).decode
        for id, before, after in self._texts(table):
            yield id, None if before is None else decode(before), None if after is None else decode(after)

    def records(self, table: str, kind: type[Record]) -> Iterator[WrittenRecord[Record]]:
        """The same as records, or as parts of records: fields that ``kind`` lacks are left out."""
        decode = msgspec.json.Decoder(kind).decode
        for id, before, after in self._texts(table):
            old, new = None if before is None else decode(before), None if after is None else decode(after)
            yield WrittenRecord(id, old, new)
