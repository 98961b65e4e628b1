"""Policies, and the policies on devices."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Refusal
from ..model.certificate import Certificate
from ..model.device import ActionKind
from ..model.policy import Policy
from ..persistence.database import Database
from ..policies.rules import checked_assignment, checked_name, checked_platforms, checked_settings
from .devices import DeviceChecks, Governed
from .report import Problem


def check_policies(database: Database, entries: dict[int, Certificate], fleet: DeviceChecks) -> Iterator[Problem]:
    """Problems in the table ``policies``, and in the devices' policies."""
    policies = {policy.id: policy for policy in database.engine.records("policies", Policy)}
    names: set[str] = set()
    for policy in policies.values():
        record = f"policy:{policy.id}"
        if policy.name.casefold() in names:
            yield Problem("same-name", record, f"another policy is called {policy.name} too")
        names.add(policy.name.casefold())
        try:
            checked_name(policy.name)
            checked_platforms(policy.platforms, checked_settings(policy.vpn))
            checked_assignment(policy.assignment, policy.changed_at)
        except Refusal as refusal:
            yield Problem("policy-invalid", record, refusal.message)
        used = policy.vpn.certificate_id
        if used is not None and used not in entries:
            yield Problem("reference-broken", record, f"certificate {used} is not there")
        for id in policy.assignment.devices:
            if id not in fleet:
                yield Problem("reference-broken", record, f"device {id} is not there")
    if not fleet.governed:
        return
    brought = {row.id for row in database.engine.scan("bulk_certificates") if row.body is not None}
    for id, governed in fleet.governed.items():
        for finding in _contradictions(governed, policies, brought):
            yield Problem("policy-differs", f"device:{id}", finding)


def _contradictions(device: Governed, policies: dict[int, Policy], brought: set[int]) -> Iterator[str]:
    """A device's installed or pending policies that contradict the policies or bulk certificates (``brought``)."""
    placed = {one.policy_id: one for one in device.policies}
    waiting = {action.policy_id: action for action in device.pending}
    if len(placed) < len(device.policies) or len(waiting) < len(device.pending):
        yield "a policy is installed or pending twice"
    for action in device.pending:
        if (action.policy_id is not None) != action.kind.is_policy:
            yield "a pending action names a policy but isn't about one, or the other way round"
        elif action.kind is ActionKind.POLICY and action.policy_id not in policies:
            yield f"policy {action.policy_id} is pending for it and is not there"
        elif action.kind is ActionKind.POLICY_REMOVAL and action.policy_id not in placed:
            yield f"policy {action.policy_id} is to be taken off, and it doesn't have it"
    if not device.admitted:
        return  # its old policies may be gone: it gets everything again when it enrolls
    for id, one in placed.items():
        policy = policies.get(id)
        if policy is None:
            if id not in waiting:
                yield f"it has policy {id} ({one.name}), which is not there"
        elif one.version > policy.version:
            yield f"it has version {one.version} of policy {id}, of which there are {policy.version}"
        if one.certificate_id is not None and one.certificate_id not in brought and id not in waiting:
            yield f"it has device certificate {one.certificate_id}, which is not there"
