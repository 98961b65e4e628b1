"""What is deployed to a device, as the product's lists have it: policies, actions, delivery groups, profiles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from ...devices.push import APPLE
from ...model.device import ActionKind, Device, PendingAction, WaitsFor
from ...model.policy import Policy
from ...policies.mobileconfig import ORGANIZATION, profile_identifier
from ..device import ACTION_TITLES
from .times import milliseconds

SUCCESS, PENDING, FAILURE = "SUCCESS", "PENDING", "FAILURE"
_LABELS = {SUCCESS: "Success", PENDING: "Pending", FAILURE: "Failure"}
_FAILED = (WaitsFor.ERROR, WaitsFor.ANSWER)


class DeployedResource(Struct, frozen=True, kw_only=True, rename="camel"):
    """A policy, an action, a delivery group or an app, and how its deployment to a device stands."""

    name: str
    status: str
    status_label: str
    last_update: int | None
    resource_type: str
    resource_type_label: str
    package_info: str | None = None
    resource_key: str


class InstalledProfile(Struct, frozen=True, kw_only=True, rename="camel"):
    """A configuration profile on an Apple device."""

    identifier: str
    name: str
    organization: str
    received_date: int | None
    encrypted: bool
    managed: bool
    description: str
    ios_config_inventories: tuple[str, ...] = ()


def deployed_policies(device: Device, policies: Iterable[Policy]) -> tuple[DeployedResource, ...]:
    """The policies of a device: installed, failed and pending ones. ``policies`` are all that there are."""
    names = {policy.id: policy.name for policy in policies}
    found = [
        _resource(
            placed.name,
            SUCCESS if placed.is_installed else FAILURE,
            placed.at,
            "POLICY",
            "Policy",
            f"policy-{placed.policy_id}",
        )
        for placed in device.policies
        if device.policy_pending(placed.policy_id) is None
    ]
    found += [
        _resource(
            names.get(action.policy_id or 0, f"policy {action.policy_id}"),
            _standing(action),
            action.requested_at,
            "POLICY",
            "Policy" if action.kind is ActionKind.POLICY else "Policy removal",
            f"policy-{action.policy_id}",
        )
        for action in device.pending
        if action.kind.is_policy
    ]
    return tuple(found)


def deployed_actions(device: Device) -> tuple[DeployedResource, ...]:
    """The security actions that are pending for a device."""
    return tuple(
        _resource(
            ACTION_TITLES[action.kind],
            _standing(action),
            action.requested_at,
            "ACTION",
            "Security action",
            f"action-{action.kind}",
        )
        for action in device.pending
        if not action.kind.is_policy
    )


def delivery_groups(device: Device, policies: Iterable[Policy]) -> tuple[DeployedResource, ...]:
    """The groups that the policies on a device are assigned to."""
    groups: dict[str, str] = {}
    times: dict[str, datetime | None] = {}
    for policy in policies:
        placed, waiting = device.policy(policy.id), device.policy_pending(policy.id)
        if not policy.assignment.group or (placed is None and waiting is None):
            continue
        name = policy.assignment.group
        status = SUCCESS if placed is not None and placed.is_installed and waiting is None else PENDING
        groups[name] = PENDING if PENDING in (status, groups.get(name)) else status
        times[name] = None if placed is None else placed.at
    return tuple(
        _resource(name, status, times[name], "DELIVERY_GROUP", "Delivery group", f"group-{name}")
        for name, status in groups.items()
    )


def installed_profiles(device: Device) -> tuple[InstalledProfile, ...]:
    """The profiles that installed policies have put on an Apple device."""
    if device.platform not in APPLE:
        return ()
    return tuple(
        InstalledProfile(
            identifier=profile_identifier(placed.policy_id),
            name=placed.name,
            organization=ORGANIZATION,
            received_date=milliseconds(placed.at),
            encrypted=False,
            managed=True,
            description=f"VPN policy {placed.name}, version {placed.version}",
        )
        for placed in device.policies
        if placed.is_installed
    )


def _standing(action: PendingAction) -> str:
    return FAILURE if action.waits_for in _FAILED and action.attempts else PENDING


def _resource(name: str, status: str, at: datetime | None, kind: str, label: str, key: str) -> DeployedResource:
    return DeployedResource(
        name=name,
        status=status,
        status_label=_LABELS[status],
        last_update=milliseconds(at),
        resource_type=kind,
        resource_type_label=label,
        resource_key=key,
    )
