"""The devices whose state or queue a change alters."""

from __future__ import annotations

from msgspec import Struct

from ..devices.re_enrolling import NO_COSTS, re_enrolling_costs
from ..model.device import ActionKind, CutOff, DeviceState, EnrollmentKind, Platform
from .effects import DeviceEffect, QueueEffect
from .rows import WrittenRows

_RE_ENROLLING = (DeviceState.RE_ENROLLMENT_REQUIRED, DeviceState.MUST_RE_ENROLL, DeviceState.REVOKED)


class QueuedAction(Struct, frozen=True):
    """A pending action: its kind, and the policy that it is about. A device may have one for each policy."""

    kind: ActionKind
    policy_id: int | None = None


class Queued(Struct, frozen=True):
    """The parts of a device that matter to people: its state, and its pending actions."""

    id: int
    platform: Platform
    state: DeviceState
    pending: tuple[QueuedAction, ...] = ()
    cut_off: CutOff | None = None
    enrollment_kind: EnrollmentKind | None = None


def device_effects(rows: WrittenRows) -> tuple[tuple[DeviceEffect, ...], tuple[QueueEffect, ...]]:
    """The devices that change state, and those whose actions become pending or stop being pending."""
    states: dict[tuple[Platform, DeviceState | None, DeviceState | None, bool], list[int]] = {}
    re_enrolling: dict[tuple[Platform, DeviceState | None, DeviceState | None, bool], list[Queued]] = {}
    queues: dict[tuple[ActionKind, bool, Platform], dict[int, None]] = {}  # the ids, each once
    for id, before, after in rows.records("devices", Queued):
        one = after or before
        assert one is not None
        old, new = None if before is None else before.state, None if after is None else after.state
        if old is not new:
            key = one.platform, old, new, one.cut_off is not None
            states.setdefault(key, []).append(id)
            if new in _RE_ENROLLING:
                re_enrolling.setdefault(key, []).append(one)
        had, has = _queue(before), _queue(after)
        for action in has - had:
            queues.setdefault((action.kind, True, one.platform), {})[id] = None
        for action in had - has:
            queues.setdefault((action.kind, False, one.platform), {})[id] = None
    order = list(Platform)
    return (
        tuple(
            DeviceEffect(
                platform=key[0],
                before=key[1],
                after=key[2],
                ids=tuple(ids),
                returns=key[3],
                costs=re_enrolling_costs(re_enrolling[key]) if key in re_enrolling else NO_COSTS,
            )
            for key, ids in sorted(states.items(), key=lambda item: order.index(item[0][0]))
        ),
        tuple(
            QueueEffect(action=kind, added=added, platform=platform, ids=tuple(ids))
            for (kind, added, platform), ids in sorted(
                queues.items(), key=lambda item: (item[0][0], not item[0][1], order.index(item[0][2]))
            )
        ),
    )


def _queue(device: Queued | None) -> set[QueuedAction]:
    return set() if device is None else set(device.pending)
