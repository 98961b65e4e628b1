"""The state of a policy on each device."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from ..model.bulk import DeviceIdentityCertificate
from ..model.certificate import Certificate
from ..model.device import ActionKind, Device, InstalledPolicy, PendingAction, WaitsFor
from ..model.policy import Policy
from .assignment import Chooser


class DeploymentStatus(StrEnum):
    """The state of a policy on a device.

    ``FAILED``: the device answered with an error or not at all; it will be asked again. ``NOT_TAKEN``: a
    device enrolled that way doesn't take the policy. ``NOT_DEPLOYED``: the policy applies to it now but didn't when it
    was deployed. ``NOT_ENROLLED``: it gets the policy when it enrolls.
    """

    INSTALLED = "installed"
    PENDING = "pending"
    FAILED = "failed"
    WITHOUT_CERTIFICATE = "without certificate"
    NOT_TAKEN = "not taken"
    REMOVING = "removing"
    NOT_DEPLOYED = "not deployed"
    NOT_ENROLLED = "not enrolled"


class PolicyOnDevice(Struct, frozen=True):
    """A device and the policy's state on it."""

    device: Device
    place: DeploymentStatus


class PlacedPolicy(Struct, frozen=True):
    """A policy on a device, or one that it should have, and the certificate installed with it.

    ``certificate`` is None if none was installed, or if its record is gone or holds another one by now: the device
    still has it, and its fingerprint is in ``placed``.
    """

    placed: InstalledPolicy
    certificate: DeviceIdentityCertificate | Certificate | None = None


class PolicyReport(Struct, frozen=True, kw_only=True):
    """A policy on the devices that it applies to or that have it, by id."""

    policy: Policy
    standings: tuple[PolicyOnDevice, ...]

    def counts(self) -> dict[DeploymentStatus, int]:
        """The number of devices in each state, including zero."""
        counted = Counter(standing.place for standing in self.standings)
        return {place: counted[place] for place in DeploymentStatus}

    def devices(self, place: DeploymentStatus) -> tuple[Device, ...]:
        """The devices in these states."""
        return tuple(standing.device for standing in self.standings if standing.place is place)


def report_on(policy: Policy, devices: Iterable[Device], is_for: Chooser) -> PolicyReport:
    """The report on a policy, over the devices of the workspace."""
    placed = ((device, place_of(policy, device, is_for)) for device in devices)
    standings = tuple(PolicyOnDevice(device, place) for device, place in placed if place is not None)
    return PolicyReport(policy=policy, standings=standings)


def place_of(policy: Policy, device: Device, is_for: Chooser) -> DeploymentStatus | None:
    """The state of a policy on a device; None if they are unrelated."""
    placed, waiting = device.policy(policy.id), device.policy_pending(policy.id)
    if not device.state.is_admitted:
        return DeploymentStatus.NOT_ENROLLED if is_for(device) else None
    if waiting is not None:
        return _place_in_the_queue(waiting)
    if placed is not None:
        if placed.is_installed:
            return DeploymentStatus.INSTALLED
        return DeploymentStatus.NOT_TAKEN if placed.code else DeploymentStatus.WITHOUT_CERTIFICATE
    return DeploymentStatus.NOT_DEPLOYED if is_for(device) else None


def _place_in_the_queue(waiting: PendingAction) -> DeploymentStatus:
    if waiting.kind is ActionKind.POLICY_REMOVAL:
        return DeploymentStatus.REMOVING
    return (
        DeploymentStatus.FAILED if waiting.waits_for in (WaitsFor.ERROR, WaitsFor.ANSWER) else DeploymentStatus.PENDING
    )
