"""Installing and removing policies on a device, at its check-ins and when it enrolls.

Each pending policy has its own back-off, so renewals and other policies don't wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from ..model.device import ActionKind, Device, InstalledPolicy, PendingAction, WaitsFor
from ..model.device_event import EventKind
from .change import Change, Happening
from .gate import OPEN, Gate
from .renewal import back_off

_FIRST_WAIT = {
    WaitsFor.NOT_NOW: timedelta(hours=1),
    WaitsFor.ERROR: timedelta(hours=1),
    WaitsFor.ANSWER: timedelta(minutes=15),
}
_SAID = {WaitsFor.NOT_NOW: "not now", WaitsFor.ERROR: "an error", WaitsFor.ANSWER: "no answer"}


class Offer(NamedTuple):
    """What a device would get with a policy. ``lacking`` says in words why it can't have it; empty if it can. ``code``
    names the reason if devices of its kind don't take such a policy.

    ``certificate`` names its certificate; the other fields are those of ``InstalledPolicy``.
    """

    name: str
    version: int
    certificate_id: int | None = None
    entry_id: int | None = None
    fingerprint_sha256: str | None = None
    certificate: str = ""
    lacking: str = ""
    code: str = ""


class PolicyDeployments(Protocol):
    """What devices get through policies; implemented in ``store.policies``."""

    def offer(self, policy_id: int, device: Device) -> Offer | None:
        """What a device gets from the current policy; None if it no longer exists."""
        ...

    def first(self, device: Device, now: datetime) -> Sequence[int]:
        """The policies that a device gets when it enrolls, by id."""
        ...


class _Nothing:
    def offer(self, policy_id: int, device: Device) -> Offer | None:
        return None

    def first(self, device: Device, now: datetime) -> Sequence[int]:
        return ()


NO_POLICIES: PolicyDeployments = _Nothing()


def request_policy(device: Device, policy_id: int, now: datetime, by: str) -> Device:
    """Queue a policy for an enrolled device; others get it when they enroll.

    Idempotent, but a device that postponed it is asked again at its next check-in.
    """
    if not device.state.is_admitted:
        return device
    waiting = device.policy_pending(policy_id)
    if waiting is not None and waiting.kind is ActionKind.POLICY and not waiting.attempts:
        return device
    return _queued(device, ActionKind.POLICY, policy_id, now, by)


def request_removal(device: Device, policy_id: int, now: datetime, by: str) -> Device:
    """Queue the removal of a policy. If the device doesn't have it, its record of the policy is deleted at once."""
    placed, waiting = device.policy(policy_id), device.policy_pending(policy_id)
    if placed is None and waiting is None:
        return device
    if placed is None or not placed.is_installed:
        return replace(device, pending=_without(device, policy_id), policies=_others(device, policy_id))
    if not device.state.is_admitted or (waiting is not None and waiting.kind is ActionKind.POLICY_REMOVAL):
        return device  # enrolling again replaces what it has
    return _queued(device, ActionKind.POLICY_REMOVAL, policy_id, now, by)


def policies_due(device: Device, now: datetime, gate: Gate = OPEN) -> tuple[PendingAction, ...]:
    """The policy actions due at a check-in now; they wait while nothing can be sent to the device."""
    if not device.pending or device.platform in gate.act:
        return ()
    return tuple(
        action
        for action in device.pending
        if action.policy_id is not None and (action.next_try_at is None or action.next_try_at <= now)
    )


def carried_out(device: Device, action: PendingAction, offer: Offer | None, now: datetime) -> Change:
    """The device has carried out the pending policy action.

    ``offer`` None, or a removal, removes the policy. Without its certificate a policy isn't installed, and an installed
    one is removed: an Always On connection that the server rejects would leave the device without any network.
    """
    assert action.policy_id is not None
    device = replace(device, pending=_without(device, action.policy_id))
    if action.kind is ActionKind.POLICY_REMOVAL or offer is None:
        return _removed(device, action.policy_id)
    return _placed(device, action.policy_id, offer, now)


