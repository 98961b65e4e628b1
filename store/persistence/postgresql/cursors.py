"""The cursors of one connection to PostgreSQL: which are open, and which may be closed when there is an occasion.

https://www.postgresql.org/docs/current/sql-declare.html
"""

from __future__ import annotations

import itertools


class OpenCursors:
    """Their names. To close one takes a round trip, so what has been read is closed together with other statements."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._open: dict[str, bool] = {}  # whether it outlives its transaction
        self._read: list[str] = []

    def name(self) -> str:
        """A new one."""
        return f"certfleet_{next(self._numbers)}"

    def opened(self, name: str, *, is_held: bool) -> None:
        """The server has one more. ``is_held``: it doesn't end with the transaction."""
        self._open[name] = is_held

    def is_open(self, name: str) -> bool:
        """Whether the server still has it."""
        return name in self._open

    def have_read(self, name: str) -> None:
        """Nobody needs it any longer."""
        if name in self._open:
            self._read.append(name)

    def closed(self, name: str) -> None:
        """The server has been told to close it."""
        self._open.pop(name, None)

    def take_read(self) -> list[str]:
        """Those that nobody needs, which the caller closes."""
        read = [name for name in self._read if name in self._open]
        self._read.clear()
        for name in read:
            self.closed(name)
        return read

    def transaction_ends(self) -> None:
        """A transaction begins or ends, or a part of it: what isn't held may be gone."""
        self._open = {name: is_held for name, is_held in self._open.items() if is_held}

    def connection_ends(self) -> None:
        """All are gone."""
        self._open.clear()
        self._read.clear()
