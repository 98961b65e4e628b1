"""The records of a list that may be more than memory holds: they are read, and written, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from .tables import Cell

Thing = TypeVar("Thing")
TOGETHER = 1000
"""Records that are in memory at a time. What a table's widths and columns depend on is all known of a list that has no
more."""


@dataclass(frozen=True)
class ManyRecords(Generic[Thing]):
    """What is listed, in its order, and how to make a document and a table's row of it.

    ``sample`` gives some from all over the list, which a longer table takes the widths of its columns from; ``kinds``
    at least one with each set of names that a document can have, in the list's order.
    """

    things: Iterable[Thing]
    document: Callable[[Thing], Any]
    row: Callable[[Thing], Mapping[str, str | Cell]]
    sample: Callable[[], Iterable[Thing]] = tuple
    kinds: Callable[[], Iterable[Thing]] = tuple

    def documents(self) -> Iterator[Any]:
        """The document of each."""
        return map(self.document, self.things)

    def rows(self) -> Iterator[Mapping[str, str | Cell]]:
        """The row of each."""
        return map(self.row, self.things)
