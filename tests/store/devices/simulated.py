"""Devices as records alone: written as they are, some with the habits of simulated ones."""

from __future__ import annotations

from datetime import timedelta

from certfleet.simulator.platforms import PROFILES
from certfleet.store.devices.device_tables import Batch
from certfleet.store.model.device import Device, DeviceState, Platform
from certfleet.store.workspace import Workspace
from tests.material import NOW


def simulated(number: int, platform: Platform = Platform.IOS) -> Device:
    """A device with habits, which checked in an hour ago."""
    return Device(
        id=number,
        platform=platform,
        serial_number=f"SIMULATED{number}",
        state=DeviceState.ENROLLED,
        state_since=NOW - timedelta(days=10),
        enrolled_at=NOW - timedelta(days=10),
        last_check_in=NOW - timedelta(hours=1),
        issuer_group="default",
        not_after=NOW + timedelta(days=300),
        habits=PROFILES[platform].habits(number * 7919, number, NOW),
    )


def put(workspace: Workspace, *devices: Device) -> None:
    """Write devices as they are."""
    batch = Batch()
    batch.devices.update({device.id: device for device in devices})
    with workspace.database.transaction():
        workspace.devices.records.write(batch)
