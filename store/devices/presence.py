"""When a device was last heard of: what its record says, or the idle check-ins that it made since."""

from __future__ import annotations

from datetime import UTC, datetime

from ..model.device import Device
from .schedule import last_check_in


def last_seen(device: Device, now: datetime) -> datetime | None:
    """The device's last successful check-in up to ``now`` (UTC, aware); None where it never came.

    The idle check-ins of a simulated device are derived from its schedule. One that isn't let in, or whose
    certificate has expired since, has none.
    """
    recorded = device.last_check_in
    if device.habits is None or recorded is None or device.not_after is None or not device.state.is_admitted:
        return recorded
    until = int(min(now, device.not_after).timestamp())
    since = int(recorded.timestamp())
    if until <= since:
        return recorded
    found = last_check_in(device.habits.schedule, until, since)
    return recorded if found is None else datetime.fromtimestamp(found, UTC)
