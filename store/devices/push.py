"""What happens to an Apple device when its push channel is lost, or comes back."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from ..model.device import ActionKind, CutOff, Device, DeviceState, Platform
from ..model.device_event import EventKind
from .change import Change
from .presence import Outages, last_seen

TOPIC_CHANGED = "topic-changed"
APPLE = (Platform.IOS, Platform.MACOS)


def push_lost(device: Device, reason: str, at: datetime, outages: Outages = (), *, topic: str = "") -> Change:
    """An enrolled Apple device can't be reached any more and must re-enroll; other devices are not affected.

    ``reason``: ``topic-changed``, ``certificate-expired``, ``certificate-revoked``. Pending actions end. With
    ``topic-changed`` the device comes back if ``topic`` does.
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
        cut_off=CutOff(topic, at, device.state) if reason == TOPIC_CHANGED else None,
        refused=None,
        enrolling_refused=None,
    )
    return Change(lost, events=tuple(events))


def push_regained(device: Device, topic: str, now: datetime) -> Change:
    """The push topic that a device was enrolled under is in use again: it goes on as before.

    Not so if its state has changed meanwhile (it was re-enrolled, revoked or removed), or its certificate has expired.
    Actions that were pending have ended, and have to be requested again.
    """
    cut_off = device.cut_off
    if cut_off is None or cut_off.topic != topic or device.state is not DeviceState.MUST_RE_ENROLL:
        return Change(device)
    if device.state_since != cut_off.at or device.not_after is None or device.not_after < now:
        return Change(device)
    back = replace(device, state=cut_off.state, state_since=now, cut_off=None)
    return Change(back, events=((EventKind.PUSH_BACK, topic),))
