"""The devices of the pages that were asked for lately."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...model.device import Device
from ...persistence.table import DocumentTable

MOST = 50_000
"""Devices that are kept, of about six kilobytes each with their records for the list."""


class KeptDevices:
    """A device is read when a page shows it, and kept until it is written or many others have been read."""

    def __init__(self, table: DocumentTable) -> None:
        self._table = table
        self._devices: dict[int, Device] = {}

    def drop(self, ids: Iterable[int]) -> None:
        """These were written."""
        for id in ids:
            self._devices.pop(id, None)

    def read(self, ids: Sequence[int]) -> list[Device]:
        """These devices, in their order; those that somebody has just deleted are left out."""
        known = self._devices
        found = {id: device for id in ids if (device := known.get(id)) is not None}
        for device in self._table.each(Device, [id for id in ids if id not in found]):
            found[device.id] = known[device.id] = device
        for _ in range(len(known) - MOST):
            del known[next(iter(known))]
        return [found[id] for id in ids if id in found]
