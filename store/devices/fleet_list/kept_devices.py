"""The devices of the pages that were asked for lately."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...model.device import Device
from ...persistence.table import DocumentTable

MOST, MOST_OF_MANY = 50_000, 15_000
"""Devices that are kept, of about six kilobytes each with their records for the list; fewer of a large fleet, of which
more has to be in memory to sort it and to search it."""
MANY = 200_000
"""So many devices are a large fleet."""
LARGE_PAGE = 5_000
"""Pages of more devices are read while they are written, and not kept."""
_READ = 1_000  # devices of a large page that are in memory at a time


def most_kept(devices: int) -> int:
    """How many devices of a fleet are kept."""
    return MOST if devices <= MANY else MOST_OF_MANY


@dataclass(frozen=True)
class LargePage:
    """The devices of a large page, in their order; those that somebody has just deleted are left out."""

    table: DocumentTable
    ids: Sequence[int]

    def __iter__(self) -> Iterator[Device]:
        for start in range(0, len(self.ids), _READ):
            some = self.ids[start : start + _READ]
            found = {device.id: device for device in self.table.records(Device, some)}
            yield from (found[id] for id in some if id in found)


class KeptDevices:
    """A device is read when a page shows it, and kept until it is written or many others have been read."""

    def __init__(self, table: DocumentTable) -> None:
        self._table = table
        self._devices: dict[int, Device] = {}
        self.most = MOST

    def drop(self, ids: Iterable[int]) -> None:
        """These were written."""
        for id in ids:
            self._devices.pop(id, None)

    def page(self, ids: Sequence[int]) -> list[Device] | LargePage:
        """The devices of a page."""
        return LargePage(self._table, ids) if len(ids) > LARGE_PAGE else self.read(ids)

    def read(self, ids: Sequence[int]) -> list[Device]:
        """These devices, in their order; those that somebody has just deleted are left out."""
        known = self._devices
        found = {id: device for id in ids if (device := known.get(id)) is not None}
        for device in self._table.each(Device, [id for id in ids if id not in found]):
            found[device.id] = known[device.id] = device
        for _ in range(len(known) - self.most):
            del known[next(iter(known))]
        return [found[id] for id in ids if id in found]
