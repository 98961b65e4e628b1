"""How long the devices of an export had been silent when it was made."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..model.device import Platform
from ..model.device_import import SILENT_FOR, Silence

LONG = timedelta(days=30)
"""After so long a silence, coming back is counted."""


class SilenceCount:
    """Counts the devices of one export by platform. ``as_of`` is when it was made."""

    def __init__(self, as_of: datetime) -> None:
        self._as_of = as_of
        self._devices: dict[Platform, int] = {}
        self._longer: dict[Platform, list[int]] = {}
        self._returned: dict[Platform, int] = {}

    def add(self, platform: Platform, seen: datetime) -> None:
        """A device that was last seen then."""
        silent = self._as_of - seen
        self._devices[platform] = self._devices.get(platform, 0) + 1
        longer = self._longer.setdefault(platform, [0] * len(SILENT_FOR))
        for place, days in enumerate(SILENT_FOR):
            longer[place] += silent > timedelta(days=days)

    def add_return(self, platform: Platform) -> None:
        """One that had been silent for more than ``LONG`` in an earlier export, and has come back."""
        self._returned[platform] = self._returned.get(platform, 0) + 1

    def result(self) -> tuple[Silence, ...]:
        """The counts, by platform."""
        return tuple(
            Silence(
                platform=platform,
                devices=self._devices[platform],
                longer=_four(self._longer[platform]),
                returned=self._returned.get(platform, 0),
            )
            for platform in Platform
            if platform in self._devices
        )


def _four(longer: list[int]) -> tuple[int, int, int, int]:
    first, second, third, fourth = longer
    return first, second, third, fourth


def is_back(seen_before: datetime | None, as_of_before: datetime | None, seen: datetime | None) -> bool:
    """Whether a device that had long been silent when the export before was made has been seen since."""
    if seen_before is None or as_of_before is None or seen is None:
        return False
    return as_of_before - seen_before > LONG and seen > seen_before
