"""Push: when the server's push wakes a simulated device, and whether the device is locked then. Times are Unix seconds.

A push reaches a device in use within seconds. Out of its hours it may be on a charger with Wi-Fi: then it connects at
once, and answers *not now* because it is locked. APNs and FCM keep a push that doesn't reach the device, and deliver
the last one when it is back. WNS drops it, and the device's own check-in is the fallback.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ....store.devices.gate import OPEN, Gate, Span
from ....store.devices.schedule.chance import chance, draw
from ....store.devices.schedule.schedule import DAY, is_away, is_in_use, next_in_use
from ....store.model.device import Device, Platform
from ....store.model.habits import Habits
from .failing import taken_from

KEPT = {Platform.IOS: 30 * DAY, Platform.MACOS: 30 * DAY, Platform.ANDROID: 28 * DAY, Platform.WINDOWS: 0}
"""How long the push service keeps an undelivered push: documented by Apple, Google and Microsoft."""
SECONDS = 2, 12  # from the server's push to the device's connection
LATE = 2 * 3600  # a device in use without a network has one again within this time
UNLOCKED = 300  # it is unlocked, or a laptop opened, within this time after its day begins

BACKLOG = 1800  # what an outage held up goes out within this time after its end

_SECONDS, _REACHED, _LATE, _NIGHT, _UNLOCKED, _BACKLOG = range(401, 407)


def woken(device: Device, after: int, gate: Gate = OPEN) -> int | None:
    """When a push next wakes the device, after a time; None if none is on its way. During an outage (``Gate.no_push``)
    none arrives; it comes after its end."""
    habits = device.habits
    if habits is None or not habits.pushed:
        return None
    outages = gate.no_push.get(device.platform, ())
    arrivals = (_arrival(habits, device.platform, sent, outages) for sent in _pushes(device, habits))
    return min((at for at in arrivals if at is not None and at > after), default=None)


def is_locked(device: Device, at: int) -> bool:
    """Whether the device is locked when it connects: a push has woken it out of its hours."""
    habits = device.habits
    return habits is not None and habits.pushed > 0 and not is_in_use(habits.schedule, at)


def unlocked_at(device: Device, at: int) -> int | None:
    """When a locked device is unlocked and asks again by itself; None if it never is."""
    assert device.habits is not None
    return _soon_in_use(device.habits, at)


def _pushes(device: Device, habits: Habits) -> Iterator[int]:
    """When the server pushes to the device: for what is new in its queue, and for what is tried again. A device that
    said *not now* because it was locked comes by itself."""
    new = [action.requested_at for action in device.pending if not action.attempts]
    if new:
        yield max(habits.push_at or 0, math.ceil(max(new).timestamp()))
    for action in device.pending:
        if (at := taken_from(action)) is not None:
            yield at


def _arrival(habits: Habits, platform: Platform, sent: int, outages: Sequence[Span]) -> int | None:
    """When a push wakes the device; one that would arrive in an outage goes out again after its end."""
    key = habits.schedule.key
    while True:
        while (end := _end_of(outages, sent)) is not None:
            sent = end + draw(key, _BACKLOG, end) % BACKLOG
        at = _arrival_of(habits, platform, sent)
        if at is None or _end_of(outages, at) is None:
            return at
        sent = at


def _end_of(outages: Sequence[Span], at: int) -> int | None:
    """The end of the outage at a time; None if there is none."""
    return next((end for start, end in outages if start <= at < end), None)


def _arrival_of(habits: Habits, platform: Platform, sent: int) -> int | None:
    """When a push that goes out now wakes the device, if nothing else is in its way."""
    schedule, (least, most) = habits.schedule, SECONDS
    key = schedule.key
    at = sent + least + draw(key, _SECONDS, sent) % (most - least + 1)
    if is_in_use(schedule, at):
        if chance(habits.pushed, key, _REACHED, sent):
            return at
        at += draw(key, _LATE, sent) % LATE
    elif not is_away(schedule, at) and chance(habits.nightly, key, _NIGHT, _night(habits, at)):
        return at
    back = _soon_in_use(habits, at)
    return back if back is not None and back - sent <= KEPT[platform] else None


def _night(habits: Habits, at: int) -> int:
    """The number of a night: a device on a charger stays on it until morning."""
    return (at + habits.schedule.utc_offset + DAY // 2) // DAY


def _soon_in_use(habits: Habits, at: int) -> int | None:
    """Shortly after the device is in use again; the time itself if it is."""
    start = next_in_use(habits.schedule, at)
    if start is None or start == at:
        return start
    later = start + draw(habits.schedule.key, _UNLOCKED, start) % UNLOCKED
    return later if is_in_use(habits.schedule, later) else start
