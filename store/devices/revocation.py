"""Revoke: shutting a device out."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from ..errors import Refusal
from ..model.device import ActionKind, CertificateState, Device, DeviceState, EventKind, HeldCertificate, PendingAction
from .change import Change


def revoke(device: Device, now: datetime, by: str) -> Change:
    """Revoke every certificate of the device that has not expired. It is turned away from now on.

    The action stays in its queue until the device has come and been told. Refused with ``not-enrolled``; asking
    twice is the same as asking once.
    """
    if device.state is DeviceState.NOT_ENROLLED:
        return Change(
            device,
            refusal=Refusal("not-enrolled", f"device {device.id} ({device.name}) is not enrolled"),
        )
    if device.state is DeviceState.REVOKED:
        return Change(device)
    states: list[tuple[int, CertificateState]] = []
    certificates = []
    for held in device.certificates:
        if held.not_after >= now and held.state is not CertificateState.REVOKED:
            states.append((held.id, CertificateState.REVOKED))
            held = HeldCertificate(held.id, held.group, held.not_after, CertificateState.REVOKED)
        certificates.append(held)
    action = PendingAction(kind=ActionKind.REVOKE, requested_at=now, requested_by=by)
    revoked = replace(
        device,
        state=DeviceState.REVOKED,
        state_since=now,
        certificates=tuple(certificates),
        pending=(action,),
    )
    return Change(revoked, tuple(states), ((EventKind.REVOKED, ""),))
