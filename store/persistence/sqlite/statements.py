"""The statements of one SQLite connection. All go through here, so that no error bypasses ``Refusing``."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from weakref import WeakSet

from .errors import Refusing


class Statements:
    """Runs statements; SQLite's failures become refusals."""

    def __init__(self, connection: sqlite3.Connection, refusing: Refusing) -> None:
        self._connection = connection
        self._refusing = refusing
        self._open = WeakSet[sqlite3.Cursor]()

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> None:
        """Run a statement without an answer."""
        with self._refusing:
            self._connection.execute(statement, values)

    def run_for_each(self, statement: str, values: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement once for each tuple of values."""
        with self._refusing:
            self._connection.executemany(statement, values)

    def row(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        """The first row of the answer, or None."""
        with self._refusing:
            return self._connection.execute(query, values).fetchone()

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Any]:
        """The rows of the answer, as they are read."""
        with self._refusing:
            cursor = self._connection.execute(query, values)
            if (first := cursor.fetchone()) is None:
                return
            self._open.add(cursor)
            yield first
            # Not ``yield from``: that closes the cursor of a reader who comes too late, and fails.
            for row in cursor:  # noqa: UP028
                yield row

    many = rows

    def close(self) -> None:
        """Close the connection. A reader that was left in the middle would keep it, and its locks."""
        for cursor in list(self._open):
            cursor.close()
        self._connection.close()

    def function(self, name: str, arguments: int, does: Callable[..., int]) -> None:
        """Let statements call a function of Python."""
        with self._refusing:
            self._connection.create_function(name, arguments, does, deterministic=True)
