"""What is about certificates, devices and what depends on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import CANNOT_WRITE, Refusal
from .made_once import made_once
from .site_use_cases import SiteUseCases

if TYPE_CHECKING:
    from ..apns.apns import Apns
    from ..authorities.authorities import Authorities
    from ..authorities.ca_groups import CaGroups
    from ..authorities.group_changes import GroupChanges
    from ..bulk.bulk import BulkCertificates
    from ..checklist.worries import Worries
    from ..components.components import Components
    from ..components.tasks import Tasks
    from ..consequences.landscape_reader import LandscapeReader
    from ..devices.changing import DeviceChanges
    from ..devices.deletion import Deletions
    from ..devices.devices import Devices
    from ..devices_import.importing import DeviceImports
    from ..due_notices.due_notices import DueNotices
    from ..due_notices.escalation import Escalation
    from ..due_notices.holding_notices import HoldingNotices
    from ..due_notices.summaries import Summaries
    from ..effects.trials import Trials
    from ..endpoints.chain_import import EndpointImports
    from ..endpoints.checking import EndpointChecks
    from ..endpoints.endpoints import Endpoints
    from ..impact.impact import Impact
    from ..inventory.entry_users import EntryUser
    from ..inventory.inventory import Inventory
    from ..inventory.requests import SigningRequests
    from ..monitoring.metrics import Metrics
    from ..policies.policies import Policies
    from ..profiles.profiles import Profiles
    from ..push.portal import PushPortal
    from ..settling.settling import Settling
    from ..trust.trust import Trust
    from ..trust.verdicts import Verdicts
    from ..undoing.undoing import Undoing
    from ..watching.watching import EndpointWatching


class FleetUseCases(SiteUseCases):
    """All use cases of a workspace. Reading one imports its module and makes it."""

    def settle(self) -> None:
        """Do what is due by the clock: notices, and the effects of expired certificates on devices.

        Opening does it, and every transaction; who stays open on a wall clock calls it from time to time. It does
        nothing if the storage is read-only or busy.
        """
        try:
            self._settling.settle()
        except Refusal as refusal:
            if refusal.code not in CANNOT_WRITE:
                raise

    def _users_of(self, certificate_id: int) -> tuple[EntryUser, ...]:
        """The users of an inventory entry."""
        from ..inventory.entry_users import EntryUser

        ways_out = (
            (self.components, "Bind another certificate first."),
            (self.policies, "Change or delete the policy first."),
            (self.trust, f"Withdraw it first: `certfleet trust withdraw {certificate_id}`."),
        )
        return tuple(EntryUser(name, way) for users, way in ways_out for name in users.users_of(certificate_id))

    def _keystore_of(self, certificate_id: int, password: str) -> bytes:
        """An inventory entry as PKCS #12."""
        from ..inventory.sources import ExportFormat

        return self.inventory.export(certificate_id, ExportFormat.PKCS12, password=password, legacy=True)

    @made_once
    def requests(self) -> SigningRequests:
        from ..inventory.requests import SigningRequests

        return SigningRequests(self.context)

    @made_once
    def inventory(self) -> Inventory:
        from ..inventory.inventory import Inventory

        return Inventory(self.context, requests=self.requests, users_of=self._users_of)

    @made_once
    def portal(self) -> PushPortal:
        from ..push.portal import PushPortal

        return PushPortal(self.context)

    @made_once
    def components(self) -> Components:
        from ..components.components import Components

        return Components(self.context, site=self.site.get, owner_of=lambda topic: self.portal.owner_of(topic))

    @made_once
    def trust(self) -> Trust:
        from ..trust.trust import Trust

        return Trust(self.context)

    @made_once
    def tasks(self) -> Tasks:
        from ..components.tasks import Tasks

        return Tasks(self.context, site=self.site.get)

    @made_once
    def verdicts(self) -> Verdicts:
        from ..trust.verdicts import Verdicts

        return Verdicts(self.context, inventory=self.inventory, components=self.components, trust=self.trust)

    @made_once
    def profiles(self) -> Profiles:
        from ..profiles.profiles import Profiles

        return Profiles(self.context, users_of=self.components.users_of_profile)

    @made_once
    def _groups(self) -> CaGroups:
        from ..authorities.ca_groups import CaGroups

        return CaGroups(self.context, notices=self.notices)

    @made_once
    def authorities(self) -> Authorities:
        from ..authorities.authorities import Authorities

        return Authorities(self.context, notices=self.notices, inventory=self.inventory)

    @made_once
    def ca_groups(self) -> GroupChanges:
        from ..authorities.group_changes import GroupChanges

        return GroupChanges(self.context, authorities=self.authorities)

    @made_once
    def bulk(self) -> BulkCertificates:
        from ..bulk.bulk import BulkCertificates

        return BulkCertificates(self.context)

    @made_once
    def policies(self) -> Policies:
        from ..policies.policies import Policies

        return Policies(
            self.context,
            certificates=self.bulk,
            outages=lambda: self.impact.gate().outages,
            expiry=self.site.expiry,
            keystore_of=self._keystore_of,
        )

    @made_once
    def devices(self) -> Devices:
        from ..devices.devices import Devices

        return Devices(
            self.context,
            groups=self._groups,
            authorities=lambda: self.authorities,
            gate=self.impact.gate,
            deployment=self.policies.deployment,
        )

    @made_once
    def device_imports(self) -> DeviceImports:
        from ..devices_import.importing import DeviceImports

        return DeviceImports(self.context)

    @made_once
    def device_changes(self) -> DeviceChanges:
        from ..devices.changing import DeviceChanges

        return DeviceChanges(self.context)

    @made_once
    def deletions(self) -> Deletions:
        from ..devices.deletion import Deletions

        return Deletions(self.context, groups=self._groups)

    @made_once
    def _reader(self) -> LandscapeReader:
        from ..consequences.landscape_reader import LandscapeReader

        return LandscapeReader(self.database, site=self.site.get, groups=self._groups)

    @made_once
    def _worries(self) -> Worries:
        from ..checklist.worries import Worries

        return Worries(self.context, site=self.site.get, channels=self.channels, drills=self.drills)

    @made_once
    def impact(self) -> Impact:
        from ..impact.impact import Impact

        return Impact(
            self.context,
            groups=self._groups,
            provision=lambda: self.authorities.provision(),
            reader=self._reader,
            worries=self._worries,
        )

    @made_once
    def _due(self) -> DueNotices:
        from ..due_notices.due_notices import DueNotices

        return DueNotices(self.database, self._reader)

    @made_once
    def _holding(self) -> HoldingNotices:
        from ..due_notices.holding_notices import HoldingNotices

        others = self.channels.keys, self.drills.keys
        return HoldingNotices(self.database, reader=self._reader, due=self._due, others=others)

    @made_once
    def summaries(self) -> Summaries:
        from ..due_notices.summaries import Summaries

        return Summaries(self.context, outbox=self.outbox, holding=self._holding)

    @made_once
    def metrics(self) -> Metrics:
        from ..monitoring.metrics import Metrics

        return Metrics(
            self.context,
            impact=self.impact,
            groups=self._groups,
            outbox=self.outbox,
            backup_at=self.backups.newest_at,
        )

    @made_once
    def apns(self) -> Apns:
        from ..apns.apns import Apns
        from ..impact.platform_counts import apple_devices
        from ..push.renewal import PushCertificates

        return Apns(
            self.context,
            components=self.components,
            inventory=self.inventory,
            requests=self.requests,
            portal=self.portal,
            certificates=PushCertificates(self.portal, self.requests, self.inventory),
            tasks=self.tasks,
            apple_devices=lambda: apple_devices(self.database),
        )

    @made_once
    def _escalation(self) -> Escalation:
        from ..due_notices.escalation import Escalation

        return Escalation(self.context, site=self.site.get, outbox=self.outbox, holding=self._holding)

    @made_once
    def _settling(self) -> Settling:
        from ..settling.settling import Settling

        return Settling(
            self.context,
            groups=self._groups,
            notices=self.notices,
            reader=self._reader,
            due=self._due,
            deletions=self.deletions,
            escalation=self._escalation,
            drills=self.drills,
        )

    @made_once
    def endpoints(self) -> Endpoints:
        from ..components.naming import checked_need
        from ..components.needs import is_shown
        from ..endpoints.endpoints import Endpoints

        return Endpoints(
            self.context,
            checked_need=checked_need,
            shown=is_shown,
            gate=self.impact.gate,
            expiry=self.site.expiry,
        )

    @made_once
    def endpoint_checks(self) -> EndpointChecks:
        from ..endpoints.checking import EndpointChecks

        return EndpointChecks(self.context, endpoints=self.endpoints, site=self.site.get)

    @made_once
    def endpoint_imports(self) -> EndpointImports:
        from ..endpoints.chain_import import EndpointImports

        return EndpointImports(
            self.context,
            endpoints=self.endpoints,
            inventory=self.inventory,
            bind=lambda need, id, name: self.components.bind(need, id, name=name),
        )

    @made_once
    def watching(self) -> EndpointWatching:
        from ..watching.watching import EndpointWatching

        return EndpointWatching(
            self.context,
            checks=self.endpoint_checks,
            reader=self._reader,
            folder=self.path,
            settle=self.settle,
        )

    @made_once
    def trials(self) -> Trials:
        from ..effects.trials import Trials

        return Trials(
            self.context,
            impact=self.impact,
            settling=self._settling,
            reader=self._reader,
            moments=self.moments,
        )

    @made_once
    def undoing(self) -> Undoing:
        from ..undoing.putting_back import UseCasesOfUndo
        from ..undoing.undoing import Undoing

        return Undoing(
            self.context,
            UseCasesOfUndo(
                inventory=self.inventory,
                policies=self.policies,
                components=self.components,
                trust=self.trust,
                owners=self.owners,
                site=self.site,
                devices=self.device_changes,
            ),
            self.moments,
        )
