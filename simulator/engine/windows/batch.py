"""The results of rules in one window, and those traits of devices that samples count, for samples within the window."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ....store.devices.change import Change
from ....store.devices.device_tables import Batch
from ....store.devices.standing import Standing, standing_of
from ....store.model.device import Device


class SampleTraits(Struct, frozen=True, array_like=True, gc=False):
    """The CA group whose certificate a device uses, and its state."""

    group: str | None
    state: str


class TraitsFrom(Struct, frozen=True, array_like=True, gc=False):
    """Those of a device from a time on."""

    at: datetime
    device_id: int
    traits: SampleTraits


def traits_of(device: Device) -> SampleTraits:
    """Those of a device now."""
    return SampleTraits(device.issuer_group, str(device.state))


class Glance(Struct, frozen=True, array_like=True, gc=False):
    """What the engine keeps in mind of a device: its index in the fleet, where it stands, its state and since when."""

    id: int
    index: int | None
    standing: Standing
    state: str
    since: datetime


def glance_of(device: Device) -> Glance:
    """A device as it is now."""
    index = None if device.habits is None else device.habits.index
    return Glance(device.id, index, standing_of(device), str(device.state), device.state_since)


class WindowBatch(Batch):
    """A batch that also keeps ``traits``, in the order in which the devices were played, and ``glances`` of devices
    that were played elsewhere, at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.traits: list[TraitsFrom] = []
        self.glances: list[Glance] = []

    def take(self, change: Change, at: datetime) -> Device:
        device = super().take(change, at)
        self.traits.append(TraitsFrom(at, device.id, traits_of(device)))
        return device

    @property
    def last_at(self) -> datetime | None:
        """The time of the latest result."""
        return max((one.at for one in self.traits), default=None)
