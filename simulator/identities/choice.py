"""A weighted choice determined by given bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class WeightedChoice(Generic[T]):
    """A choice among options by weight."""

    __slots__ = ("_limits", "_options")

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._options = tuple(weights)
        total = sum(weights.values())
        sums = list(accumulate(weights.values()))
        self._limits = [int(part / total * 2**64) for part in sums[:-1]]

    def __call__(self, draw: bytes) -> T:
        """The option that eight bytes choose."""
        return self._options[bisect_right(self._limits, int.from_bytes(draw))]
