"""What rows need of the connection that they are in, whichever database it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol


class RunsStatements(Protocol):
    """Runs statements, with ``?`` or ``?1`` where values go; failures leave as refusals."""

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> None:
        """Run a statement without an answer."""
        ...

    def run_for_each(self, statement: str, values: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement once for each tuple of values."""
        ...

    def row(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        """The first row of the answer, or None."""
        ...

    def rows(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Any]:
        """The rows of the answer."""
        ...

    def many(self, query: str, values: tuple[Any, ...] = ()) -> Iterator[Any]:
        """The rows of an answer that may be long, as they are read."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...
