"""The one handle that the faces hold: a workspace is a store with its clock, its vault and its use cases."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from .accounts.accounts import Accounts
from .accounts.logins import Logins
from .audit import ActingPerson, AuditTrail
from .authorities.authorities import Authorities
from .bulk.bulk import BulkCertificates
from .check.check import check
from .check.report import CheckReport, Problem, Progress
from .clock import Clock, StoredClock, WallClock, virtual
from .copying import make_copy
from .devices.devices import Devices
from .devices.push import APPLE
from .errors import CANNOT_WRITE, Refusal
from .folder import KEY_FILE, STORE_FILE, key_file_for, prepare_folder
from .impact.apns import Apns
from .impact.components import Components
from .impact.dependents import Dependents
from .impact.needs import ENROLL_CHAINS
from .impact.site import Site
from .impact.standing import Standing
from .impact.tasks import Tasks
from .impact.trust import Trust
from .inventory.inventory import Inventory
from .inventory.requests import SigningRequests
from .inventory.sources import ExportFormat
from .model.audit import Actor
from .model.component import Component
from .model.device import DeviceState, Platform
from .notices.delivery import Courier
from .notices.inbox import Notices
from .notices.outbox import Outbox
from .notices.settings import DeliveryConfiguration
from .persistence.database import Changes, Database
from .persistence.schema import INDEXES, SCHEMA_VERSION, migrate, version_of
from .persistence.snapshot import write_snapshot
from .persistence.sqlite import SqliteEngine
from .policies.policies import Policies
from .profiles.profiles import Profiles
from .push.portal import PushPortal
from .push.renewal import PushCertificates
from .vault import Vault


class Enrolled(msgspec.Struct, frozen=True):
    """What of a device tells whether it is enrolled."""

    id: int
    platform: Platform
    state: DeviceState


class Workspace:
    """A workspace that is open. Everything on it may be called from any thread.

    ``path`` is its folder, None for one in memory. ``inventory``, ``requests``, ``components``, ``authorities``,
    ``devices``, ``notices``, ``accounts``, ``logins``, ``audit`` and ``vault`` hold the use cases; each changes the
    workspace in one transaction, or not at all. ``clock`` is given by tests; else the settings say which it is.
    """

    def __init__(
        self,
        database: Database,
        *,
        path: Path | None = None,
        key_file: Path | None = None,
        passphrase: Callable[[], str] | None = None,
        actor: Actor | None = None,
        clock: Clock | None = None,
        start: datetime | None = None,
    ) -> None:
        self.path = path
        self.actor = ActingPerson(actor or Actor.current())
        self.database = self._database = database
        self.clock: Clock = clock or StoredClock(self._clock_setting)
        self._start = start
        table = database.table
        self.audit = AuditTrail(table("audit"), self.clock, self.actor)
        self.vault = Vault(table("vault_keys"), table("vault_secrets"), key_file, passphrase)
        self.accounts = Accounts(database, audit=self.audit, actor=self.actor)
        self.logins = Logins(database, audit=self.audit)
        self.components = Components(database, audit=self.audit, clock=self.clock)
        self.trust = Trust(database, audit=self.audit, clock=self.clock, actor=self.actor)
        self.site = Site(database, audit=self.audit)
        self.tasks = Tasks(
            database,
            audit=self.audit,
            clock=self.clock,
            actor=self.actor,
            site=self.site.get,
            finished=self.components.finish,
        )
        self.requests = SigningRequests(
            database, vault=self.vault, audit=self.audit, clock=self.clock, actor=self.actor
        )
        self.bulk = BulkCertificates(database, vault=self.vault, audit=self.audit, clock=self.clock, actor=self.actor)
        self.policies = Policies(
            database,
            certificates=self.bulk,
            audit=self.audit,
            clock=self.clock,
            actor=self.actor,
            outages=lambda: self.standing.gate().outages,
            keystore_of=self._keystore_of,
        )
        self.bulk.changed = self.policies.certificates_changed
        self._dependents = Dependents(self.components, self.trust, self.tasks, self.policies)
        self.inventory = Inventory(
            database,
            vault=self.vault,
            audit=self.audit,
            clock=self.clock,
            actor=self.actor,
            requests=self.requests,
            consumers=self._dependents,
        )
        self.outbox = Outbox(database, self.audit)
        self.notices = Notices(database, self.outbox)
        self.deliveries = DeliveryConfiguration(database, vault=self.vault, audit=self.audit, outbox=self.outbox)
        name = "in memory" if path is None else path.absolute().name
        self.courier = Courier(database, self.vault, self.outbox, folder=path, workspace=name)
        self.authorities = Authorities(
            database,
            vault=self.vault,
            audit=self.audit,
            clock=self.clock,
            actor=self.actor,
            notices=self.notices,
            inventory=self.inventory,
        )
        self.standing = Standing(
            database,
            audit=self.audit,
            clock=self.clock,
            site=self.site,
            authorities=self.authorities,
            notices=self.notices,
        )
        self.devices = Devices(
            database,
            authorities=self.authorities,
            audit=self.audit,
            clock=self.clock,
            actor=self.actor,
            gate=self.standing.gate,
            deployment=self.policies.deployment,
        )
        self.portal = PushPortal(database, vault=self.vault, audit=self.audit, clock=self.clock, actor=self.actor)
        self.apns = Apns(
            database,
            components=self.components,
            inventory=self.inventory,
            requests=self.requests,
            portal=self.portal,
            certificates=PushCertificates(self.portal, self.requests, self.inventory, clock=self.clock),
            tasks=self.tasks,
            settle=self.standing.settle,
            apple_devices=self._apple_devices,
        )
        self.profiles = Profiles(
            database,
            audit=self.audit,
            clock=self.clock,
            actor=self.actor,
            users_of=self.components.users_of_profile,
        )
        self._dependents.trust_note = self.standing.trust_note
        self.components.owner_of = self.portal.owner_of
        self.components.follow_up = self.tasks.follow_up
        self.components.overtaken = self.tasks.overtaken
        self.requests.cancelled = self.tasks.given_up
        self.components.first_bound = self._first_bound
        for changeable in (self.components, self.site, self.trust, self.profiles):
            changeable.changing, changeable.changed = self.standing.changing, self.standing.changed
        try:
            self._prepare()
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
        """Open the workspace in the folder ``path``, or make one there; None opens an empty one in memory.

        With ``create`` off one is made in a folder that is there and empty only. A new one gets a virtual clock
        that stands at ``start``, where that is given, else the wall clock.

        ``passphrase`` is called once, when the first secret is needed, if a passphrase protects them. Refuses
        with ``workspace-missing`` (``create`` is off), ``workspace-not-a-folder``, ``not-a-workspace`` (the
        folder holds other things), ``workspace-unwritable``, ``workspace-damaged``, ``workspace-newer``.
        """
        if path is not None:
            prepare_folder(path, create=create)
        database = Database(SqliteEngine(None if path is None else path / STORE_FILE, INDEXES), INDEXES)
        key_file = None if path is None else key_file_for(path)
        return cls(database, path=path, key_file=key_file, passphrase=passphrase, actor=actor, clock=clock, start=start)

    def _prepare(self) -> None:
        if version_of(self._database) == SCHEMA_VERSION:
            return
        with self._database.transaction():
            if version_of(self._database) is not None:
                migrate(self._database)
                return
            clock = {"kind": "wall"} if self._start is None else virtual(self._start)
            settings = {"schema_version": SCHEMA_VERSION, "created_at": WallClock().now(), "clock": clock}
            document = self._database.table("workspace").document_class(msgspec.to_builtins(settings), 1)
            self._database.table("workspace").insert(document)
            self.vault.create()
            self.audit.record("workspace.create", "workspace:1", "workspace created")
            self.authorities.provision()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files. What was committed is on the disk already."""
        self._database.close()

    def acting_as(self, person: Actor) -> AbstractContextManager[None]:
        """Let a person act inside, in the name of whom everything is done then and whose role may refuse it.

        It goes for the thread or the asyncio task that enters it, and for what inherits its context (see
        ``ActingPerson``). Outside, ``actor`` is the one that the workspace was opened for. A server opens it for an
        actor whose role may do nothing, so that what it forgets to say who does is refused.
        """
        return self.actor.acting_as(person)

    def now(self) -> datetime:
        """The workspace's time, UTC and aware."""
        return self.clock.now()

    def _clock_setting(self) -> dict[str, Any]:
        settings = self._database.table("workspace").get(doc_id=1)
        return {"kind": "wall"} if settings is None else dict(settings["clock"])

    @property
    def is_virtual(self) -> bool:
        """Whether the clock is a virtual one, which stands until somebody moves it."""
        return bool(self._clock_setting()["kind"] == "virtual")

    def set_clock(self, at: datetime | None) -> None:
        """Put the clock to a moment, from now on a virtual one; None makes it the wall clock again.

        Inside the transaction of what moves it. Nothing else follows from it by itself: see ``settle``.
        """
        self._database.table("workspace").update(
            {"clock": {"kind": "wall"} if at is None else virtual(at)}, doc_ids=[1]
        )

    def _apple_devices(self) -> int:
        """How many iOS and macOS devices are enrolled."""
        devices = self.database.table("devices").records(Enrolled)
        return sum(device.platform in APPLE and device.state.is_admitted for device in devices)

    def _keystore_of(self, certificate_id: int, password: str) -> bytes:
        """An entry of the inventory with its key, as every Apple device can read it."""
        return self.inventory.export(certificate_id, ExportFormat.PKCS12, password=password, legacy=True)

    def _first_bound(self, component: Component) -> None:
        """A component shows devices its chain for the first time: those that are there have been trusting it."""
        top = self.inventory.chain(component.certificate_id or 0)[-1]
        last = self.devices.records.next_device_id() - 1
        if component.need in ENROLL_CHAINS and last:
            self.trust.assume(top.id, last)

    def settle(self) -> None:
        """Do what is due by the clock: notices, and what the end of a certificate means for devices.

        Whoever looks may call it. Storage that can't be written, or is being written for long, leaves it to the next.
        """
        try:
            self.authorities.announce()
            self.standing.settle()
        except Refusal as refusal:
            if refusal.code not in CANNOT_WRITE:
                raise

    def poll(self) -> Changes | None:
        """What anybody committed since the last call, or None. Costs microseconds when there is nothing."""
        return self._database.poll()

    def catch_up(self) -> None:
        """See what others committed, the clock among it; ``poll`` will still tell of it."""
        self._database.catch_up()

    def settings(self) -> dict[str, Any]:
        """The schema version, when the workspace was made, and its clock."""
        return dict(self._database.table("workspace").get(doc_id=1))

    def counts(self) -> dict[str, int]:
        """How many documents each table holds."""
        return {table: self._database.engine.count(table) for table in INDEXES}

    def change_passphrase(self, new: str | None) -> None:
        """Protect private keys and passwords by a passphrase, or by a key file again (None)."""
        self.audit.permit("vault.protect")
        with self._database.transaction():
            self.vault.change_passphrase(new)
            protection = self.vault.protection
            self.audit.record("vault.protect", "workspace:1", f"secrets protected by a {protection} from now on")
        if self.path is not None:
            self.vault.remove_key_file(self.path / KEY_FILE)

    def check(self, progress: Progress | None = None) -> CheckReport:
        """Check everything that can be checked; secrets are opened, so the passphrase may be asked for."""
        report = check(self._database, self.vault, self.audit, progress)
        return CheckReport(problems=(*report.problems, *self._permission_problems()), counts=report.counts)

    def _permission_problems(self) -> list[Problem]:
        problems = []
        for path in (self.path, self.vault.key_file if self.vault.protection == "key file" else None):
            if path is not None and path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
                problems.append(
                    Problem("permissions-open", "workspace:1", f"{path} can be read by others than its owner")
                )
        return problems

    def export_json(self, path: Path) -> None:
        """Write the whole workspace as one JSON file that stock TinyDB opens.

        Secrets stay encrypted in it; the key file is not in it and has to be kept apart.
        """
        write_snapshot(self._database, path)

    @staticmethod
    def import_json(data: bytes, target: Path, *, key_file: Path | None = None) -> CheckReport:
        """Make the workspace ``target`` out of an export; see ``copying.make_copy``."""
        return make_copy(data, target, key_file=key_file)
