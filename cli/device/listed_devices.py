"""The devices of a list, read some at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec import Raw, Struct

from ...store.model.device import Device
from ...store.workspace import Workspace
from ..frame.many_records import TOGETHER


class _Kind(Struct, frozen=True, gc=False):
    """The fields that decide which names the document of a device has."""

    id: int
    certificates: tuple[Raw, ...] = ()
    pending: tuple[Raw, ...] = ()
    policies: tuple[Raw, ...] = ()
    refused: Any = None
    reported: Any = None

    @property
    def traits(self) -> tuple[bool, ...]:
        lists = (bool(values) for values in (self.certificates, self.pending, self.policies))
        return (*lists, self.refused is not None, self.reported is not None)


@dataclass(frozen=True)
class ListedDevices:
    """The devices in the order of the ids; those that somebody has just deleted are left out."""

    workspace: Workspace
    ids: list[int]

    def __iter__(self) -> Iterator[Device]:
        for start in range(0, len(self.ids), TOGETHER):
            some = self.ids[start : start + TOGETHER]
            found = {device.id: device for device in self.workspace.devices.each(some)}
            yield from (found[id] for id in some if id in found)

    def sample(self) -> Iterator[Device]:
        """Some devices from all over the list, the last one among them."""
        step = max(1, len(self.ids) // TOGETHER)
        return self.workspace.devices.each(sorted(self.ids[::-step]))

    def kinds(self) -> Iterator[Device]:
        """The first device of each kind, in the list's order: their documents have all names that any has."""
        found: dict[tuple[bool, ...], int] = {}
        table = self.workspace.database.table("devices")
        for start in range(0, len(self.ids), TOGETHER):
            some = self.ids[start : start + TOGETHER]
            kinds = {one.id: one.traits for one in table.each(_Kind, some)}
            for id in some:
                if id in kinds:
                    found.setdefault(kinds[id], id)
        return iter(ListedDevices(self.workspace, list(found.values())))
