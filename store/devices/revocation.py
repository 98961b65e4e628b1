"""Revoke: locking a device out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

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
)
from ..model.device_event import EventKind
from .change import Change


def revoke(device: Device, now: datetime, by: str, issued: Iterable[DeviceCertificate]) -> Change:
    """Revoke every certificate of the device that has not expired, of all that were ever ``issued`` to it. It is turned
    away from now on.

    The action stays queued until the device has checked in and been told. Refused with ``not-enrolled``; idempotent.
    """
    if device.state is DeviceState.NOT_ENROLLED:
        return Change(
            device,
            refusal=Refusal("not-enrolled", f"device {device.id} ({device.name}) is not enrolled"),
        )
    if device.state is DeviceState.REVOKED:
        return Change(device)
    gone = {
        certificate.id
        for certificate in issued
        if certificate.not_after >= now and certificate.state is not CertificateState.REVOKED
    }
    certificates = tuple(
        HeldCertificate(held.id, held.group, held.not_after, CertificateState.REVOKED) if held.id in gone else held
        for held in device.certificates
    )
    action = PendingAction(kind=ActionKind.REVOKE, requested_at=now, requested_by=by)
    revoked = replace(
        device,
        state=DeviceState.REVOKED,
        state_since=now,
        certificates=certificates,
        pending=(action,),
    )
    states = tuple((id, CertificateState.REVOKED) for id in sorted(gone))
    return Change(revoked, states, ((EventKind.REVOKED, ""),))
