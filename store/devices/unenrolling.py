"""Taking a device out of management: somebody wipes it, or removes the company's part from it."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from ..model.device import Device, DeviceState, EnrollmentKind
from ..model.device_event import EventKind
from .change import Change
from .presence import Outages, last_seen


def unenrolled(device: Device, now: datetime, outages: Outages = ()) -> Change:
    """The device is not enrolled from now on; pending actions end."""
    removed = device.enrollment_kind is EnrollmentKind.USER
    changed = replace(
        device,
        last_check_in=last_seen(device, now, outages),
        state=DeviceState.NOT_ENROLLED,
        state_since=now,
        pending=(),
        policies=(),
        cut_off=None,
        refused=None,
        enrolling_refused=None,
    )
    events = [(EventKind.RENEWAL_ENDED, "unenrolled")] if device.renewal is not None else []
    events.append((EventKind.UNENROLLED, "the company's part was removed" if removed else "wiped"))
    return Change(changed, events=tuple(events))
