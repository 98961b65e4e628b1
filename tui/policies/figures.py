"""The policies in numbers: the devices that have each, and those that lack their certificate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ...store.model.audit import AuditLine
from ...store.model.device import ActionKind, Device
from ...store.model.policy import Policy
from ...store.policies.assignment import Chooser, brought_in_line, chooser
from ...store.policies.report import DeploymentStatus, place_of
from ...store.workspace import Workspace

NAMED = 8  # devices named among those that lack something
LINES = 20  # of the audit trail

HELP = (
    ("field vpn", "all the words, anywhere: name, server, whom it is for …"),
    ("-imei", "a minus before a word turns it round"),
)
"""For help: what to write in the filter of the policies, and what it finds."""

PROBLEMS = (DeploymentStatus.WITHOUT_CERTIFICATE, DeploymentStatus.NOT_TAKEN, DeploymentStatus.FAILED)


@dataclass(frozen=True)
class PolicyFigures:
    """A policy and its counts. ``lacking`` are the first devices that don't have it as they should, ``history`` its
    latest audit lines, newest first."""

    policy: Policy
    counts: Counter[DeploymentStatus]
    lacking: tuple[Device, ...] = ()
    history: tuple[AuditLine, ...] = ()

    @property
    def id(self) -> int:
        """The policy's id."""
        return self.policy.id

    @property
    def total(self) -> int:
        """The number of devices that the policy concerns."""
        return self.counts.total()


class PoliciesFound(NamedTuple):
    """The policies, and the number of bulk device certificates."""

    figures: tuple[PolicyFigures, ...]
    certificates: int


def look(workspace: Workspace, devices: Sequence[Device]) -> PoliciesFound:
    """Count over ``devices``, the fleet as the caller has read it. Takes some hundredths of a second for 10,000."""
    policies, now, rules = workspace.policies.list(), workspace.now(), workspace.expiry()
    outages = workspace.impact.gate(now).outages if policies else ()
    figures = tuple(
        count_policy(
            policy,
            devices,
            chooser(policy, now, rules, outages),
            tuple(workspace.audit.about(f"policy:{policy.id}")[:LINES]),
        )
        for policy in policies
    )
    return PoliciesFound(figures, workspace.bulk.count())


def count_policy(
    policy: Policy, devices: Iterable[Device], is_for: Chooser, history: tuple[AuditLine, ...] = ()
) -> PolicyFigures:
    """Count the devices of a policy."""
    counts, lacking = Counter[DeploymentStatus](), list[Device]()
    for device in devices:
        place = place_of(policy, device, is_for)
        if place is not None:
            counts[place] += 1
            if place in PROBLEMS and len(lacking) < NAMED:
                lacking.append(device)
    return PolicyFigures(policy, counts, tuple(lacking), history)


def has_it(policy_id: int, devices: Iterable[Device]) -> int:
    """The number of devices with a policy installed, in its present or an earlier version."""
    placed = (device.policy(policy_id) for device in devices)
    return sum(one is not None and one.is_installed for one in placed)


class DeploymentPlan(NamedTuple):
    """The effect of deploying: ``gets`` devices would receive the policy, ``loses`` would have it removed."""

    gets: int
    loses: int


def plan_of(workspace: Workspace, policy: Policy, devices: Iterable[Device]) -> DeploymentPlan:
    """The plan of ``workspace.policies.deploy``."""
    now = workspace.now()
    is_for = chooser(policy, now, workspace.expiry(), workspace.impact.gate(now).outages)
    counts = Counter[ActionKind | None]()
    for device in devices:
        changed = brought_in_line(device, policy, is_for(device), now, workspace.actor.user)
        if changed is not device:
            waiting = changed.policy_pending(policy.id)
            counts[None if waiting is None else waiting.kind] += 1
    return DeploymentPlan(counts[ActionKind.POLICY], counts[ActionKind.POLICY_REMOVAL] + counts[None])
