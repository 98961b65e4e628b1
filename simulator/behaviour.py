"""What a simulated device does next, and how it answers: plain functions of its record. All times are Unix seconds."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import NamedTuple

from ..store.devices.draws import chance, draw
from ..store.devices.schedule import is_in_use, next_check_in
from ..store.model.device import CertificateState, Device, DeviceState, HeldCertificate, PendingAction

YEAR = 365 * 86_400
_BUSY, _BUSY_FOR, _FAILS, _FAILS_NOW, _LOSES, _LOSES_NOW, _HOW = range(301, 308)
_RESTORE, _RESTORE_AT, _IGNORES, _DELAY, _SOON = range(311, 316)
LONGEST_DELAY = 45 * 86_400


class Step(StrEnum):
    """What happens next to a device."""

    CONTACT = "contact"
    RE_ENROLL = "re-enroll"
    RESTORE = "restore"


class Next(NamedTuple):
    """The next thing that happens to a device, and when."""

    at: int
    step: Step


class Answer(StrEnum):
    """How a device answers a request to renew."""

    CERTIFICATE = "certificate"
    ANSWER_LOST = "answer lost"
    NOT_NOW = "not now"
    ERROR = "error"
    NOTHING = "nothing"


def next_step(device: Device, after: int, *, issued: bool = True) -> Next | None:
    """The next thing after a moment that changes anything; idle check-ins don't. None where nothing will.

    ``issued`` says whether there is a CA that issues: without one nobody re-enrolls.
    """
    habits = device.habits
    if habits is None:
        return None
    steps = []
    if (at := _contact(device, after)) is not None:
        steps.append(Next(at, Step.CONTACT))
    if issued and device.state.needs_person and (at := _re_enrollment(device, after)) is not None:
        steps.append(Next(at, Step.RE_ENROLL))
    if habits.restores and (at := _restore(device, after)) is not None:
        steps.append(Next(at, Step.RESTORE))
    return min(steps, default=None)


def backup_of(device: Device, at: int) -> HeldCertificate | None:
    """The certificate that a backup of the device would bring back: the last that was superseded and is valid."""
    for held in reversed(device.certificates):
        if held.state is CertificateState.SUPERSEDED and held.not_after.timestamp() > at:
            return held
    return None


def answer_to_renewal(device: Device, renewal: PendingAction, at: int) -> Answer:
    """How the device answers at a check-in."""
    assert device.habits is not None
    habits, key = device.habits, device.habits.schedule.key
    asked, attempt = int(renewal.requested_at.timestamp()), renewal.attempts
    busy_until = asked + draw(key, _BUSY_FOR, asked) % (habits.busy_hours * 3600 + 1)
    if at < busy_until and chance(habits.not_now, key, _BUSY, asked):
        return Answer.NOT_NOW
    if chance(habits.errors, key, _FAILS, asked) and chance(500, key, _FAILS_NOW, asked, attempt):
        return Answer.ERROR
    if chance(habits.losses, key, _LOSES, asked) and chance(500, key, _LOSES_NOW, asked, attempt):
        return Answer.NOTHING if chance(400, key, _HOW, asked, attempt) else Answer.ANSWER_LOST
    return Answer.CERTIFICATE


def soon_after(device: Device, at: int, least: int, most: int) -> int:
    """A moment between two delays after another: when a device comes back out of turn."""
    assert device.habits is not None
    return at + least + draw(device.habits.schedule.key, _SOON, at) % (most - least + 1)


def _contact(device: Device, after: int) -> int | None:
    """The next check-in that matters: something is pending, the certificate is new or an older one, or has expired."""
    assert device.habits is not None
    habits = device.habits
    if device.state is DeviceState.REVOKED:
        return _check_in(device, after) if device.pending else None
    if not device.state.is_admitted:
        return None
    presented = device.held(habits.presents)
    if presented is None:
        return None
    expiry = max(after, int(presented.not_after.timestamp()))
    if presented.id != device.certificate_id and expiry == after and device.state.needs_person:
        return None  # an older one, which has expired: it has been told, and waits for its user
    since = expiry
    if presented.state is not CertificateState.ACTIVE:
        since = after
    elif (renewal := device.renewal) is not None:
        since = after
        if renewal.next_try_at is not None:
            since = max(after, math.ceil(renewal.next_try_at.timestamp()) - 1)
    return _check_in(device, min(since, expiry))


def _check_in(device: Device, after: int) -> int | None:
    """The next check-in after a moment, in turn or out of turn."""
    assert device.habits is not None
    habits = device.habits
    in_turn = next_check_in(habits.schedule, after)
    out_of_turn = habits.contact_at
    if out_of_turn is None or out_of_turn <= after or not is_in_use(habits.schedule, out_of_turn):
        return in_turn
    return out_of_turn if in_turn is None else min(out_of_turn, in_turn)


def _re_enrollment(device: Device, after: int) -> int | None:
    """When its owner re-enrolls it: some time after they were asked, while it is in use."""
    assert device.habits is not None
    habits, key = device.habits, device.habits.schedule.key
    since = int(device.state_since.timestamp())
    if device.state is DeviceState.RE_ENROLLMENT_REQUIRED and chance(habits.ignores, key, _IGNORES, since):
        return None
    share = (draw(key, _DELAY, since) % 10_000) / 10_000
    delay = min(LONGEST_DELAY, int(-math.log1p(-share) * habits.owner_hours * 3600))
    return next_check_in(habits.schedule, max(after, since + delay))


def _restore(device: Device, after: int) -> int | None:
    """When it is next restored from a backup that holds a certificate other than the one in use."""
    assert device.habits is not None
    if not device.state.is_admitted or backup_of(device, after) is None:
        return None
    habits, key = device.habits, device.habits.schedule.key
    for year in (after // YEAR, after // YEAR + 1):
        if chance(habits.restores, key, _RESTORE, year):
            at = year * YEAR + draw(key, _RESTORE_AT, year) % YEAR
            backup = backup_of(device, at)
            if at > after and backup is not None and (habits.schedule.gone_at or at + 1) > at:
                return at
    return None
