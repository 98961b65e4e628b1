"""Which devices a policy applies to, and the pending action that brings a device up to date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..devices.device_filter import parse_filter, standing
from ..devices.policy_installation import request_policy, request_removal
from ..devices.presence import Outages
from ..inventory.expiry import ExpiryRules
from ..model.device import Device
from ..model.policy import Policy

Chooser = Callable[[Device], bool]


def chooser(policy: Policy, now: datetime, rules: ExpiryRules, outages: Outages) -> Chooser:
    """Whether a policy applies to a device at ``now`` (UTC, aware). ``outages`` are ``Gate.outages``."""
    platforms, assignment = policy.platforms, policy.assignment
    if assignment.devices:
        named = frozenset(assignment.devices)
        return lambda device: device.id in named and device.platform in platforms
    found = parse_filter(assignment.filter, now, rules)
    if found.problem is not None:  # of an earlier release: it must not apply to more devices than it did
        return lambda device: False
    matches = found.matches
    if matches is None:
        return lambda device: device.platform in platforms
    return lambda device: device.platform in platforms and matches(standing(device, now, outages))


def brought_in_line(device: Device, policy: Policy, is_for_it: bool, now: datetime, by: str) -> Device:
    """The device with the right action in its queue: installing the current policy, removing it, or nothing."""
    if not is_for_it:
        return request_removal(device, policy.id, now, by)
    placed = device.policy(policy.id)
    is_current = placed is not None and placed.is_installed and placed.version == policy.version
    if is_current and device.policy_pending(policy.id) is None:
        return device
    return request_policy(device, policy.id, now, by)
