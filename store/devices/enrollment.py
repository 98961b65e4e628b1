"""Enrollment: what becomes of a device when it gets a certificate by enrolling, for the first time or again."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from ..model.device import CertificateState, Device, DeviceState, EventKind, HeldCertificate
from .change import Change
from .renewal import supersede_all_but


def enrolled(device: Device, new: HeldCertificate, now: datetime) -> Change:
    """The device works with ``new`` from now on. Whatever was pending for it is over; what it held is superseded.

    It is recorded as an enrollment also where a renewal was under way.
    """
    again = device.enrolled_at is not None
    superseded, certificates = supersede_all_but(device, new)
    changed = replace(
        device,
        state=DeviceState.ENROLLED,
        state_since=now,
        enrolled_at=now,
        last_check_in=now,
        certificate_id=new.id,
        issuer_group=new.group,
        not_after=new.not_after,
        certificates=certificates,
        pending=(),
    )
    events = [(EventKind.RENEWAL_ENDED, "re-enrolled")] if device.renewal is not None else []
    detail = (
        new.group if not again or device.issuer_group in (None, new.group) else f"{device.issuer_group} to {new.group}"
    )
    events.append((EventKind.RE_ENROLLED if again else EventKind.ENROLLED, detail))
    return Change(changed, tuple(superseded), tuple(events))


def first_certificate(id: int, group: str, not_after: datetime) -> HeldCertificate:
    """A certificate that enrollment hands out: in use at once."""
    return HeldCertificate(id, group, not_after, CertificateState.ACTIVE)
