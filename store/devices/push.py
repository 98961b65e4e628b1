"""What happens to an Apple device when its push channel is lost."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from ..model.device import ActionKind, Device, DeviceState, EventKind, Platform
from .change import Change
from .presence import Outages, last_seen

APPLE = (Platform.IOS, Platform.MACOS)


def push_lost(device: Device, reason: str, at: datetime, outages: Outages = ()) -> Change:
    """An enrolled Apple device can't be reached any more and must re-enroll; other devices are not affected.

    ``reason``: ``topic-changed``, ``certificate-expired``, ``certificate-revoked``. Pending actions end.
    """
    if device.platform not in APPLE or not device.state.is_admitted:
        return Change(device)
    events = [(EventKind.PUSH_LOST, reason)]
    if any(action.kind is ActionKind.CERTIFICATE_RENEWAL for action in device.pending):
        events.append((EventKind.RENEWAL_ENDED, "push-lost"))
    lost = replace(
        device,
        last_check_in=last_seen(device, at, outages),
        state=DeviceState.MUST_RE_ENROLL,
        state_since=at,
        pending=(),
        refused=None,
        enrolling_refused=None,
    )
    return Change(lost, events=tuple(events))
