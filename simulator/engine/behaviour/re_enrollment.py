"""When the owner of a simulated device re-enrolls it, and why: told by a campaign, or by itself. Times are Unix
seconds."""

from __future__ import annotations

import math

from ....store.devices.enrollment import blocked_enrollment
from ....store.devices.gate import Gate
from ....store.devices.schedule.chance import chance, draw
from ....store.devices.schedule.schedule import next_check_in
from ....store.model.device import Device, DeviceState
from ....store.model.habits import Told, Wave

_IGNORES, _DELAY = 313, 314
_BY_ITSELF, _CALLS, _CALLS_REFUSED = 601, 602, 610
LONGEST_DELAY = 45 * 86_400


def next_re_enrollment(device: Device, after: int, gate: Gate) -> int | None:
    """When its owner next tries to re-enroll it, while the device is in use.

    If enrollment is blocked at that time, the owner tries again once it is possible. An owner who was refused does not
    try again while the reason is the same.
    """
    assert device.habits is not None
    if device.enrolling_refused is not None:
        blocked = blocked_enrollment(device, gate)
        if blocked is not None and blocked.code == device.enrolling_refused:
            return None
    told = told_to(device)
    ready = ready_untold(device, gate) if told is None else _ready(device, told, gate)
    return None if ready is None else next_check_in(device.habits.schedule, max(after, ready))


def told_to(device: Device) -> Told | None:
    """What a campaign has told the owner, if that is still to be done."""
    told = None if device.habits is None else device.habits.told
    if told is None or (device.enrolled_at is not None and told.at < int(device.enrolled_at.timestamp())):
        return None
    return told


def ready_untold(device: Device, gate: Gate) -> int | None:
    """When an owner whom nobody has told is ready to re-enroll the device; None for those who don't notice.

    A fleet of an earlier release has owners who always notice (``by_itself`` is 1000).
    """
    assert device.habits is not None
    habits, key = device.habits, device.habits.schedule.key
    since = int(device.state_since.timestamp())
    if device.state is DeviceState.RE_ENROLLMENT_REQUIRED and chance(habits.ignores, key, _IGNORES, since):
        return None
    if habits.by_itself < 1000 and not chance(habits.by_itself, key, _BY_ITSELF, since):
        return None
    since = max(since, gate.enroll_since.get(device.platform, 0))
    return since + owner_delay(device, since)


def reason(device: Device) -> tuple[int, Wave]:
    """The campaign (0: none) and its wave that make an owner re-enroll the device now."""
    told = told_to(device)
    return (0, Wave.BY_ITSELF) if told is None else (told.campaign, told.wave)


def calls_help_desk(device: Device, at: int, calls: int) -> bool:
    """Whether the owner calls the help desk when re-enrolling it. Owners who come by themselves do: they were cut off
    without a word."""
    assert device.habits is not None
    _, wave = reason(device)
    return wave is Wave.BY_ITSELF or (wave is not Wave.VISIT and chance(calls, device.habits.schedule.key, _CALLS, at))


def calls_when_refused(device: Device, at: int, calls: int) -> bool:
    """Whether an owner who could not enroll the device calls the help desk."""
    assert device.habits is not None
    return chance(calls, device.habits.schedule.key, _CALLS_REFUSED, at)


def owner_delay(device: Device, since: int, what: int = _DELAY) -> int:
    """How long its owner takes to act on a request made at a given time. ``what`` is the number of the choice."""
    assert device.habits is not None
    share = (draw(device.habits.schedule.key, what, since) % 10_000) / 10_000
    return min(LONGEST_DELAY, int(-math.log1p(-share) * device.habits.owner_hours * 3600))


def _ready(device: Device, told: Told, gate: Gate) -> int | None:
    since = gate.enroll_since.get(device.platform, 0)
    if told.acts_at is None or since <= told.at:
        return told.acts_at
    return max(told.acts_at, since + owner_delay(device, since))
