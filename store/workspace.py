"""The workspace, the only handle that front ends hold: a store with its clock, its vault and its use cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from .accounts.accounts import Accounts
from .accounts.logins import Logins
from .accounts.scrape_tokens import ScrapeTokens
from .accounts.shell_access import ShellAccess
from .audit import ActingPerson, AuditTrail
from .authorities.authorities import Authorities
from .authorities.group_changes import GroupChanges
from .backups.backups import Backups
from .bulk.bulk import BulkCertificates
from .clock import Clock, StoredClock, virtual
from .devices.changing import DeviceChanges
from .devices.deletion import Deletions
from .devices.devices import Devices
from .devices_import.importing import DeviceImports
from .effects.trials import Trials
from .endpoints.chain_import import EndpointImports
from .endpoints.checking import EndpointChecks
from .endpoints.endpoints import Endpoints
from .errors import CANNOT_WRITE, Refusal
from .folder import KEY_FILE, key_file_for, prepare_folder
from .impact.apns import Apns
from .impact.components import Components, checked_need
from .impact.escalation import Escalation
from .impact.holding import HoldingNotices
from .impact.impact import Impact, apple_devices
from .impact.kept_forecasts import KeptForecasts
from .impact.landscape_reader import LandscapeReader
from .impact.metrics import Metrics
from .impact.needs import is_shown
from .impact.settling import Settling
from .impact.site import Site
from .impact.start_by import StartBys
from .impact.summaries import Summaries
from .impact.tasks import Tasks
from .impact.trust import Trust
from .impact.verdicts import Verdicts
from .impact.worries import Worries
from .inventory.expiry import ExpiryRules
from .inventory.inventory import Inventory
from .inventory.requests import SigningRequests
from .inventory.sources import ExportFormat
from .model import events
from .model.audit import Actor
from .moments.moments import Moments
from .notices.acknowledging import Acknowledgements
from .notices.channel_states import ChannelStates
from .notices.delivery import Courier
from .notices.drills import Drills
from .notices.handing_over import HandingOver
from .notices.inbox import Notices
from .notices.outbox import Outbox
from .notices.owners import Owners
from .notices.settings import DeliveryConfiguration
from .open_engine import open_engine
from .persistence.database import Changes, Database
from .persistence.engine import Engine
from .persistence.schema import INDEXES, is_virtual
from .persistence.snapshot import write_snapshot
from .policies.policies import Policies
from .preparing import look_at_audit, prepare_database
from .profiles.profiles import Profiles
from .push.portal import PushPortal
from .push.renewal import PushCertificates
from .reactions import Reactions
from .undoing.putting_back import UseCasesOfUndo
from .undoing.undoing import Undoing
from .use_cases import Context
from .vault import Vault
from .watching.watching import EndpointWatching

if TYPE_CHECKING:
    from .check.report import CheckReport, Progress


class Workspace:
    """An open workspace. Thread-safe.

    ``path`` is its folder, None for one in memory. ``inventory``, ``devices`` and the like hold the use cases; each
    changes the workspace in one transaction, or not at all. ``clock`` is for tests; by default the settings determine
    it. ``on_paper`` is for copies that nobody takes a certificate from: no key is made for what is issued.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        path: Path | None = None,
        key_file: Path | None = None,
        passphrase: Callable[[], str] | None = None,
        actor: Actor | None = None,
        clock: Clock | None = None,
        start: datetime | None = None,
        on_paper: bool = False,
    ) -> None:
        self.path = path
        self._ready = False
        self.database = database = Database(engine, INDEXES, self._around)
        self.shell = ShellAccess(database, path)
        self.actor = person = ActingPerson(actor or Actor.current(), self.shell.role_of)
        self.clock: Clock = clock or StoredClock(self._clock_setting)
        table = database.table
        self.vault = vault = Vault(table("vault_keys"), table("vault_secrets"), key_file, passphrase)
        self.audit = audit = AuditTrail.of(database, vault, self.clock, person, path)
        self.context = context = Context(database, vault, audit, self.clock, person, self._react, on_paper)
        self.accounts = Accounts(database, audit=audit, actor=person)
        self.logins = Logins(database, audit=audit)
        self.scrape_tokens = ScrapeTokens(database, audit=audit, actor=person)
        self.outbox = Outbox(database, audit)
        self.notices = Notices(database, self.outbox, self.clock)
        self.owners = Owners(context)
        self.acknowledgements = Acknowledgements(context)
        self.handing_over = HandingOver(context, outbox=self.outbox)
        self.channels = ChannelStates(database, notices=self.notices, clock=self.clock)
        self.deliveries = DeliveryConfiguration(
            database, vault=vault, audit=audit, outbox=self.outbox, tell=self._react, states=self.channels
        )
        name = "in memory" if path is None else path.absolute().name
        self.courier = Courier(database, vault, self.outbox, self.channels, folder=path, workspace=name)
        self.site = Site(context)
        self.backups = Backups(path, site=self.site.get, is_virtual=lambda: self.is_virtual, vault=vault, audit=audit)
        self.start_by = StartBys(context)
        self.kept_forecasts = KeptForecasts(context)
        self.portal = PushPortal(context)
        self.components = Components(context, site=self.site.get, owner_of=self.portal.owner_of)
        self.trust = Trust(context)
        self.tasks = Tasks(context, site=self.site.get)
        self.requests = SigningRequests(context)
        self.bulk = BulkCertificates(context)
        self.policies = Policies(
            context,
            certificates=self.bulk,
            outages=lambda: self.impact.gate().outages,
            expiry=self.site.expiry,
            keystore_of=lambda id, word: self.inventory.export(id, ExportFormat.PKCS12, password=word, legacy=True),
        )
        self.inventory = Inventory(context, requests=self.requests, users_of=self._users_of)
        self.verdicts = Verdicts(context, inventory=self.inventory, components=self.components, trust=self.trust)
        self.authorities = Authorities(context, notices=self.notices, inventory=self.inventory)
        self.ca_groups = GroupChanges(context, authorities=self.authorities)
        reader = LandscapeReader(database, site=self.site, authorities=self.authorities)
        self.drills = Drills(context, notices=self.notices, site=self.site.get)
        worries = Worries(context, site=self.site, channels=self.channels, drills=self.drills)
        self.impact = Impact(context, authorities=self.authorities, reader=reader, worries=worries)
        holding = HoldingNotices(database, reader=reader, others=(self.channels.keys, self.drills.keys))
        self._summaries = Summaries(context, outbox=self.outbox, holding=holding)
        newest, outbox = self.backups.newest_at, self.outbox
        self.metrics = Metrics(
            context, impact=self.impact, authorities=self.authorities, outbox=outbox, backup_at=newest
        )
        self.device_imports = DeviceImports(context)
        self.device_changes = DeviceChanges(context)
        self.deletions = Deletions(context, authorities=self.authorities)
        self._settling = Settling(
            context,
            authorities=self.authorities,
            notices=self.notices,
            reader=reader,
            deletions=self.deletions,
            escalation=Escalation(context, site=self.site.get, outbox=self.outbox, holding=holding),
            drills=self.drills,
        )
        self.moments = Moments(context, automatic=path is not None)
        self.trials = Trials(context, impact=self.impact, settling=self._settling, reader=reader, moments=self.moments)
        changing = UseCasesOfUndo(
            inventory=self.inventory,
            policies=self.policies,
            components=self.components,
            trust=self.trust,
            owners=self.owners,
            site=self.site,
            devices=self.device_changes,
        )
        self.undoing = Undoing(context, changing)
        self.devices = Devices(
            context, authorities=self.authorities, gate=self.impact.gate, deployment=self.policies.deployment
        )
        self.apns = Apns(
            context,
            components=self.components,
            inventory=self.inventory,
            requests=self.requests,
            portal=self.portal,
            certificates=PushCertificates(self.portal, self.requests, self.inventory),
            tasks=self.tasks,
            apple_devices=lambda: apple_devices(database),
        )
        self.profiles = Profiles(context, users_of=self.components.users_of_profile)
        self.endpoints = Endpoints(
            context, checked_need=checked_need, shown=is_shown, gate=self.impact.gate, expiry=self.site.expiry
        )
        self.endpoint_checks = EndpointChecks(context, endpoints=self.endpoints, site=self.site.get)
        self.endpoint_imports = EndpointImports(
            context,
            endpoints=self.endpoints,
            inventory=self.inventory,
            bind=lambda need, id, name: self.components.bind(need, id, name=name),
        )
        self.watching = EndpointWatching(
            context, checks=self.endpoint_checks, reader=reader, folder=path, settle=self.settle
        )
        self._reactions = Reactions(
            components=self.components,
            devices=self.devices,
            endpoints=self.endpoints,
            impact=self.impact,
            inventory=self.inventory,
            kept_forecasts=self.kept_forecasts,
            owners=self.owners,
            policies=self.policies,
            site=self.site,
            summaries=self._summaries,
            tasks=self.tasks,
            trials=self.trials,
            trust=self.trust,
        )
        try:
            prepare_database(context, path, start=start, backups=self.backups, provision=self.authorities.provision)
            self.shell.role_of(person.own)  # refuses an unknown account
            self._ready = True
            self.settle()
            look_at_audit(context, self.notices)
        except BaseException:
            database.close()
            raise

    @classmethod
    def open(
        cls,
        path: Path | None,
        *,
        create: bool = True,
        passphrase: Callable[[], str] | None = None,
        actor: Actor | None = None,
        clock: Clock | None = None,
        start: datetime | None = None,
    ) -> Workspace:
        """Open the workspace in the folder ``path``, or create one there; None opens an empty one in memory.

        With ``create`` off, one is created only in an existing empty folder. A new one gets a virtual clock at
        ``start``, if given, otherwise the wall clock.
        ``passphrase`` is called once, when the first secret is needed, if a passphrase protects them. Refuses with
        ``workspace-missing`` (``create`` is off), ``workspace-not-a-folder``, ``not-a-workspace`` (the folder holds
        other things), ``workspace-unwritable``, ``workspace-damaged``, ``workspace-newer``.
        """
        if path is not None:
            prepare_folder(path, create=create)
        engine, key_file = open_engine(path), None if path is None else key_file_for(path)
        return cls(engine, path=path, key_file=key_file, passphrase=passphrase, actor=actor, clock=clock, start=start)

    def copy(self, *, passphrase: Callable[[], str] | None = None) -> Workspace:
        """A copy in memory of what is committed now, for the same person. Nothing done to it is kept.

        ``passphrase`` is called when its first secret is needed, if a passphrase protects them and this workspace is
        not unlocked.
        """
        with self.database.lock:
            engine = self.database.engine.copy()
        clock = None if isinstance(self.clock, StoredClock) else self.clock
        key_file = self.vault.key_file if self.vault.protection == "key file" else None  # which a copy might create
        copy = Workspace(engine, key_file=key_file, passphrase=passphrase, actor=self.actor.settled, clock=clock)
        self.vault.share(copy.vault)
        copy.moments.stand_for(self.moments)
        return copy

    @contextmanager
    def _around(self) -> Iterator[None]:
        """Wraps every transaction: a moment before it, the work due by the clock; at the end its consequences."""
        if not self._ready:
            yield
            return
        with self.moments.around(), self._settling.around(), self.trials.around():
            yield

    def _react(self, event: events.Event) -> events.Reaction:
        """What the table of reactions does about an event, in its transaction."""
        return self._reactions.to(event)

    def _users_of(self, certificate_id: int) -> tuple[str, ...]:
        """The names of the users of an inventory entry."""
        return tuple(
            user for users in (self.components, self.policies, self.trust) for user in users.users_of(certificate_id)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files. Committed changes are on the disk already."""
        self.database.close()

    def acting_as(self, person: Actor) -> AbstractContextManager[None]:
        """Act as a person inside the block: changes are recorded in their name and limited by their role.

        It applies to the thread or asyncio task that enters it, and to whatever inherits its context (see
        ``ActingPerson``). Outside, ``actor`` is the person for whom the workspace was opened. A server opens it for a
        viewer, so code that forgets to set the person can't change anything.
        """
        return self.actor.acting_as(person)

    def now(self) -> datetime:
        """The workspace's time, UTC and aware."""
        return self.clock.now()

    def expiry(self) -> ExpiryRules:
        """The rules for *expiring* and *critical* in the site's settings."""
        return self.site.expiry()

    def _clock_setting(self) -> dict[str, Any]:
        settings = self.database.table("workspace").get(doc_id=1)
        return {"kind": "wall"} if settings is None else dict(settings["clock"])

    @property
    def is_virtual(self) -> bool:
        """Whether the clock is virtual: it stands still until somebody moves it."""
        return is_virtual(self.database)

    def set_clock(self, at: datetime | None) -> None:
        """Set a virtual clock, and do what is due by then; None switches back to the wall clock."""
        with self.database.transaction():
            self._settling.conclude()
            clock = {"kind": "wall"} if at is None else virtual(at)
            self.database.table("workspace").update({"clock": clock}, doc_ids=[1])
            self._settling.settle()

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

    def poll(self) -> Changes | None:
        """What anybody committed since the last call, or None. Costs microseconds if there is nothing."""
        return self.database.poll()

    def catch_up(self) -> None:
        """Load what others committed, the clock included; ``poll`` still reports it."""
        self.database.catch_up()

    def settings(self) -> dict[str, Any]:
        """The schema version, the time of creation, and the clock."""
        return dict(self.database.table("workspace").get(doc_id=1))

    def counts(self) -> dict[str, int]:
        """The number of documents per table."""
        return {table: self.database.engine.count(table) for table in INDEXES}

    def change_passphrase(self, new: str | None) -> None:
        """Protect private keys and passwords by a passphrase, or by a key file again (None)."""
        self.audit.permit("vault.protect")
        self.vault.unlock()
        self.backups.before("passphrase")
        with self.database.transaction():
            self.vault.change_passphrase(new)
            protection = self.vault.protection
            self.audit.record("vault.protect", "workspace:1", f"secrets protected by a {protection} from now on")
            if (path := self.path) is not None:
                self.database.when_committed(lambda: self.vault.remove_key_file(path / KEY_FILE))

    def check(self, progress: Progress | None = None) -> CheckReport:
        """Check everything that can be checked. Secrets are opened, so it may ask for the passphrase."""
        from .check.check import check_workspace  # it knows every kind of record, and takes long to import

        return check_workspace(self.database, self.vault, self.audit, self.path, progress)

    def export_json(self, path: Path) -> None:
        """Write it all as one JSON file that stock TinyDB opens, secrets encrypted, and without the key file."""
        self.audit.permit("workspace.export")
        write_snapshot(self.database, path)

    @staticmethod
    def import_json(data: bytes | BinaryIO, target: Path, *, key_file: Path | None = None) -> CheckReport:
        """Make the workspace ``target`` from an export; see ``copying.make_copy``."""
        from .copying import make_copy

        return make_copy(BytesIO(data) if isinstance(data, bytes) else data, target, key_file=key_file)
