"""What a simulated device does next, as a function of its record. All times are Unix seconds."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ....store.devices.checkin import unreachable
from ....store.devices.gate import OPEN, Gate
from ....store.devices.schedule.chance import chance, draw
from ....store.devices.schedule.schedule import is_in_use, next_check_in
from ....store.devices.trust import SSL_ERROR_61, to_install
from ....store.model.device import CertificateState, Device, DeviceState, HeldCertificate, PendingAction
from .failing import taken_from
from .first_enrollment import is_awaited, next_attempt
from .push_delivery import woken
from .re_enrollment import next_re_enrollment, owner_delay

YEAR = 365 * 86_400
LONG = 3 * 86_400  # the next check-in after so long is worked out when it is near
_RESTORE, _RESTORE_AT = 311, 312
_INSTALLS = 316


class NextStep(StrEnum):
    """The kinds of events of a device. At ``WAIT`` it does nothing: its next event, which comes after that, is worked
    out then."""

    CONTACT = "contact"
    ENROLL = "enroll"
    RE_ENROLL = "re-enroll"
    INSTALL = "install"
    RESTORE = "restore"
    WAIT = "wait"  # the last in order: whatever else happens in the same second comes first


class Next(NamedTuple):
    """The next event of a device, and its time."""

    at: int
    step: NextStep


def next_step(device: Device, after: int, gate: Gate = OPEN) -> Next | None:
    """The next event after ``after`` that changes anything (idle check-ins don't), or None.

    ``gate`` says what the servers' certificates allow devices to do from then on.
    """
    return _next_step(device, after, gate, None)


def next_step_or_wait(device: Device, after: int, gate: Gate) -> Next | None:
    """The same, or ``WAIT`` if it is far away: a device that has nothing to do until its certificate expires may have
    got another one by then."""
    habits = device.habits
    if habits is None or habits.schedule.gone_at is not None or device.certificate_id != habits.presents:
        return _next_step(device, after, gate, None)
    return _next_step(device, after, gate, after + LONG)


def _next_step(device: Device, after: int, gate: Gate, far: int | None) -> Next | None:
    habits = device.habits
    if habits is None:
        return None
    steps = []
    if far is not None and (until := _idle_until(device, gate)) > far:
        if _does_nothing_else(device):  # as most of a million do
            return Next(until, NextStep.WAIT)
        steps.append(Next(until, NextStep.WAIT))
    elif (at := _contact(device, after, gate)) is not None:
        steps.append(Next(at, NextStep.CONTACT))
    if gate.issued and device.state.needs_person and (at := next_re_enrollment(device, after, gate)) is not None:
        steps.append(Next(at, NextStep.RE_ENROLL))
    if gate.issued and is_awaited(device) and (at := next_attempt(device, after, gate)) is not None:
        steps.append(Next(at, NextStep.ENROLL))
    if device.refused is not None and (at := _installation(device, after, gate)) is not None:
        steps.append(Next(at, NextStep.INSTALL))
    if habits.restores and (at := _restore(device, after)) is not None:
        steps.append(Next(at, NextStep.RESTORE))
    return min(steps, default=None)


def backup_of(device: Device, at: int) -> HeldCertificate | None:
    """The certificate in the device's backup: the latest superseded one that is still valid."""
    for held in reversed(device.certificates):
        if held.state is CertificateState.SUPERSEDED and held.not_after.timestamp() > at:
            return held
    return None


def _idle_until(device: Device, gate: Gate) -> int:
    """The time until which the server lets the device in and has nothing for it to do; 0 if there is no such time."""
    if device.pending or not device.state.is_admitted or device.is_cut_off or gate.check_in is not None:
        return 0
    assert device.habits is not None
    presented = device.held(device.habits.presents)
    if presented is None or presented.state is not CertificateState.ACTIVE or unreachable(device, gate) is not None:
        return 0
    return int(presented.not_after.timestamp())


def _does_nothing_else(device: Device) -> bool:
    """Whether it checks in and does nothing else: it is enrolled, and has no other certificate that a backup could
    bring back."""
    return device.state is DeviceState.ENROLLED and device.refused is None and len(device.certificates) == 1


def _contact(device: Device, after: int, gate: Gate) -> int | None:
    """The next check-in that matters: an action is pending, the certificate is new, superseded or expired, or the
    server has become unreachable or reachable again."""
    assert device.habits is not None
    habits = device.habits
    if gate.check_in is not None:
        return None
    if device.state is DeviceState.REVOKED:
        return _first(_check_in(device, after), woken(device, after, gate)) if device.pending else None
    if not device.state.is_admitted:
        return None
    presented = device.held(habits.presents)
    if presented is None:
        return None
    if (blocked := unreachable(device, gate)) is not None:
        told = device.refused is not None and device.is_cut_off and device.refused.code == blocked.code
        return None if told else _check_in(device, after)
    expiry = max(after, int(presented.not_after.timestamp()))
    if presented.id != device.certificate_id and expiry == after and device.state.needs_person:
        return None  # a superseded and expired one: the device was turned away once and waits for its user
    since = expiry
    if presented.state is not CertificateState.ACTIVE or device.is_cut_off:
        since = after
    elif device.pending and device.platform not in gate.act:
        since = min(_asked_from(action, after) for action in device.pending)
        return _first(_check_in(device, min(since, expiry)), woken(device, after, gate))
    return _check_in(device, min(since, expiry))


def _first(*times: int | None) -> int | None:
    return min((at for at in times if at is not None), default=None)


def _asked_from(action: PendingAction, after: int) -> int:
    """When the device next takes the pending action up."""
    at = taken_from(action)
    return after if at is None else max(after, at - 1)


def _check_in(device: Device, after: int) -> int | None:
    """The next check-in after a time, scheduled or not."""
    assert device.habits is not None
    habits = device.habits
    in_turn = next_check_in(habits.schedule, after)
    out_of_turn = habits.contact_at
    if out_of_turn is None or out_of_turn <= after or not is_in_use(habits.schedule, out_of_turn):
        return in_turn
    return out_of_turn if in_turn is None else min(out_of_turn, in_turn)


def _installation(device: Device, after: int, gate: Gate) -> int | None:
    """When its owner installs the CA certificate sent after SSL Error 61."""
    assert device.habits is not None and device.refused is not None
    if device.refused.code != SSL_ERROR_61:
        return None
    id = to_install(device, gate.to_check_in if device.is_cut_off else gate.to_enroll, gate)
    if id is None:
        return None
    deployed_at = gate.anchors[id].deployed_to(device.platform)
    assert deployed_at is not None
    since = int(max(device.refused.at, deployed_at).timestamp())
    return next_check_in(device.habits.schedule, max(after, since + owner_delay(device, since, _INSTALLS)))


def _restore(device: Device, after: int) -> int | None:
    """When it is next restored from a backup that holds a certificate other than the active one."""
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
