"""What each device gets through its policies, and with which certificate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from ..devices.enrollment_kinds import not_taken
from ..devices.policy_installation import Offer
from ..devices.presence import Outages
from ..inventory.certificate_table import Entries
from ..inventory.expiry import ExpiryRules
from ..model.bulk import DeviceIdentityCertificate, IdentityType
from ..model.certificate import Certificate
from ..model.device import Device
from ..model.policy import DeviceAuthentication, Policy
from ..persistence.database import Database
from .assignment import chooser
from .policy_table import PolicyRecords
from .rules import IDENTITY_TITLES, usable_key

TABLES = ("policies", "bulk_certificates")
"""The tables that an offer is made from, besides the inventory."""


class DeviceCertificates(Protocol):
    """The part of the bulk device certificates that policies need."""

    def find(self, identity_type: IdentityType, identity: str) -> DeviceIdentityCertificate | None:
        """The certificate for a device with this identity."""
        ...

    def identities(self, identity_type: IdentityType) -> frozenset[str]:
        """The normalised identities of that type that have one."""
        ...

    def pkcs12(self, id: int) -> tuple[bytes, str]:
        """Its PKCS #12 file and the password."""
        ...


class PolicyDeployment:
    """A ``store.devices.policies.Deployment`` over the tables of a workspace."""

    def __init__(
        self,
        database: Database,
        records: PolicyRecords,
        certificates: DeviceCertificates,
        outages: Callable[[], Outages],
        expiry: Callable[[], ExpiryRules],
    ) -> None:
        self._records = records
        self._certificates = certificates
        self._outages = outages
        self._expiry = expiry
        self._entries = Entries(database)
        self._known: dict[int, tuple[object, Offer]] = {}

    def offer(self, policy_id: int, device: Device) -> Offer | None:
        """What a device gets from the current policy; None if there is no such policy."""
        policy = self._records.peek(policy_id)
        if policy is None:
            return None
        untaken = not_taken(device.enrollment_kind, device.platform, policy.vpn.connection_type)
        if untaken is not None:
            return Offer(policy.name, policy.version, lacking=untaken.reason, code=untaken.code)
        if policy.vpn.device_authentication is DeviceAuthentication.CERTIFICATE:
            return self._same_for_all(policy)
        assert policy.vpn.identity_type is not None
        return self._by_identity(policy, policy.vpn.identity_type, device)

    def first(self, device: Device, now: datetime) -> Sequence[int]:
        """The policies for a device that enrolls, by id."""
        policies = self._records.all()
        if not policies:
            return ()
        rules, outages = self._expiry(), self._outages()
        return [policy.id for policy in policies if chooser(policy, now, rules, outages)(device)]

    def certified(self, kind: IdentityType) -> frozenset[str]:
        """The normalised identities of a kind that have a bulk device certificate."""
        return self._certificates.identities(kind)

    def identity_certificate(self, policy: Policy, device: Device) -> DeviceIdentityCertificate | None:
        """The bulk device certificate that the policy installs on a device, or None."""
        kind = policy.vpn.identity_type
        value = None if kind is None else getattr(device, kind.field)
        return None if kind is None or not value else self._certificates.find(kind, value)

    def entry(self, policy: Policy) -> Certificate:
        """The inventory entry that the policy installs on every device."""
        assert policy.vpn.certificate_id is not None
        return self._entries.get(policy.vpn.certificate_id)

    def _by_identity(self, policy: Policy, kind: IdentityType, device: Device) -> Offer:
        title, value = IDENTITY_TITLES[kind], getattr(device, kind.field)
        if not value:
            return Offer(policy.name, policy.version, lacking=f"it has no {title}")
        found = self.identity_certificate(policy, device)
        if found is None:
            return Offer(policy.name, policy.version, lacking=f"no device certificate for {title} {value}")
        if not usable_key(found.key_algorithm):
            lacking = f"devices can't use the key of its certificate ({found.key_algorithm})"
            return Offer(policy.name, policy.version, lacking=lacking)
        return Offer(
            policy.name,
            policy.version,
            certificate_id=found.id,
            fingerprint_sha256=found.fingerprint_sha256,
            certificate=f"the device certificate for {title} {value}",
        )

    def _same_for_all(self, policy: Policy) -> Offer:
        key = policy, self._entries.table.generation
        known = self._known.get(policy.id)
        if known is None or known[0] != key:
            entry = self.entry(policy)
            if entry.has_private_key:
                offer = Offer(
                    policy.name,
                    policy.version,
                    entry_id=entry.id,
                    fingerprint_sha256=entry.fingerprint_sha256,
                    certificate=f"certificate {entry.id} ({entry.name})",
                )
            else:
                lacking = f"certificate {entry.id} ({entry.name}) has no private key here"
                offer = Offer(policy.name, policy.version, lacking=lacking)
            known = self._known[policy.id] = key, offer
        return known[1]
