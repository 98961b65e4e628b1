"""Reading the whole fleet, before a simulator begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ....store.devices.device_tables import DeviceRecords
from ....store.model.device import Device

Reading = Callable[[int, int], None]
"""Told how many of the devices have been read, and of how many. It may raise ``ReadingStopped``."""

_BLOCK = 4096  # devices that are read at a time; a hundred thousand records at once would take hundreds of MiB


class ReadingStopped(Exception):  # nobody's error
    """Somebody has asked to stop before the fleet was read. Nothing has changed."""


def blocks_of(records: DeviceRecords, reading: Reading | None) -> Iterator[list[Device]]:
    """Every device."""
    last = records.next_device_id() - 1
    for first in range(1, last + 1, _BLOCK):
        yield records.all(range(first, first + _BLOCK))
        if reading is not None:
            reading(min(first + _BLOCK - 1, last), last)
