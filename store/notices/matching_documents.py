"""Which documents of a table fulfil something, known without reading it anew as long as nothing in it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct

from ..persistence.database import Database

K = TypeVar("K", bound=Struct)
T = TypeVar("T")


class Kept(Generic[K, T]):
    """What ``make`` makes of all of a table, read as records of ``kind``, which may leave out most of the fields."""

    def __init__(self, database: Database, table: str, kind: type[K], make: Callable[[list[K]], T]) -> None:
        self._database = database
        self._table = database.table(table)
        self._kind = kind
        self._make = make
        self._made: tuple[int, T] | None = None

    def get(self) -> T:
        """As it is now, whoever changed it. Costs microseconds as long as nobody does."""
        with self._database.lock:
            self._database.catch_up()
            if self._made is None or self._made[0] != self._table.generation:
                self._made = self._table.generation, self._make(self._table.records(self._kind))
            return self._made[1]
