"""The shared state of a database's tables: the engine, the lock, and the transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

import msgspec
from tinydb.storages import Storage

from .conditions import LookupIndex
from .done_before import note_change
from .engine import Engine, Row
from .feed import ChangeFeed, Changes, Follower
from .shared_transaction import SHARING, SharedTransaction
from .turns import WriterTurns

_PART = 1000  # documents that are encoded at a time

_encode = msgspec.json.Encoder().encode

Before = dict[str, MutableMapping[int, "str | None"]]
"""Rows before they were written, as JSON, by table and id; None for a row that did not exist."""


class EngineStorage(Storage):
    """Connects TinyDB to the engine, and holds what its tables share: the lock, the transaction, the feed."""

    def __init__(
        self,
        engine: Engine,
        indexes: Mapping[str, Iterable[LookupIndex]] | None = None,
        around: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self.engine = engine
        self._around = around
        self.lock = WriterTurns()
        self._indexes = {
            table: tuple(one for one in known if isinstance(one, str)) for table, known in (indexes or {}).items()
        }
        self._depth = 0
        self._shared: SharedTransaction | None = None
        self.is_routine = False
        self._reading = False
        self._written: dict[str, set[int]] = {}
        self._before: Before | None = None
        self._afterwards: list[Callable[[], object]] = []
        self.restorations = 0
        self._feed = ChangeFeed(engine)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is running."""
        return self._depth > 0

    def register(self, table: Follower) -> None:
        """Keep a table current from now on."""
        self._feed.register(table)

    def indexed(self, table: str) -> tuple[str, ...]:
        """The indexed fields of a table."""
        return self._indexes.get(table, ())

    @contextmanager
    def transaction(self, *, routine: bool = False, reads: tuple[str, int] | None = None) -> Iterator[None]:
        """A transaction on the current state: others' commits are loaded first. ``routine``: it is no act of a person.
        ``reads``: the table and the id of the document that is going to be read first.

        A transaction within a transaction is part of it. Inside a ``moment`` it raises ``RuntimeError``.
        """
        if self.lock.is_mine:
            if self._reading:
                raise RuntimeError("a moment is for reading: write before it or after it")
            if self._depth:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                return
        shares = SHARING.get() and self.engine.is_durable and not self.lock.is_mine
        if shares:
            self.lock.join()
        else:
            self.lock.acquire()
        shared = None
        try:
            shared = self._begin(routine, reads)
            try:
                with self._around():
                    yield
            except BaseException as error:
                self._undo(shared, error)
                raise
            else:
                shared.take(self._written, self._afterwards)
            finally:
                self._written, self._depth = {}, 0
                if not (shares and self.lock.joining and shared.has_room):
                    self._end(shared)
        finally:
            is_left = shared is not None and not shared.is_over
            self.lock.release()
            if shared is not None and is_left:
                self._wait_for(shared)
        if shared.written and self.engine.is_durable and not routine:
            note_change()

    def _begin(self, routine: bool, reads: tuple[str, int] | None) -> SharedTransaction:
        """Begin a transaction, or what is the next one to everybody, behind those that wait for a commit."""
        self._depth, self._afterwards, self.is_routine = 1, [], routine
        if self._shared is not None:
            try:
                self.engine.step()
            except BaseException as error:
                self._depth = 0
                self._give_up(self._shared, error)
                raise
            return self._shared
        try:
            self.engine.begin(reads)
            self._feed.catch_up()
        except BaseException:
            self._depth = 0
            self.engine.rollback()
            raise
        self._shared = SharedTransaction()
        self.lock.is_open = True
        return self._shared

    def _undo(self, shared: SharedTransaction, error: BaseException) -> None:
        """Undo what one of them has written, or all, if nothing else can be done."""
        self._feed.forget(self._written)
        if shared.count:
            with suppress(Exception):
                self.engine.back_to_step()
                if self.engine.in_transaction:  # storage that fails ends it
                    return
        self._give_up(shared, error)

    def _end(self, shared: SharedTransaction) -> None:
        """Commit all of them, unless that has been done."""
        if shared.is_over:
            return
        try:
            if shared.written:
                self._feed.committed(self.engine.commit(), shared.written)
            else:
                self.engine.rollback()
        except BaseException as error:
            self._give_up(shared, error)
            raise
        self._over(shared)
        shared.follow_up()

    def _give_up(self, shared: SharedTransaction, error: BaseException) -> None:
        shared.error = error
        try:
            self.engine.rollback()
        finally:
            self._feed.forget(shared.written)
            self._over(shared)

    def _over(self, shared: SharedTransaction) -> None:
        shared.is_over = True
        self._shared, self.lock.is_open = None, False

    def _wait_for(self, shared: SharedTransaction) -> None:
        """Wait for the commit, which the last one makes. Raises what kept it from being made."""
        while self.lock.wait_until(lambda: shared.is_over):
            try:
                self._end(shared)
            finally:
                self.lock.release()
        shared.raise_error()

    def when_committed(self, action: Callable[[], object]) -> None:
        """As ``Database.when_committed``."""
        self._afterwards.append(action)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Everything read inside is consistent as of one moment, over all tables, whoever writes meanwhile."""
        with self.lock:
            if self._reading:
                yield
                return
            self._reading = True
            try:
                if self._depth:
                    yield
                    return
                self.engine.begin_reading()
                try:
                    self._feed.catch_up()
                    yield
                finally:
                    self.engine.end_reading()
            finally:
                self._reading = False

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the running transaction that is undone separately if it raises."""
        earlier, self._written = self._written, {}
        self.engine.mark()
        try:
            yield
        except BaseException:
            self.engine.back_to_mark()
            self._feed.forget(self._written)
            self._written = {}
            raise
        finally:
            for name, ids in earlier.items():
                self.wrote(name, ids)

    @contextmanager
    def watch(self, before: Before) -> Iterator[None]:
        """Inside a transaction: record the rows of the tables in ``before`` as they were before they are written."""
        if self._before is not None:
            raise RuntimeError("one watch at a time")
        self._before = before
        try:
            yield
        finally:
            self._before = None

    def put(self, table: str, rows: Iterable[Row]) -> None:
        """Write rows of a table, in the running transaction."""
        self.put_texts(table, {row.id: None if row.body is None else _encode(row.body).decode() for row in rows})

    def put_texts(self, table: str, texts: Mapping[int, str | None]) -> None:
        """The same, by id and as JSON without it."""
        if self._before is not None and (known := self._before.get(table)) is not None:
            unknown = [id for id in texts if id not in known]
            found = dict(self.engine.texts(table, unknown))
            known.update((id, found.get(id)) for id in unknown)
        self.engine.put(table, texts.items())
        self.wrote(table, texts)

    def wrote(self, table: str, ids: Iterable[int]) -> None:
        """Note that rows of a table were written in the running transaction."""
        self._written.setdefault(table, set()).update(ids)

    def restore(self, number: int, spared: Collection[str]) -> None:
        """Inside a transaction: give all tables but the ``spared`` the rows of an earlier state again."""
        self.restorations += 1
        watched = {} if self._before is None else {name: self._texts_of(name) for name in self._before}
        for name, ids in self.engine.restore(number, spared).items():
            if self._before is not None and name in watched:
                self._before[name] = {**{id: watched[name].get(id) for id in ids}, **self._before[name]}
            if ids:
                self.wrote(name, ids)
                self._feed.forget([name])

    def _texts_of(self, table: str) -> dict[int, str]:
        return dict(self.engine.texts(table, [row.id for row in self.engine.since(table, -1, bodies=False)]))

    def catch_up(self, *, asking: bool = True) -> None:
        """Load what others committed; inside a transaction that has been done already, whichever thread's it is.

        Without ``asking`` a remote database isn't asked whether there is anything.
        """
        if self._shared is not None:  # so that nobody else can commit
            return
        with self.lock:
            if not self._depth:
                self._feed.catch_up(asking=asking)

    def poll(self) -> Changes | None:
        """What changed since the last poll, or None."""
        with self.lock:
            self.catch_up(asking=False)
            return self._feed.poll()

    def drain(self) -> None:
        """Drop the pending changes for ``poll``: right after a transaction, under the lock, they are only its own."""
        with self.lock:
            self._feed.drain()

    def read(self) -> dict[str, dict[str, Any]]:
        """All content, in the form of TinyDB's own storages."""
        with self.moment():
            return {table: {str(row.id): row.body for row in self.engine.scan(table)} for table in self.engine.tables()}

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Replace the whole content by ``data``, as TinyDB's own storages do."""
        self.replace((name, Row(int(id), dict(body))) for name, rows in data.items() for id, body in rows.items())

    def replace(self, documents: Iterable[tuple[str, Row]]) -> None:
        """Replace the whole content by these documents, each with its table."""
        with self.transaction():
            for name in self.engine.tables():
                self.put(name, [Row(id, None) for id in self.engine.ids(name)])
            self.add(documents)
            self._feed.forget(self._written)

    def add(self, documents: Iterable[tuple[str, Row]]) -> None:
        """Write documents, each with its table, in the running transaction."""
        for name, rows in groupby(documents, key=itemgetter(0)):
            while part := [row for _, row in islice(rows, _PART)]:
                self.put(name, part)

    def close(self) -> None:
        self.engine.close()
