"""What has been committed, by this process or others: tables that are kept current with it, and which rows it were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec import Struct

from .engine import Engine


class Changes(Struct, frozen=True):
    """What was committed, by this process or another, since the last poll: ids by table."""

    tables: dict[str, set[int]]

    def touches(self, *tables: str) -> bool:
        """Whether any of these tables changed."""
        return any(table in self.tables for table in tables)


class Follower(Protocol):
    """A table that may hold documents in memory."""

    @property
    def name(self) -> str:
        """The table's name."""
        ...

    @property
    def is_loaded(self) -> bool:
        """Whether its documents are in memory."""
        ...

    def catch_up(self, number: int) -> set[int]:
        """Load what transactions above ``number`` wrote; returns the changed ids."""
        ...

    def forget(self) -> None:
        """Drop the cache: it may contain uncommitted changes. It is read again when needed."""
        ...


class ChangeFeed:
    """Follows the commits of an engine. Callers hold the lock of the storage."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tables: dict[str, Follower] = {}
        self._seen, self._is_behind = engine.last_transaction(), False
        self._unpolled: dict[str, set[int]] = {}
        self._unread: dict[str, int] = {}
        """Tables of a remote database that others have written to since a transaction, and that nobody here has looked
        at: which rows they were is asked by ``poll``."""

    def register(self, table: Follower) -> None:
        """Keep a table current from now on."""
        self._tables[table.name] = table

    def forget(self, tables: Iterable[str]) -> None:
        """Drop the caches of tables: their rows are read again when needed."""
        for name in tables:
            if name in self._tables:
                self._tables[name].forget()

    def committed(self, number: int, changed: Mapping[str, set[int]]) -> None:
        """This process has committed the transaction with a number, which changed these rows."""
        self._seen = number
        self._note(changed)

    def _note(self, changed: Mapping[str, set[int]]) -> None:
        for name, ids in changed.items():
            self._unpolled.setdefault(name, set()).update(ids)

    def catch_up(self, *, asking: bool = True) -> None:
        """Load what others committed. Without ``asking`` a remote database isn't asked whether there is anything."""
        if not (self._engine.touched_by_others(asking=asking) or self._is_behind):
            return
        self._is_behind = True  # until all of it is loaded: a question about it may fail
        # The number is read before the rows, so rows committed in between are read now and once more later.
        number = self._engine.last_transaction()
        if self._engine.went_back():
            self.forget(self._tables)
            self._seen = -1
        for name in self._engine.tables_since(self._seen):
            table = self._tables.get(name)
            if self._engine.is_remote and not (table is not None and table.is_loaded):
                if table is not None:
                    table.forget()
                self._unread.setdefault(name, self._seen)
            elif changed := self._changed(name, self._seen):
                self._note({name: changed})
        self._seen, self._is_behind = number, False

    def _changed(self, name: str, number: int) -> set[int]:
        if name in self._tables:
            return self._tables[name].catch_up(number)
        return {row.id for row in self._engine.since(name, number, bodies=False)}

    def _read_unread(self) -> None:
        for name in list(self._unread):
            if changed := self._changed(name, self._unread[name]):
                self._note({name: changed})
            del self._unread[name]

    def poll(self) -> Changes | None:
        """What changed since the last poll, or None."""
        self._read_unread()
        if not self._unpolled:
            return None
        changes, self._unpolled = Changes(self._unpolled), {}
        return changes

    def drain(self) -> None:
        """Drop the pending changes for ``poll``."""
        self._unpolled, self._unread = {}, {}
