"""Queueing policies for devices: when a policy is created, changed, deployed or deleted, when its certificate changes,
and for devices enrolled in the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from msgspec import Struct

from ..devices.device_tables import Batch, DeviceRecords
from ..devices.policy_installation import request_policy, request_removal
from ..devices.presence import Outages
from ..devices.push_pace import paced, pushes_a_minute
from ..inventory.expiry import ExpiryRules
from ..model.bulk import IdentityType
from ..model.device import ActionKind, Device
from ..model.events import Doubted
from ..model.policy import Policy
from ..use_cases import Context, UseCases
from ..words import plural
from .assignment import brought_in_line, chooser
from .deployment import PolicyDeployment
from .lacking import Lacking
from .policy_table import PolicyRecords

Progress = Callable[[int, int], None]
_EVERY = 500  # devices between two progress reports


class Deployed(Struct, frozen=True, kw_only=True):
    """The result of a change: the policy, and how many devices now have its installation or removal in their queue,
    including those that had it before."""

    policy: Policy
    pending: int = 0
    removing: int = 0

    def __str__(self) -> str:
        """``pending for 412 devices, to be taken off 1 device``; empty if there are none."""
        said = []
        if self.pending:
            said.append(f"pending for {plural(self.pending, 'device')}")
        if self.removing:
            said.append(f"to be taken off {plural(self.removing, 'device')}")
        return ", ".join(said)


class Rollout(UseCases):
    """Each method writes devices, inside the caller's transaction."""

    def __init__(
        self,
        context: Context,
        devices: DeviceRecords,
        records: PolicyRecords,
        deployment: PolicyDeployment,
        outages: Callable[[], Outages],
        expiry: Callable[[], ExpiryRules],
    ) -> None:
        super().__init__(context)
        self._devices = devices
        self._records = records
        self._deployment = deployment
        self._outages = outages
        self._expiry = expiry

    def bring_in_line(self, policy: Policy, progress: Progress | None = None) -> Deployed:
        """Queue the policy for every device that it applies to and that lacks the current version; remove it from the
        others."""
        now, by = self._clock.now(), self._actor.user
        is_for = chooser(policy, now, self._expiry(), self._outages())
        kind = policy.vpn.identity_type
        lacking = None if kind is None else Lacking(policy, kind, self._deployment.certified(kind))

        def in_line(device: Device) -> Device:
            changed = brought_in_line(device, policy, is_for(device), now, by)
            if lacking is not None:
                lacking.count(changed)
            return changed

        deployed = self._over_all(policy, in_line, progress)
        self._tell(Doubted(() if lacking is None else lacking.notes()))
        return deployed

    def take_off(self, policy: Policy, progress: Progress | None = None) -> Deployed:
        """Queue the removal for every device that has the policy."""
        now, by = self._clock.now(), self._actor.user
        return self._over_all(policy, lambda device: request_removal(device, policy.id, now, by), progress)

    def certificates_changed(self, changed: Iterable[tuple[IdentityType, str]]) -> int:
        """Queue the policy again for devices with these identities whose policy installs such a certificate, unless
        they already have the right one; returns the number of devices."""
        concerned: dict[IdentityType, list[Policy]] = {}
        for policy in self._records.all():
            if policy.vpn.identity_type is not None:
                concerned.setdefault(policy.vpn.identity_type, []).append(policy)
        batch = Batch()
        for kind, identity in changed if concerned else ():
            device = self._devices.find_by(kind.field, identity) if kind in concerned else None
            if device is None:
                continue
            device = batch.devices.get(device.id, device)
            for policy in concerned[kind]:
                updated = self._with_its_certificate(policy, device)
                if updated is not device:
                    device = batch.devices[device.id] = updated
        self._devices.write(batch)
        return len(batch.devices)

    def newcomers(self, batch: Batch) -> None:
        """Queue the existing policies for a batch of devices that is not written yet."""
        now, rules, outages = self._clock.now(), self._expiry(), self._outages()
        policies = self._records.all()
        if policies:
            batch.read_devices()
        for policy in policies:
            is_for = chooser(policy, now, rules, outages)
            for id, device in batch.devices.items():
                if is_for(device):
                    batch.devices[id] = request_policy(device, policy.id, now, policy.changed_by)

    def _over_all(self, policy: Policy, rule: Callable[[Device], Device], progress: Progress | None) -> Deployed:
        batch, devices = Batch(), self._devices.all()
        queued: Counter[ActionKind] = Counter()
        now, a_minute = self._clock.now(), pushes_a_minute(self._database)
        for number, device in enumerate(devices):
            if progress is not None and number % _EVERY == 0:
                progress(number, len(devices))
            changed = rule(device)
            if changed is not device:
                changed = paced(changed, now, len(batch.devices), a_minute)
                batch.devices[device.id] = changed
            if (waiting := changed.policy_pending(policy.id)) is not None:
                queued[waiting.kind] += 1
        self._devices.write(batch)
        if progress is not None:
            progress(len(devices), len(devices))
        return Deployed(policy=policy, pending=queued[ActionKind.POLICY], removing=queued[ActionKind.POLICY_REMOVAL])

    def _with_its_certificate(self, policy: Policy, device: Device) -> Device:
        placed = device.policy(policy.id)
        if placed is None or device.policy_pending(policy.id) is not None:
            return device  # a pending action looks up the certificate when it is carried out
        offer = self._deployment.offer(policy.id, device)
        if offer is None or (placed.note, placed.fingerprint_sha256) == (offer.lacking, offer.fingerprint_sha256):
            return device
        return request_policy(device, policy.id, self._clock.now(), self._actor.user)
