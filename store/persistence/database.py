"""TinyDB over an engine: the one object through which a workspace reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, cast

from tinydb import TinyDB

from .conditions import LookupIndex
from .engine import Engine
from .feed import Changes
from .shared_transaction import sharing_commits
from .storage import Before, EngineStorage
from .table import DocumentTable
from .turns import WriterTurns

__all__ = ["Changes", "Database", "sharing_commits"]


class Database(TinyDB):
    """A TinyDB whose tables are ``DocumentTable`` and whose writes are transactions of an engine.

    ``around`` is entered inside each transaction, around its own work.
    """

    table_class = DocumentTable

    def __init__(
        self,
        engine: Engine,
        indexes: Mapping[str, Iterable[LookupIndex]] | None = None,
        around: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        try:
            super().__init__(engine, indexes, around, storage=EngineStorage)
        except BaseException:
            engine.close()
            raise
        self._feed = cast(EngineStorage, self._storage)

    @property
    def engine(self) -> Engine:
        """The engine under the tables."""
        return self._feed.engine

    @property
    def lock(self) -> WriterTurns:
        """Held during reads and writes; hold it to read several things consistently."""
        return self._feed.lock

    def table(self, name: str, **options: Any) -> DocumentTable:
        return cast(DocumentTable, super().table(name, **options))

    def tables(self) -> set[str]:
        return set(self.engine.tables())

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is running; hold ``lock`` to know that it is this thread's."""
        return self._feed.in_transaction

    @contextmanager
    def transaction(self, *, routine: bool = False) -> Iterator[None]:
        """One use case: all or nothing, applied to the current state, durable when it ends. ``routine`` is what no
        person did: simulated time that passes, and what is due by the clock."""
        with self._feed.transaction(routine=routine):
            yield

    @property
    def is_routine(self) -> bool:
        """Whether the running transaction is no act of a person."""
        return self._feed.is_routine

    @property
    def restorations(self) -> int:
        """How often an earlier state has been restored by this process."""
        return self._feed.restorations

    def restore(self, number: int, spared: Collection[str]) -> None:
        """Inside a transaction: give all tables but the ``spared`` the rows of an earlier state again, a point of the
        engine."""
        self._feed.restore(number, spared)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Everything read inside is consistent as of one moment, over all tables, whoever writes meanwhile."""
        with self._feed.moment():
            yield

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the running transaction that is undone separately if it raises; can't be nested."""
        with self._feed.attempt():
            yield

    @contextmanager
    def watch(self, before: Before) -> Iterator[None]:
        """Inside a transaction: record the rows of the tables in ``before`` as they were before they are written."""
        with self._feed.watch(before):
            yield

    def catch_up(self) -> None:
        """Load what others committed; ``poll`` still reports it."""
        self._feed.catch_up()

    def when_committed(self, action: Callable[[], object]) -> None:
        """Inside a transaction: run something outside the database after the commit, and never after a rollback."""
        self._feed.when_committed(action)

    def drain(self) -> None:
        """Exclude the transaction that just ended from the next ``poll``; hold ``lock`` over both."""
        self._feed.drain()

    def poll(self) -> Changes | None:
        """What anybody committed since the last call. Cheap enough to call several times a second."""
        return self._feed.poll()
