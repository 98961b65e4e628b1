"""The platforms of a fleet: as many devices of each as its shares say, in an order that follows from the seed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

from ...store.model.device import Platform
from ..identities.permutation import Permutation


class Mix:
    """Shares of platforms among so many devices."""

    def __init__(self, shares: Mapping[Platform, int], devices: int, key: bytes) -> None:
        self._platforms = tuple(Platform)  # in a fixed order: an export doesn't keep the record's
        self._ends = list(accumulate(_counts([shares.get(platform, 0) for platform in self._platforms], devices)))
        self._order = Permutation(devices, key)

    def platform(self, index: int) -> Platform:
        """The platform of device ``index``."""
        return self.place(index)[0]

    def place(self, index: int) -> tuple[Platform, int]:
        """The platform of device ``index``, and its number among the devices of the platform."""
        at = self._order(index)
        found = bisect_right(self._ends, at)
        return self._platforms[found], at - (self._ends[found - 1] if found else 0)

    def index(self, platform: Platform, at: int) -> int:
        """The device that is number ``at`` among those of a platform."""
        found = self._platforms.index(platform)
        return self._order.inverse(at + (self._ends[found - 1] if found else 0))

    def count(self, platform: Platform) -> int:
        """How many devices are of a platform."""
        found = self._platforms.index(platform)
        return self._ends[found] - (self._ends[found - 1] if found else 0)


def _counts(shares: list[int], devices: int) -> list[int]:
    """How many devices each share is; what rounding leaves goes to the largest remainders."""
    total = sum(shares)
    counts = [share * devices // total for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda place: -(shares[place] * devices % total))
    for place in by_remainder[: devices - sum(counts)]:
        counts[place] += 1
    return counts
