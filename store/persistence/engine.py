"""The interface between tables and their engine, which ``sqlite``, ``postgresql`` and ``copies`` implement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

import msgspec

if TYPE_CHECKING:
    from .conditions import Condition, Key, OrderKey, Value
    from .copies.memory import MemoryEngine

Body = dict[str, Any]
LARGE = 50_000
"""Rows from which on ``Engine.layered_copy`` doesn't copy a table."""
Record = TypeVar("Record", bound=msgspec.Struct)


class Row(NamedTuple):
    """A stored document. ``body`` is None for the marker of a deletion."""

    id: int
    body: Body | None


def copied(value: Any) -> Any:
    """A deep copy of JSON data; several times faster than ``copy.deepcopy``, which handles more."""
    if isinstance(value, dict):
        return {name: copied(item) for name, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


class Engine(Protocol):
    """Rows of JSON documents in named tables, written in numbered transactions.

    Each row carries the number of the transaction that last wrote it, so a reader that has seen all up to N finds news
    by asking for the rows above N. Ids are never reused. Calls come from one thread at a time; the database above holds
    a lock.
    """

    def tables(self) -> list[str]:
        """The names of the tables that hold or held a document."""
        ...

    def reading_ahead(self, tables: Collection[str]) -> AbstractContextManager[None]:
        """Inside, until a transaction begins, tables of few rows among these may be answered as they were when it was
        entered, and what others commit isn't told: a remote database is asked once for all of them."""
        ...

    def begin_reading(self) -> None:
        """From now on, until ``end_reading``, see the state of this moment, whatever others commit."""
        ...

    def end_reading(self) -> None:
        """See the current state again."""
        ...

    def begin(self, reads: tuple[str, int] | None = None) -> None:
        """Take the write lock; refuses with ``workspace-busy`` after a timeout. ``reads``: the table and the id of a
        document that is going to be read first; a remote database sends it at once."""
        ...

    def put(self, table: str, texts: Iterable[tuple[int, str | None]]) -> None:
        """Write rows, inside a transaction: the JSON of each without its id, None for a deletion."""
        ...

    def commit(self) -> int:
        """Commit the transaction durably; returns its number."""
        ...

    def rollback(self) -> None:
        """Roll back the transaction."""
        ...

    def step(self) -> None:
        """End a transaction without a commit, and begin the next one: they will be committed together."""
        ...

    def back_to_step(self) -> None:
        """Roll back the newest of them alone."""
        ...

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction runs; storage that fails may have ended it."""
        ...

    @property
    def is_durable(self) -> bool:
        """Whether a commit waits for a disk."""
        ...

    def mark(self) -> None:
        """Set a savepoint; only one at a time."""
        ...

    def back_to_mark(self) -> None:
        """Roll back to the savepoint."""
        ...

    def get(self, table: str, id: int) -> Body | None:
        """One document."""
        ...

    def texts(self, table: str, ids: Collection[int]) -> Iterator[tuple[int, str]]:
        """The existing ones of these documents, as JSON with the id among the fields, in any order."""
        ...

    def find(self, table: str, field: str, value: str | int | None) -> list[Row]:
        """The documents whose top-level ``field`` equals ``value``, by id."""
        ...

    def ids_where(self, table: str, condition: Condition) -> list[int]:
        """The ids of the documents that meet a condition, in order. This and what follows is fast if an index has all
        keys that are asked."""
        ...

    def count_where(self, table: str, condition: Condition) -> int:
        """How many documents meet it."""
        ...

    def grouped(
        self, table: str, keys: Sequence[Key], condition: Condition | None = None
    ) -> dict[tuple[Value, ...], int]:
        """How many documents, of those that meet the condition, have each combination of values that any has."""
        ...

    def page(
        self, table: str, condition: Condition | None, order: Sequence[OrderKey], start: int, limit: int
    ) -> list[int]:
        """The ids of some of the documents that meet it, in an order: ``limit`` of them after the first ``start``."""
        ...

    def ids_without(self, table: str, field: str) -> list[int]:
        """The ids of the documents that have no ``field``, or null in it; they are looked through, and not decoded."""
        ...

    def scan(self, table: str) -> Iterator[Row]:
        """Every document, by id."""
        ...

    def records(self, table: str, kind: type[Record], ids: Collection[int] | None = None) -> Iterator[Record]:
        """All documents as records, or those of ``ids``, by id; several times faster than through dictionaries.

        Raises ``msgspec.ValidationError`` if a document doesn't fit.
        """
        ...

    def record(self, table: str, id: int, kind: type[Record]) -> Record | None:
        """One document as a record; raises ``msgspec.ValidationError`` if it doesn't fit."""
        ...

    def tail(self, table: str, limit: int, before: int | None) -> list[Row]:
        """The newest documents by descending id, below ``before`` if given."""
        ...

    def since(self, table: str, number: int, bodies: bool) -> list[Row]:
        """The rows that transactions above ``number`` wrote, deletions included."""
        ...

    def count(self, table: str) -> int:
        """The number of documents in a table."""
        ...

    def ids(self, table: str) -> list[int]:
        """The ids of a table's documents, in order; reads none of them."""
        ...

    def highest_id(self, table: str) -> int:
        """The highest id ever used in a table, 0 for none."""
        ...

    def last_transaction(self) -> int:
        """The number of the newest committed transaction."""
        ...

    def touched_by_others(self, *, asking: bool = True) -> bool:
        """Whether another connection committed since the last call. Very cheap; without ``asking`` a remote database is
        not asked: what it has told of by itself may be a moment old."""
        ...

    def went_back(self) -> bool:
        """Whether ``touched_by_others`` found that what had been read was lost by a crash of the database's server, or
        that the server's administrator has put an earlier state in place."""
        ...

    @property
    def is_remote(self) -> bool:
        """Whether each question takes a round trip to a server."""
        ...

    def tables_since(self, number: int) -> list[str]:
        """The tables that transactions above ``number`` may have written."""
        ...

    def keep_point(self) -> int:
        """Inside a transaction, before its first write: from now on the last committed state can be restored. Returns
        its number."""
        ...

    def drop_point(self, number: int) -> None:
        """Inside a transaction: the state with this number can't be restored any more."""
        ...

    def points(self) -> list[int]:
        """The numbers of the states that can be restored, the oldest first."""
        ...

    def restore(self, number: int, spared: Collection[str]) -> dict[str, set[int]]:
        """Inside a transaction: all tables but the ``spared`` get the rows of an earlier state again, and their next
        ids. Returns the ids that were written or removed, by table."""
        ...

    def copy(self) -> Engine:
        """A copy in memory of what is committed now."""
        ...

    def rows_copy(self, without: Collection[str] = ()) -> MemoryEngine:
        """The same in dictionaries (``memory``), without some tables: for one who uses it alone, and in a hurry."""
        ...

    def layered_copy(self, without: Collection[str] = (), least: int = LARGE) -> MemoryEngine:
        """The same, but tables of at least so many rows are read where they are, as they were at this moment
        (``layered``), by a connection that is closed with the last copy of it."""
        ...

    def copy_to(self, path: Path) -> None:
        """Write a copy of what is committed now to a new file."""
        ...

    @property
    def have_checksums(self) -> bool:
        """Whether each stored row has a checksum, by which damage to it is found."""
        ...

    def add_checksums(self) -> None:
        """Inside a transaction: give each row its checksum, in a database of an earlier release."""
        ...

    def check(self) -> list[str]:
        """Problems in the engine's own files, one sentence each."""
        ...

    def close(self) -> None:
        """Close the files."""
        ...
