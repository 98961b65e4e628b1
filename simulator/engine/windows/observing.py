"""Watching what a simulator does with its devices: a forecast counts that way, exactly and without reading anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ....store.devices.change import Change
from ....store.devices.standing import Standing
from ....store.model.device import Device
from .batch import WindowBatch


class ObservedBatch(WindowBatch):
    """A batch that keeps the states in between, each with its time: a device may be turned away and come back within
    one window."""

    def __init__(self) -> None:
        super().__init__()
        self.moves: list[tuple[datetime, Device]] = []
        self.stood: list[tuple[datetime, int, Standing]] = []  # those played elsewhere

    def take(self, change: Change, at: datetime) -> Device:
        before, device = self.devices.get(change.device.id), change.device
        if before is None or _is_elsewhere(before, device):
            self.moves.append((at, device))
        return super().take(change, at)


def _is_elsewhere(before: Device, device: Device) -> bool:
    if before.state is not device.state or before.issuer_group != device.issuer_group:
        return True
    return before.refused != device.refused or _replaced_by(before) != _replaced_by(device)


def _replaced_by(device: Device) -> int | None:
    return None if device.habits is None else device.habits.replaced_by


class FleetObserver(Protocol):
    """Somebody who watches a simulator. Times are those of the workspace's clock."""

    def saw(self, device: Device, at: datetime) -> None:
        """A device as it is now: at the beginning, and after each change. What changed it outside of a window is in its
        record only."""
        ...

    def played(self, batch: ObservedBatch) -> None:
        """A window has been committed."""
        ...

    def forgot(self, ids: Iterable[int], at: datetime) -> None:
        """Devices have been deleted."""
        ...


class StandingObserver(FleetObserver, Protocol):
    """One that only wants to know where devices stand, so that they may be played elsewhere."""

    def begins(
        self,
        ids: Sequence[int],
        standings: Sequence[Standing],
        which: Sequence[int],
        at: datetime,
        since: Mapping[int, datetime],
    ) -> None:
        """Devices that were not seen before, as they are now: each stands where a place (``which``) of ``standings``
        says. ``since`` says of those that are out when they came into their state."""
        ...

    def stands(self, id: int, standing: Standing, at: datetime, since: datetime) -> None:
        """Like ``saw``; ``since`` is when the device came into its state."""
        ...
