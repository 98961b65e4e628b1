"""A device that should have enrolled and could not: it waits, and its owner tries again once it is possible."""

from __future__ import annotations

from ....store.devices.enrollment import blocked_enrollment
from ....store.devices.gate import Blocked, Gate
from ....store.devices.schedule.schedule import next_check_in
from ....store.model.device import Device, DeviceState

NO_GROUP = Blocked("no-group-ready", "no CA group issues certificates")


def is_awaited(device: Device) -> bool:
    """Whether it was refused when it first enrolled, or was handed on and could not enroll again."""
    return device.state is DeviceState.NOT_ENROLLED and device.enrolling_refused is not None


def next_attempt(device: Device, after: int, gate: Gate) -> int | None:
    """When its owner tries again: at work, once the reason is gone; None while it isn't."""
    assert device.habits is not None
    blocked = blocked_enrollment(device, gate)
    if blocked is not None and blocked.code == device.enrolling_refused:
        return None
    since = max(int(device.state_since.timestamp()), gate.enroll_since.get(device.platform, 0))
    return next_check_in(device.habits.schedule, max(after, since))
