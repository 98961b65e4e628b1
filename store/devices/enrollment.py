"""The rules of enrollment, for the first time or again."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from ..model.device import CertificateState, Device, DeviceState, HeldCertificate, Refused
from ..model.device_event import EventKind
from .change import Change
from .gate import Blocked, Gate
from .renewal import supersede_all_but
from .trust import missing_trust


def blocked_enrollment(device: Device, gate: Gate) -> Blocked | None:
    """Why a device can't enroll now: a certificate that has expired or is missing, or SSL Error 61."""
    return gate.enroll.get(device.platform) or missing_trust(device, gate.to_enroll, gate)


def enrollment_refused(device: Device, code: str, now: datetime) -> Change:
    """Its user has failed to enroll the device. A repeated failure is not recorded."""
    if device.enrolling_refused == code:
        return Change(device)
    refused = device.refused if device.is_cut_off else Refused(code, now)
    told = replace(device, refused=refused, enrolling_refused=code)
    return Change(told, events=((EventKind.ENROLLMENT_REFUSED, code),))


def enrolled(device: Device, new: HeldCertificate, now: datetime) -> Change:
    """The device uses ``new`` from now on. Pending actions end; its earlier certificates are superseded.

    Policies are installed again (``policies.first_policies``). It is recorded as an enrollment even if a renewal was
    pending.
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
        policies=(),
        refused=None,
        enrolling_refused=None,
    )
    events = [(EventKind.RENEWAL_ENDED, "re-enrolled")] if device.renewal is not None else []
    detail = (
        new.group if not again or device.issuer_group in (None, new.group) else f"{device.issuer_group} to {new.group}"
    )
    events.append((EventKind.RE_ENROLLED if again else EventKind.ENROLLED, detail))
    return Change(changed, tuple(superseded), tuple(events))


def first_certificate(id: int, group: str, not_after: datetime) -> HeldCertificate:
    """A certificate issued by an enrollment: active at once."""
    return HeldCertificate(id, group, not_after, CertificateState.ACTIVE)
