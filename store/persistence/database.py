"""TinyDB over an engine: the one object through which a workspace reads and writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, cast

from tinydb import TinyDB

from .engine import Engine
from .storage import Changes, EngineStorage
from .table import DocumentTable

__all__ = ["Changes", "Database"]


class Database(TinyDB):
    """A TinyDB whose tables are ``DocumentTable`` and whose writes are transactions of an engine.

    ``around`` is entered inside each transaction, before and after what it is made for.
    """

    table_class = DocumentTable

    def __init__(
        self,
        engine: Engine,
        indexes: Mapping[str, Iterable[str]] | None = None,
        around: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        super().__init__(engine, indexes, around, storage=EngineStorage)
        self._feed = cast(EngineStorage, self._storage)

    @property
    def engine(self) -> Engine:
        """The engine under the tables."""
        return self._feed.engine

    @property
    def lock(self) -> threading.RLock:
        """Held while anything reads or writes; hold it to read several things of one moment."""
        return self._feed.lock

    def table(self, name: str, **options: Any) -> DocumentTable:
        return cast(DocumentTable, super().table(name, **options))

    def tables(self) -> set[str]:
        return set(self.engine.tables())

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One use case: all or nothing, applied to the current state, durable when it ends."""
        with self._feed.transaction():
            yield

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Whatever is read inside is of one moment, over all tables and whoever writes meanwhile."""
        with self._feed.moment():
            yield

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the running transaction that is undone by itself when it raises; not to be nested."""
        with self._feed.attempt():
            yield

    def catch_up(self) -> None:
        """See what others committed; ``poll`` will still tell of it."""
        self._feed.catch_up()

    def drain(self) -> None:
        """Leave out of the next ``poll`` what the transaction that just ended wrote; hold ``lock`` over both."""
        self._feed.drain()

    def poll(self) -> Changes | None:
        """What was committed by anybody since the last call. Cheap: call it several times a second."""
        return self._feed.poll()
