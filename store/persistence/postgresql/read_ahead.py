"""Small tables that are read together, in one round trip: opening a workspace asks for two dozen of them one by one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

import msgspec

from ..conditions import LookupIndex
from ..copies.memory import MemoryEngine, Rows
from ..engine import Body, Record, Row
from ..sql.engine import SqlEngine

FEW = 200
"""A table with more rows is read when it is asked for: who wants one of its rows doesn't wait for all."""

_Unreadable = (msgspec.DecodeError, UnicodeError)
"""A document that is damaged is refused by whoever reads it from the server, with its name."""


class ReadingAhead(SqlEngine):
    """An engine that answers from the tables in ``_near`` while ``reading_ahead`` holds, until it begins a
    transaction."""

    def __init__(self, indexes: Mapping[str, Iterable[LookupIndex]] | None) -> None:
        super().__init__(indexes)
        self._near: Mapping[str, Rows] | None = None
        self._memory = MemoryEngine({})

    @abstractmethod
    def _read_together(self, tables: list[str]) -> dict[str, Rows]:
        """Those of these tables that have few rows, all as of one moment, which is the one that was looked at last."""

    @contextmanager
    def reading_ahead(self, tables: Collection[str]) -> Iterator[None]:
        self._near = self._read_together([name for name in tables if name in self._known])
        self._memory = MemoryEngine(self._near)
        try:
            yield
        finally:
            self._forget_near()

    def _forget_near(self) -> None:
        self._near, self._memory = None, MemoryEngine({})

    def _is_near(self, table: str) -> bool:
        return self._near is not None and table in self._near

    def get(self, table: str, id: int) -> Body | None:
        if self._is_near(table):
            with suppress(*_Unreadable):
                return self._memory.get(table, id)
        return super().get(table, id)

    def record(self, table: str, id: int, kind: type[Record]) -> Record | None:
        if self._is_near(table):
            with suppress(*_Unreadable):
                return self._memory.record(table, id, kind)
        return super().record(table, id, kind)

    def records(self, table: str, kind: type[Record], ids: Collection[int] | None = None) -> Iterator[Record]:
        if self._is_near(table):
            with suppress(*_Unreadable):
                return iter(list(self._memory.records(table, kind, ids)))
        return super().records(table, kind, ids)

    def scan(self, table: str) -> Iterator[Row]:
        if self._is_near(table):
            with suppress(*_Unreadable):
                return iter(list(self._memory.scan(table)))
        return super().scan(table)

    def find(self, table: str, field: str, value: str | int | None) -> list[Row]:
        if self._is_near(table):
            with suppress(*_Unreadable):
                return self._memory.find(table, field, value)
        return super().find(table, field, value)

    def tail(self, table: str, limit: int, before: int | None) -> list[Row]:
        if self._is_near(table):
            with suppress(*_Unreadable):
                return self._memory.tail(table, limit, before)
        return super().tail(table, limit, before)

    def count(self, table: str) -> int:
        return self._memory.count(table) if self._is_near(table) else super().count(table)

    def ids(self, table: str) -> list[int]:
        return self._memory.ids(table) if self._is_near(table) else super().ids(table)

    def highest_id(self, table: str) -> int:
        return self._memory.highest_id(table) if self._is_near(table) else super().highest_id(table)
