"""The use cases of policies: read, create, change, delete, deploy, and a device's profile. Each change is one
transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..devices.device_tables import Batch, DeviceRecords
from ..devices.presence import Outages
from ..errors import Refusal
from ..inventory.certificate_table import Entries
from ..inventory.expiry import ExpiryRules
from ..model.bulk import DeviceIdentityCertificate, IdentityType
from ..model.certificate import Certificate
from ..model.device import ActionKind, Device, InstalledPolicy, Platform
from ..model.policy import EVERYBODY, Assignment, DeviceAuthentication, Policy, VpnSettings
from ..use_cases import Context, UseCases
from .assignment import chooser
from .deployment import DeviceCertificates, PolicyDeployment
from .policy_table import PolicyRecords
from .report import PlacedPolicy, PolicyReport, report_on
from .rollout import Deployed, Progress, Rollout
from .rules import check_entry, checked_assignment, checked_name, checked_platforms, checked_settings

if TYPE_CHECKING:
    from .delivery import Keystores

PolicyList = list[Policy]  # named here because ``Policies`` has a method called ``list``


class Policies(UseCases):
    """The VPN policies of a workspace.

    ``certificates`` are the bulk device certificates. ``outages`` gives ``Gate.outages``, ``expiry`` the site's
    rules. ``keystore_of`` exports an inventory entry as PKCS #12 under a password, with an audit line.
    """

    def __init__(
        self,
        context: Context,
        *,
        certificates: DeviceCertificates,
        outages: Callable[[], Outages] = lambda: (),
        expiry: Callable[[], ExpiryRules],
        keystore_of: Keystores,
    ) -> None:
        super().__init__(context)
        self._records = PolicyRecords(self._database)
        self._devices = DeviceRecords(self._database)
        self._bulk = self._database.table("bulk_certificates")
        self._entries = Entries(self._database)
        self._certificates = certificates
        self._outages = outages
        self._expiry = expiry
        self._keystore_of = keystore_of
        self.deployment = PolicyDeployment(self._database, self._records, certificates, outages, expiry)
        self._rollout = Rollout(context, self._devices, self._records, self.deployment, outages, expiry)

    # Reading

    def list(self) -> PolicyList:
        """Every policy, by id."""
        return self._records.all()

    def get(self, id: int) -> Policy:
        """One policy; refuses with ``policy-unknown``."""
        return self._records.get(id)

    def find(self, name: str) -> Policy:
        """The policy of this name, or of this id (``3``, ``#3``); refuses with ``policy-unknown``."""
        digits = name.strip().removeprefix("#")
        if digits.isascii() and digits.isdecimal():
            return self.get(int(digits[:18]))
        found = self._records.named(name)
        if found is None:
            raise Refusal("policy-unknown", f"there is no policy {name[:80]!r}", "`certfleet policy list` shows them.")
        return found

    def of_device(self, device: Device) -> PolicyList:
        """The policies of a device: installed, failed, pending, or due if it enrolled now; by id."""
        now, rules, outages = self._clock.now(), self._expiry(), self._outages()
        return [
            policy
            for policy in self.list()
            if device.policy(policy.id) is not None
            or ((waiting := device.policy_pending(policy.id)) is not None and waiting.kind is ActionKind.POLICY)
            or chooser(policy, now, rules, outages)(device)
        ]

    def on_device(self, device: Device) -> tuple[PlacedPolicy, ...]:
        """The installed and failed policies of a device, each with its certificate."""
        with self._database.moment():
            return tuple(PlacedPolicy(placed, self._brought(placed)) for placed in device.policies)

    def report(self, id: int) -> PolicyReport:
        """The state of a policy on each device that it applies to or that has it; refuses with ``policy-unknown``."""
        with self._database.moment():
            policy = self.get(id)
            is_for = chooser(policy, self._clock.now(), self._expiry(), self._outages())
            return report_on(policy, self._devices.each(), is_for)

    def profile_for(self, device_id: int, policy_id: int) -> bytes:
        """The configuration profile that a device gets from the current policy: an unsigned ``.mobileconfig``.

        It contains the device's private key and its password, so this leaves an audit line. Refuses with
        ``device-unknown``, ``policy-unknown``, ``policy-not-for-device`` or ``no-device-certificate``.
        """
        with self._database.transaction():
            self._audit.permit("policy.export-profile")
            device, policy = self._devices.get(device_id), self.get(policy_id)
            if device.platform not in policy.platforms or policy not in self.of_device(device):
                raise Refusal(
                    "policy-not-for-device", f"policy {policy.name} is not for device {device.id} ({device.name})"
                )
            from .delivery import profile_of

            data = profile_of(policy, device, self.deployment, self._certificates, self._keystore_of)
            self._audit.record(
                "policy.export-profile",
                f"device:{device.id}",
                f"configuration profile of policy {policy.name} for {device.name} exported, with its private key",
            )
        return data

    # Changing

    def create(
        self,
        name: str,
        *,
        vpn: VpnSettings,
        platforms: Iterable[Platform] = (Platform.IOS,),
        assignment: Assignment = EVERYBODY,
        progress: Progress | None = None,
    ) -> Deployed:
        """Create a policy and queue it for every device that it applies to.

        Refuses with ``policy-exists``, ``policy-name-invalid``, ``platform-unsupported``, ``server-invalid``,
        ``identity-type-missing``, ``vpn-certificate-missing``, ``vpn-setting-invalid``, ``assignment-invalid``,
        ``filter-unclear``, ``device-unknown``, and for the certificate with ``not-found``, ``no-private-key``,
        ``certificate-replaced`` or ``key-unsupported``.
        """
        with self._database.transaction():
            now, user = self._clock.now(), self._actor.user
            policy = Policy(
                id=self._records.next_id(),
                name=name,
                platforms=tuple(platforms),
                vpn=vpn,
                assignment=assignment,
                created_at=now,
                created_by=user,
                changed_at=now,
                changed_by=user,
            )
            policy = self._checked(policy)
            self._records.put([policy])
            return self._logged("create", "created", self._rollout.bring_in_line(policy, progress))

    def change(
        self,
        id: int,
        *,
        name: str | None = None,
        vpn: VpnSettings | None = None,
        platforms: Iterable[Platform] | None = None,
        assignment: Assignment | None = None,
        progress: Progress | None = None,
    ) -> Deployed:
        """Change a policy; None keeps a value. Devices get the policy again if its settings changed; it is removed from
        devices it no longer applies to. Refuses as ``create`` does, and with ``policy-unknown``."""
        with self._database.transaction():
            before = self.get(id)
            policy = self._checked(
                replace(
                    before,
                    name=before.name if name is None else name,
                    vpn=before.vpn if vpn is None else vpn,
                    platforms=before.platforms if platforms is None else tuple(platforms),
                    assignment=before.assignment if assignment is None else assignment,
                )
            )
            if policy == before:
                self._audit.permit("policy.change")
                return Deployed(policy=before)
            if (policy.name, policy.vpn) != (before.name, before.vpn):
                policy = replace(policy, version=before.version + 1)
            policy = self._put_changed(before, policy)
            return self._logged("change", "changed", self._rollout.bring_in_line(policy, progress))

    def deploy(self, id: int, progress: Progress | None = None) -> Deployed:
        """Re-evaluate which devices a policy applies to, queue it for those that lack it, and remove it from the
        others. Refuses with ``policy-unknown``."""
        with self._database.transaction():
            return self._logged("deploy", "deployed", self._rollout.bring_in_line(self.get(id), progress))

    def delete(self, id: int, progress: Progress | None = None) -> Deployed:
        """Delete a policy; each device removes it at its next check-in. Refuses with ``policy-unknown``."""
        with self._database.transaction():
            deleted = self._rollout.take_off(self.get(id), progress)
            self._records.remove(id)
            return self._logged("delete", "deleted", deleted)

    # Reactions, inside the caller's transaction

    def certificates_changed(self, changed: Iterable[tuple[IdentityType, str]]) -> int:
        """Bulk device certificates for these identities were imported, replaced or deleted.

        Devices with a policy that installs such a certificate get the policy again. Returns the number of devices.
        """
        return self._rollout.certificates_changed(changed)

    def users_of(self, certificate_id: int) -> tuple[str, ...]:
        """The policies that install an inventory entry on devices, in words."""
        return tuple(f"the policy {policy.name}" for policy in self._with_entry(certificate_id))

    def entry_changed(self, old_id: int, new: Certificate) -> tuple[str, ...]:
        """An inventory entry was replaced by ``new`` or overwritten: its policies install the new certificate.

        Returns their names.
        """
        policies = self._with_entry(old_id)
        for policy in policies:
            vpn = replace(policy.vpn, certificate_id=new.id)
            changed = self._put_changed(policy, replace(policy, vpn=vpn, version=policy.version + 1))
            done = f"changed: it brings certificate {new.id} ({new.name})"
            self._logged("change", done, self._rollout.bring_in_line(changed))
        return tuple(f"the policy {policy.name}" for policy in policies)

    def newcomers(self, batch: Batch) -> None:
        """Queue the existing policies for devices that were enrolled in the past. ``batch`` is not written yet."""
        self._rollout.newcomers(batch)

    def _brought(self, placed: InstalledPolicy) -> DeviceIdentityCertificate | Certificate | None:
        record: DeviceIdentityCertificate | Certificate | None = None
        if placed.certificate_id is not None:
            record = self._bulk.record(placed.certificate_id, DeviceIdentityCertificate)
        elif placed.entry_id is not None:
            record = self._entries.peek(placed.entry_id)
        return record if record is not None and record.fingerprint_sha256 == placed.fingerprint_sha256 else None

    def _checked(self, policy: Policy) -> Policy:
        name, vpn = checked_name(policy.name), checked_settings(policy.vpn)
        twin = self._records.named(name)
        if twin is not None and twin.id != policy.id:
            raise Refusal("policy-exists", f"policy {twin.id} is called {twin.name}", "Choose another name.")
        platforms = checked_platforms(policy.platforms, vpn)
        assignment = checked_assignment(policy.assignment, self._clock.now())
        for id in assignment.devices:
            self._devices.get(id)
        if vpn.device_authentication is DeviceAuthentication.CERTIFICATE:
            check_entry(self._entries.get(vpn.certificate_id or 0))
        return replace(policy, name=name, vpn=vpn, platforms=platforms, assignment=assignment)

    def _put_changed(self, before: Policy, after: Policy) -> Policy:
        after = replace(after, changed_at=self._clock.now(), changed_by=self._actor.user)
        self._records.write(before, after)
        return after

    def _with_entry(self, certificate_id: int) -> PolicyList:
        return [policy for policy in self.list() if policy.vpn.certificate_id == certificate_id]

    def _logged(self, action: str, done: str, deployed: Deployed) -> Deployed:
        policy, said = deployed.policy, str(deployed)
        summary = f"policy {policy.name} {done}{f', {said}' if said else ''}"
        self._audit.record(f"policy.{action}", f"policy:{policy.id}", summary)
        return deployed
