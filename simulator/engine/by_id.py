"""Values by the id of a device: eight bytes each beside the value, where a dictionary needs a hundred.

Ids count up, so there are few gaps. A million devices are kept in mind by several of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import eq
from typing import Generic, TypeVar

Value = TypeVar("Value")

_BITS = 10
_SIZE = 1 << _BITS  # ids of a block
_PLACE = _SIZE - 1


class ById(Generic[Value]):
    """A value of each device that has one."""

    def __init__(self) -> None:
        self._blocks: dict[int, list[Value | None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ById) and len(self) == len(other) and all(map(eq, self.items(), other.items()))

    __hash__ = None  # type: ignore[assignment]  # its values change

    def get(self, id: int) -> Value | None:
        """The value of a device; None if it has none."""
        block = self._blocks.get(id >> _BITS)
        return None if block is None else block[id & _PLACE]

    def put(self, id: int, value: Value) -> None:
        """Give a device a value, perhaps in the place of another."""
        block = self._blocks.get(id >> _BITS)
        if block is None:
            block = self._blocks[id >> _BITS] = [None] * _SIZE
        place = id & _PLACE
        self._count += block[place] is None
        block[place] = value

    def pop(self, id: int) -> Value | None:
        """Take a device's value away; None if it had none."""
        block = self._blocks.get(id >> _BITS)
        if block is None or (value := block[id & _PLACE]) is None:
            return None
        block[id & _PLACE] = None
        self._count -= 1
        return value

    def items(self) -> Iterator[tuple[int, Value]]:
        """All values with their ids, in order."""
        for number in sorted(self._blocks):
            for place, value in enumerate(self._blocks[number]):
                if value is not None:
                    yield number << _BITS | place, value
