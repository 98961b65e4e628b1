"""How many devices of each platform, and of each CA group, are enrolled, or have been and must re-enroll."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..devices.counts import count_places
from ..devices.push import APPLE
from ..model.device import Device, DeviceState, Platform
from ..persistence.database import Database

OUT = (DeviceState.NOT_ENROLLED, DeviceState.REVOKED)


def count_platforms(devices: Iterable[Device]) -> dict[Platform, int]:
    """The number of these devices per platform that are enrolled, or have been and must re-enroll."""
    return dict(Counter(device.platform for device in devices if device.state not in OUT))


def count_groups(devices: Iterable[Device]) -> dict[str, int]:
    """The same by the CA group of their certificates."""
    return dict(Counter(device.issuer_group or "" for device in devices if device.state not in OUT))


def apple_devices(database: Database) -> int:
    """The number of enrolled iOS and macOS devices."""
    places = count_places(database.table("devices")).items()
    return sum(count for place, count in places if place.platform in APPLE and place.state.is_admitted)
