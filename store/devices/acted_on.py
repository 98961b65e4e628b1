"""What is told of a device after a security action, a tenth of its record: of half a million they are kept together."""

from __future__ import annotations

from msgspec import Struct

from ..model.device import Device, DeviceState, PendingAction, Platform


class ActedOn(Struct, frozen=True, gc=False):
    """A device as the action left it. ``name`` is its title, ``pending`` what waits for it."""

    id: int
    platform: Platform
    name: str
    state: DeviceState
    pending: tuple[PendingAction, ...]
    is_simulated: bool

    @classmethod
    def of(cls, device: Device) -> ActedOn:
        """That of a device."""
        return cls(device.id, device.platform, device.name, device.state, device.pending, device.habits is not None)
