"""How a simulated device answers the server at a check-in, as functions of its record. All times are Unix seconds."""

from __future__ import annotations

from enum import StrEnum

from ....store.devices.schedule.chance import chance, draw
from ....store.model.device import Device, PendingAction, WaitsFor
from .push_delivery import is_locked

_BUSY, _BUSY_FOR, _FAILS, _FAILS_NOW, _LOSES, _LOSES_NOW, _HOW = range(301, 308)
_SOON = 315
_LOCKED, _LOCKED_FOR, _REJECTS, _REJECTS_NOW, _SILENT, _SILENT_NOW = range(321, 327)


class RenewalAnswer(StrEnum):
    """How a device answers a request to renew."""

    CERTIFICATE = "certificate"
    LOCKED = "locked"
    ANSWER_LOST = "answer lost"
    NOT_NOW = "not now"
    ERROR = "error"
    NOTHING = "nothing"


def answer_to_renewal(device: Device, renewal: PendingAction, at: int) -> RenewalAnswer:
    """How the device answers at a check-in."""
    assert device.habits is not None
    if is_locked(device, at):
        return RenewalAnswer.LOCKED
    habits, key = device.habits, device.habits.schedule.key
    asked, attempt = int(renewal.requested_at.timestamp()), renewal.attempts
    busy_until = asked + draw(key, _BUSY_FOR, asked) % (habits.busy_hours * 3600 + 1)
    if at < busy_until and chance(habits.not_now, key, _BUSY, asked):
        return RenewalAnswer.NOT_NOW
    if chance(habits.errors, key, _FAILS, asked) and chance(500, key, _FAILS_NOW, asked, attempt):
        return RenewalAnswer.ERROR
    if chance(habits.losses, key, _LOSES, asked) and chance(500, key, _LOSES_NOW, asked, attempt):
        return RenewalAnswer.NOTHING if chance(400, key, _HOW, asked, attempt) else RenewalAnswer.ANSWER_LOST
    return RenewalAnswer.CERTIFICATE


def answer_to_policy(device: Device, action: PendingAction, at: int) -> WaitsFor | None:
    """How the device answers when told to install or remove a policy: None is success; otherwise *not now* (it is
    locked), an error, or no answer."""
    assert device.habits is not None and action.policy_id is not None
    habits, key = device.habits, device.habits.schedule.key
    asked, attempt = (int(action.requested_at.timestamp()), action.policy_id), action.attempts
    locked_until = asked[0] + draw(key, _LOCKED_FOR, *asked) % (habits.busy_hours * 3600 + 1)
    if at < locked_until and chance(habits.not_now, key, _LOCKED, *asked):
        return WaitsFor.NOT_NOW
    if chance(habits.errors, key, _REJECTS, *asked) and chance(500, key, _REJECTS_NOW, *asked, attempt):
        return WaitsFor.ERROR
    if chance(habits.losses, key, _SILENT, *asked) and chance(500, key, _SILENT_NOW, *asked, attempt):
        return WaitsFor.ANSWER
    return None


def soon_after(device: Device, at: int, least: int, most: int) -> int:
    """When a device connects out of turn: between two delays after a given time."""
    assert device.habits is not None
    return at + least + draw(device.habits.schedule.key, _SOON, at) % (most - least + 1)
