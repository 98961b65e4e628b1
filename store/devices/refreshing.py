"""Deploying what is pending for a device at once, whatever it waits for."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from ..model.device import Device
from .change import Change
from .renewal import cannot_be_reached


def refreshed(device: Device, now: datetime, by: str) -> Change:
    """What waits to be tried again is tried now, and a simulated device gets another push.

    Refused for a device that doesn't come: ``not-enrolled``, ``device-revoked``, ``must-re-enroll``,
    ``certificate-expired``. ``by`` is not recorded: the request stays the one of who made it.
    """
    if refusal := cannot_be_reached(device, now):
        return Change(device, refusal=refusal)
    if not device.pending:
        return Change(device)
    pending = tuple(
        replace(action, next_try_at=now) if action.next_try_at is not None and action.next_try_at > now else action
        for action in device.pending
    )
    habits = device.habits
    if habits is not None and habits.pushed:
        habits = replace(habits, push_at=int(now.timestamp()))
    return Change(replace(device, pending=pending, habits=habits))
