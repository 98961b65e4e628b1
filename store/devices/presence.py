"""When a device was last seen: according to its record, or its idle check-ins since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from ..model.device import DeviceState, Refused
from ..model.habits import Habits
from .device_facts import PresentDevice
from .schedule.schedule import last_check_in

Outages = Sequence[tuple[int, int | None]]


class SeenFields(Struct, frozen=True, gc=False):
    """The fields of a device's record that decide when it was last seen."""

    id: int
    state: DeviceState
    last_check_in: datetime | None = None
    not_after: datetime | None = None
    habits: Habits | None = None
    refused: Refused | None = None

    @property
    def is_cut_off(self) -> bool:
        """Whether its last attempt to reach the server failed."""
        return self.refused is not None and self.refused.at_check_in


def last_seen(device: PresentDevice, now: datetime, outages: Outages = ()) -> datetime | None:
    """The device's last successful check-in up to ``now`` (UTC, aware); None if it never checked in.

    The idle check-ins of a simulated device are derived from its schedule. A device that isn't let in, can't reach the
    server, or whose certificate has expired has none; and no device has any during ``outages`` (``Gate.outages``).
    """
    recorded = device.last_check_in
    if device.habits is None or recorded is None or device.not_after is None or not device.state.is_admitted:
        return recorded
    if device.is_cut_off:
        return recorded
    since, until = int(recorded.timestamp()), int(min(now, device.not_after).timestamp())
    while until > since:
        found = last_check_in(device.habits.schedule, until, since)
        if found is None:
            break
        outage = next((start for start, end in outages if start < found and (end is None or found <= end)), None)
        if outage is None:
            return datetime.fromtimestamp(found, UTC)
        until = outage
    return recorded
