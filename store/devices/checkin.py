"""A check-in: whether the device is let in with the certificate it presents, and the consequences."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from ..errors import Refusal
from ..model.device import (
    ActionKind,
    CertificateState,
    Device,
    DeviceCertificate,
    DeviceState,
    HeldCertificate,
    PendingAction,
    Platform,
    Refused,
)
from ..model.device_event import EventKind
from ..words import day
from .change import Change
from .gate import OPEN, Blocked, Gate
from .presence import Outages, last_seen
from .renewal import confirmed, request_renewal, supersede_all_but
from .trust import missing_trust

SYSTEM = "certfleet"


def refuse_certificate(device: Device, presented: HeldCertificate, now: datetime) -> Refusal | None:
    """Why a device isn't let in with one of its certificates; None if it is.

    The signatures that prove its CA and the possession of its key have been checked before.
    """
    title = f"device {device.id} ({device.name})"
    if presented.state is CertificateState.REVOKED or device.state is DeviceState.REVOKED:
        return Refusal("certificate-revoked", f"the certificate of {title} has been revoked")
    if presented.not_after < now:
        return Refusal(
            "certificate-expired",
            f"the certificate of {title} expired on {day(presented.not_after)}",
            "Its user must re-enroll it.",
        )
    if device.state is DeviceState.MUST_RE_ENROLL:
        return Refusal("must-re-enroll", f"{title} has been turned away before", "Its user must re-enroll it.")
    return None


def unreachable(device: Device, gate: Gate) -> Blocked | None:
    """Why a device can't reach the server now: its certificate has expired, or the device doesn't trust it."""
    return gate.check_in or missing_trust(device, gate.to_check_in, gate)


def check_in_failed(device: Device, code: str, now: datetime, outages: Outages = ()) -> Change:
    """The device has failed to reach the server. A repeated failure is not recorded."""
    if device.is_cut_off and device.refused is not None and device.refused.code == code:
        return Change(device)
    # Its idle check-ins end here: store the last derived one.
    heard_of = last_seen(device, now - timedelta(seconds=1), outages)
    failed = replace(device, last_check_in=heard_of, refused=Refused(code, now, at_check_in=True))
    return Change(failed, events=((EventKind.CHECK_IN_FAILED, code),))


def check_in(device: Device, presented: HeldCertificate, issuing: str, now: datetime, outages: Outages = ()) -> Change:
    """A device has presented one of its certificates and proven possession of the key.

    If let in, it gets its pending actions; the first use of a renewed certificate ends the renewal. If turned away
    (``certificate-expired``, ``certificate-revoked``, ``must-re-enroll``), it must re-enroll. But if the device works
    with another certificate, an old revoked or expired one is only refused; after an expired one the user is asked to
    re-enroll the device, because it may have no other.

    A superseded certificate is accepted while it is valid (a device restored from a backup has no other); if a newer
    group (``issuing``) issues by now, a renewal is requested.
    """
    if refusal := refuse_certificate(device, presented, now):
        if _works_with_another(device, presented, now):
            return _old_one_refused(device, refusal, now)
        return _turned_away(device, refusal, now, outages)
    let_in = replace(device, last_check_in=now)
    if device.is_cut_off:  # its user may try again now
        let_in = replace(let_in, refused=None, enrolling_refused=None)
    if device.state is DeviceState.RE_ENROLLMENT_REQUIRED and device.platform is not Platform.WINDOWS:
        let_in = replace(let_in, state=DeviceState.ENROLLED, state_since=now)  # it has what it needs after all
    match presented.state:
        case CertificateState.UNCONFIRMED:
            return confirmed(let_in, presented)
        case CertificateState.SUPERSEDED:
            return _came_with_an_older_one(let_in, presented, issuing, now)
        case _:
            return Change(let_in)


def due_renewal(device: Device, now: datetime, gate: Gate = OPEN) -> PendingAction | None:
    """The renewal to request at a check-in now; security actions wait while they can't be sent."""
    renewal = None if device.platform in gate.act else device.renewal
    return renewal if renewal is not None and (renewal.next_try_at is None or renewal.next_try_at <= now) else None


def _works_with_another(device: Device, presented: HeldCertificate, now: datetime) -> bool:
    """Whether the active certificate is valid and is not this one: an old or stolen one must not lock the device
    out."""
    in_use = device.not_after is not None and device.not_after >= now
    return device.state.is_admitted and in_use and presented.id != device.certificate_id


def _old_one_refused(device: Device, refusal: Refusal, now: datetime) -> Change:
    told = (EventKind.TURNED_AWAY, refusal.code)
    if refusal.code != "certificate-expired" or device.state is not DeviceState.ENROLLED:
        return Change(device, events=(told,), refusal=refusal)
    marked = replace(device, state=DeviceState.RE_ENROLLMENT_REQUIRED, state_since=now)
    return Change(marked, events=(told, (EventKind.RE_ENROLLMENT_REQUIRED, "")), refusal=refusal)


def _turned_away(device: Device, refusal: Refusal, now: datetime, outages: Outages) -> Change:
    # Its idle check-ins end here: store the last derived one.
    heard_of = last_seen(device, now - timedelta(seconds=1), outages)
    pending = tuple(action for action in device.pending if action.kind is not ActionKind.REVOKE)
    ended = any(action.kind is ActionKind.CERTIFICATE_RENEWAL for action in pending)
    events = [(EventKind.TURNED_AWAY, refusal.code)]
    if ended:
        events.append((EventKind.RENEWAL_ENDED, refusal.code))
    state = device.state
    if state.is_admitted:
        state = DeviceState.MUST_RE_ENROLL
    changed = replace(
        device,
        last_check_in=heard_of,
        state=state,
        state_since=device.state_since if state is device.state else now,
        pending=(),
    )
    if changed == replace(device, last_check_in=heard_of):
        return Change(device, refusal=refusal)  # already recorded
    return Change(changed, events=tuple(events), refusal=refusal)


def _came_with_an_older_one(device: Device, presented: HeldCertificate, issuing: str, now: datetime) -> Change:
    superseded, certificates = supersede_all_but(device, presented)
    working = replace(
        device,
        certificates=certificates,
        certificate_id=presented.id,
        issuer_group=presented.group,
        not_after=presented.not_after,
    )
    states = ((presented.id, CertificateState.ACTIVE), *superseded)
    events = ((EventKind.OLDER_PRESENTED, presented.group),)
    if presented.group == issuing:
        return Change(working, states, events)
    if working.renewal is not None:  # the issued certificate is lost: ask again at once
        pending = tuple(
            replace(action, next_try_at=None) if action.kind is ActionKind.CERTIFICATE_RENEWAL else action
            for action in working.pending
        )
        return Change(replace(working, pending=pending), states, events)
    asked = request_renewal(working, now, SYSTEM, issuing)
    return Change(asked.device, states, (*events, *asked.events))


def held_or_presented(device: Device, presented: DeviceCertificate) -> HeldCertificate:
    """The presented certificate, even if it is too old to be in the device's record."""
    return device.held(presented.id) or HeldCertificate(
        presented.id, presented.group, presented.not_after, presented.state
    )
