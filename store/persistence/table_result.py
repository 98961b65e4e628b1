"""A result over all records of a table, made anew only when the table has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct

from .database import Database

K = TypeVar("K", bound=Struct)
T = TypeVar("T")


class TableResult(Generic[K, T]):
    """The result of ``make`` over all records of a table. ``kind`` may omit most of the fields."""

    def __init__(self, database: Database, table: str, kind: type[K], make: Callable[[list[K]], T]) -> None:
        self._database = database
        self._table = database.table(table)
        self._kind = kind
        self._make = make
        self._made: tuple[int, T] | None = None

    def get(self) -> T:
        """The current result. Costs microseconds while the table is unchanged."""
        with self._database.lock:
            self._database.catch_up()
            if self._made is None or self._made[0] != self._table.generation:
                self._made = self._table.generation, self._make(self._table.records(self._kind))
            return self._made[1]
