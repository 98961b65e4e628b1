"""Certificate Renewal: requesting it, the device's possible answers, and when it is tried again.

A renewal ends when the new certificate has been used, the device enrolls again, or its certificate has expired. In all
other cases it is asked again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from ..errors import Refusal
from ..model.device import ActionKind, CertificateState, Device, DeviceState, HeldCertificate, PendingAction, WaitsFor
from ..model.device_event import EventKind
from ..words import day
from .change import Change
from .enrollment_kinds import takes

_HOUR = timedelta(hours=1)
_LONGEST = timedelta(hours=24)
_QUARTER = timedelta(minutes=15)
FAILING = 5
"""After this many failed attempts there is a notice; the renewal is still tried again."""


def back_off(attempts: int, first: timedelta) -> timedelta:
    """The wait after this many attempts: doubled each time, at most a day."""
    return min(first * (1 << min(attempts - 1, 10)), _LONGEST)


def request_renewal(device: Device, now: datetime, by: str, newest: str | None) -> Change:
    """Queue a renewal for the device. Idempotent. ``newest`` is the CA group that issues now, if any does.

    Refused, with nothing pending: ``windows-must-re-enroll`` (and the device is marked), ``windows-is-current``,
    ``certificate-expired``, ``must-re-enroll``, ``device-revoked``, ``not-enrolled``.
    """
    if refusal := _cannot_renew(device, now, newest):
        if refusal.code == "windows-must-re-enroll" and device.state is DeviceState.ENROLLED:
            marked = replace(device, state=DeviceState.RE_ENROLLMENT_REQUIRED, state_since=now)
            return Change(marked, events=((EventKind.RE_ENROLLMENT_REQUIRED, ""),), refusal=refusal)
        return Change(device, refusal=refusal)
    if device.renewal is not None:
        return Change(device)
    action = PendingAction(kind=ActionKind.CERTIFICATE_RENEWAL, requested_at=now, requested_by=by)
    return Change(replace(device, pending=(*device.pending, action)), events=((EventKind.RENEWAL_REQUESTED, ""),))


def answered_not_now(device: Device, now: datetime, *, comes: bool = False) -> Change:
    """The device is busy; it is asked again. A locked one ``comes`` by itself once it is unlocked."""
    return _tried(device, WaitsFor.NOT_NOW, EventKind.NOT_NOW, now, None if comes else _HOUR, "")


def answered_error(device: Device, now: datetime, reason: str = "") -> Change:
    """The device answered with an error; it is asked again."""
    return _tried(device, WaitsFor.ERROR, EventKind.ERROR, now, _HOUR, reason)


def not_answered(device: Device, now: datetime) -> Change:
    """The device took the request and said nothing; it is asked again."""
    return _tried(device, WaitsFor.ANSWER, EventKind.NO_ANSWER, now, _QUARTER, "")


def issued(device: Device, new: HeldCertificate, now: datetime) -> Change:
    """The renewed certificate has been sent. Both are valid until the new one is used; if it never is, the device is
    asked again."""
    change = _tried(device, WaitsFor.CONFIRMATION, EventKind.ISSUED, now, _QUARTER, new.group)
    held = replace(change.device, certificates=(*change.device.certificates, new))
    return Change(held, events=change.events)


def without_renewal(device: Device) -> tuple[PendingAction, ...]:
    """The queue after the renewal has ended."""
    return tuple(action for action in device.pending if action.kind is not ActionKind.CERTIFICATE_RENEWAL)


def confirmed(device: Device, used: HeldCertificate) -> Change:
    """The new certificate is in use: the others are superseded, and the renewal is done."""
    superseded, certificates = supersede_all_but(device, used)
    renewed = replace(
        device,
        certificates=certificates,
        certificate_id=used.id,
        issuer_group=used.group,
        not_after=used.not_after,
        pending=without_renewal(device),
    )
    detail = used.group if used.group == device.issuer_group else f"{device.issuer_group} to {used.group}"
    return Change(renewed, ((used.id, CertificateState.ACTIVE), *superseded), ((EventKind.RENEWED, detail),))


def supersede_all_but(
    device: Device, used: HeldCertificate
) -> tuple[list[tuple[int, CertificateState]], tuple[HeldCertificate, ...]]:
    """The certificates superseded when ``used`` becomes active, and those that the device may still hold."""
    superseded: list[tuple[int, CertificateState]] = []
    certificates: list[HeldCertificate] = []
    for held in device.certificates:
        if held.id == used.id:
            continue
        if held.state in (CertificateState.ACTIVE, CertificateState.UNCONFIRMED):
            held = HeldCertificate(held.id, held.group, held.not_after, CertificateState.SUPERSEDED)
            superseded.append((held.id, CertificateState.SUPERSEDED))
        certificates.append(held)
    active = HeldCertificate(used.id, used.group, used.not_after, CertificateState.ACTIVE)
    return superseded, (*certificates[-KEPT:], active)


KEPT = 4  # superseded certificates that a device may still present


def _tried(
    device: Device, waits_for: WaitsFor, event: EventKind, now: datetime, first: timedelta | None, detail: str
) -> Change:
    pending, events = [], [(event, detail)]
    for action in device.pending:
        if action.kind is ActionKind.CERTIFICATE_RENEWAL:
            attempts = action.attempts + 1
            later = None if first is None else now + back_off(attempts, first)
            action = replace(action, attempts=attempts, waits_for=waits_for, next_try_at=later)
            if attempts == FAILING and waits_for is not WaitsFor.NOT_NOW:
                events.append((EventKind.RENEWAL_FAILING, str(event)))
        pending.append(action)
    return Change(replace(device, pending=tuple(pending)), events=tuple(events))


def _cannot_renew(device: Device, now: datetime, newest: str | None) -> Refusal | None:
    ended = device.not_after is not None and device.not_after < now
    is_taken = takes(device.enrollment_kind, device.platform, ActionKind.CERTIFICATE_RENEWAL)
    if device.state is DeviceState.ENROLLED and not ended and is_taken:
        return None  # like most devices of a fleet
    if refusal := cannot_be_reached(device, now):
        return refusal
    title = f"device {device.id} ({device.name})"
    if not is_taken:
        if device.state is DeviceState.ENROLLED and newest is not None and device.issuer_group == newest:
            until = "" if device.not_after is None else f" before {day(device.not_after)}, when its certificate expires"
            return Refusal(
                "windows-is-current",
                f"{title} is a Windows device that holds a certificate of the newest CA group, {newest}, already",
                f"It need not re-enroll{until}.",
            )
        return Refusal(
            "windows-must-re-enroll",
            f"{title} is a Windows device, which gets a new certificate by re-enrolling alone",
            "Ask its user to re-enroll it.",
        )
    return None


def cannot_be_reached(device: Device, now: datetime) -> Refusal | None:
    """Why a device doesn't come for what is pending; None if it does."""
    title = f"device {device.id} ({device.name})"
    if device.state is DeviceState.NOT_ENROLLED:
        return Refusal("not-enrolled", f"{title} is not enrolled", "Enroll it first.")
    if device.state is DeviceState.REVOKED:
        return Refusal("device-revoked", f"{title} has been revoked", "Enroll it again to let it back in.")
    if device.state is DeviceState.MUST_RE_ENROLL:
        return Refusal("must-re-enroll", f"{title} has been turned away", "Its user must re-enroll it.")
    if device.not_after is not None and device.not_after < now:
        return Refusal("certificate-expired", f"the certificate of {title} has expired", "Its user must re-enroll it.")
    return None
