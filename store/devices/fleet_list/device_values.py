"""A small value of each device, in the order of the ids, so that no device has to stay in memory.

It is read when somebody first asks for it, and again for the devices that were written since.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Generic, NamedTuple, TypeVar

from ...model.device import Platform
from ...persistence.engine import Record
from ...persistence.table import DocumentTable
from ..listed_fields import ListedFields
from .columns import SORTS, SortValue
from .traits import TraitFields, Traits

Number = TypeVar("Number", int, float)


class FleetChange(NamedTuple):
    """What a commit did to the list of ids: the changed and the new ones, how many are new at the end, and for each of
    the earlier ones whether it is still there; ``still`` None: all are."""

    written: frozenset[int]
    added: int
    still: bytes | None


class DeviceValues(ABC, Generic[Record]):
    """The values, made of records of ``kind``. ``blank`` stands for a device that has gone since the ids were read."""

    def __init__(self, table: DocumentTable, kind: type[Record], blank: Record) -> None:
        self._table = table
        self._kind = kind
        self._blank = blank
        self._is_read = False
        self._stale: set[int] = set()

    @property
    def is_read(self) -> bool:
        """Whether somebody has asked for them, so that only what was written since has to be read."""
        return self._is_read

    def forget(self) -> None:
        """Read all of them again when they are asked for."""
        self._is_read = False
        self._stale = set()
        self._clear()

    def follow(self, change: FleetChange) -> None:
        """Go along with a commit."""
        if not self._is_read:
            return
        if change.still is not None:
            self._keep(change.still)
        for _ in range(change.added):
            self._add(self._blank)
        self._stale |= change.written

    def bring_up(self, ids: Sequence[int]) -> None:
        """Read what isn't known yet, of the devices with these ids: all that there are, in order."""
        if not self._is_read:
            self._clear()
            for record in self._aligned(ids):
                self._add(record)
            self._is_read = True
        elif self._stale:
            self._read_again(ids, sorted(self._stale))
        self._stale = set()

    def _read_again(self, ids: Sequence[int], some: Sequence[int]) -> None:
        for record in self._table.each(self._kind, some):
            id: int = record.id  # type: ignore[attr-defined]  # each has an id
            position = bisect_left(ids, id)
            if position < len(ids) and ids[position] == id:
                self._set(position, record)

    def _aligned(self, ids: Sequence[int]) -> Iterator[Record]:
        """A record for each of the ids."""
        wanted = iter(ids)
        for record in self._table.each(self._kind, ids):
            id: int = record.id  # type: ignore[attr-defined]  # each has an id
            for one in wanted:
                if one == id:
                    break
                yield self._blank
            yield record
        for _ in wanted:
            yield self._blank

    @abstractmethod
    def _clear(self) -> None: ...

    @abstractmethod
    def _add(self, record: Record) -> None: ...

    @abstractmethod
    def _set(self, position: int, record: Record) -> None: ...

    @abstractmethod
    def _keep(self, still: bytes) -> None: ...


class TraitNumbers(DeviceValues[TraitFields]):
    """The traits of each device, as a number into ``known``."""

    def __init__(self, table: DocumentTable) -> None:
        super().__init__(table, TraitFields, TraitFields(id=0, platform=Platform.IOS))
        self.numbers = array("I")
        self.known: list[Traits] = []
        self._number_of: dict[Traits, int] = {}

    def _number(self, record: TraitFields) -> int:
        traits = record.traits
        number = self._number_of.setdefault(traits, len(self.known))
        if number == len(self.known):
            self.known.append(traits)
        return number

    def _clear(self) -> None:
        self.numbers = array("I")

    def _add(self, record: TraitFields) -> None:
        self.numbers.append(self._number(record))

    def _set(self, position: int, record: TraitFields) -> None:
        self.numbers[position] = self._number(record)

    def _keep(self, still: bytes) -> None:
        self.numbers = numbers_of(self.numbers, still)


class SortKeys(DeviceValues[ListedFields]):
    """What a column of the list is sorted by."""

    def __init__(self, table: DocumentTable, column: str) -> None:
        super().__init__(table, ListedFields, ListedFields(id=0, platform=Platform.IOS))
        key = SORTS[column]
        assert key is not None
        self._key: SortValue = key
        self.keys: list[object] = []

    def _clear(self) -> None:
        self.keys = []

    def _add(self, record: ListedFields) -> None:
        self.keys.append(self._key(record))

    def _set(self, position: int, record: ListedFields) -> None:
        self.keys[position] = self._key(record)

    def _keep(self, still: bytes) -> None:
        self.keys = list(compress(self.keys, still))


def numbers_of(values: array[Number], still: bytes) -> array[Number]:
    """The values of the devices that are still there."""
    return array(values.typecode, compress(values, still))