def put_off(
    device: Device,
    action: PendingAction,
    offer: Offer | None,
    waits_for: WaitsFor,
    now: datetime,
    *,
    comes: bool = False,
    reason: str = "",
) -> Change:
    """The device said *not now*, answered with an error (for a ``reason``), or didn't answer; it is asked again. A
    locked one ``comes`` by itself once it is unlocked."""
    attempts = action.attempts + 1
    later = None if comes else now + back_off(attempts, _FIRST_WAIT[waits_for])
    again = replace(action, attempts=attempts, waits_for=waits_for, next_try_at=later)
    pending = tuple(again if one is action else one for one in device.pending)
    placed = device.policy(action.policy_id)
    named = offer if offer is not None else placed
    event = (EventKind.POLICY_DELAYED, f"{'' if named is None else named.name}: {reason or _SAID[waits_for]}")
    return Change(replace(device, pending=pending), events=(event,))


def all_due(device: Device, deployment: PolicyDeployments, now: datetime, gate: Gate = OPEN) -> Change:
    """The device has carried out all due policy actions."""
    events: list[Happening] = []
    for action in policies_due(device, now, gate):
        assert action.policy_id is not None
        change = carried_out(device, action, deployment.offer(action.policy_id, device), now)
        device = change.device
        events += change.events
    return Change(device, events=tuple(events))


def first_policies(device: Device, deployment: PolicyDeployments, now: datetime) -> Change:
    """The device has just enrolled: it gets its policies together with its certificate."""
    events: list[Happening] = []
    for policy_id in deployment.first(device, now):
        offer = deployment.offer(policy_id, device)
        if offer is not None:
            change = _placed(device, policy_id, offer, now)
            device = change.device
            events += change.events
    return Change(device, events=tuple(events))


def _queued(device: Device, kind: ActionKind, policy_id: int, now: datetime, by: str) -> Device:
    action = PendingAction(kind=kind, requested_at=now, requested_by=by, policy_id=policy_id)
    return replace(device, pending=(*_without(device, policy_id), action))


def _without(device: Device, policy_id: int) -> tuple[PendingAction, ...]:
    return tuple(action for action in device.pending if action.policy_id != policy_id)


def _others(device: Device, policy_id: int) -> tuple[InstalledPolicy, ...]:
    return tuple(placed for placed in device.policies if placed.policy_id != policy_id)


def _removed(device: Device, policy_id: int) -> Change:
    placed = device.policy(policy_id)
    if placed is None:
        return Change(device)
    events = ((EventKind.POLICY_REMOVED, placed.name),) if placed.is_installed else ()
    return Change(replace(device, policies=_others(device, policy_id)), events=events)


def _placed(device: Device, policy_id: int, offer: Offer, now: datetime) -> Change:
    before = device.policy(policy_id)
    placed = InstalledPolicy(
        policy_id,
        offer.name,
        offer.version,
        now,
        offer.certificate_id,
        offer.entry_id,
        offer.fingerprint_sha256,
        offer.lacking,
        offer.code,
    )
    policies = sorted((*_others(device, policy_id), placed), key=lambda one: one.policy_id)
    changed = replace(device, policies=tuple(policies))
    if not offer.lacking:
        return Change(changed, events=((EventKind.POLICY_INSTALLED, f"{offer.name} with {offer.certificate}"),))
    events: list[Happening] = []
    if before is not None and before.is_installed:
        events.append((EventKind.POLICY_REMOVED, before.name))
    if before is None or before.note != offer.lacking:  # the same again is no news
        kind = EventKind.POLICY_NOT_TAKEN if offer.code else EventKind.POLICY_WITHOUT_CERTIFICATE
        events.append((kind, f"{offer.name}: {offer.lacking}"))
    return Change(changed, events=tuple(events))


def policies_changed(before: Device, after: Device) -> tuple[tuple[InstalledPolicy, ...], tuple[InstalledPolicy, ...]]:
    """The policies installed on the device (again, too), and those removed."""
    there = {placed.policy_id for placed in after.policies if placed.is_installed}
    got = tuple(placed for placed in after.policies if placed.is_installed and placed not in before.policies)
    return got, tuple(one for one in before.policies if one.is_installed and one.policy_id not in there)
