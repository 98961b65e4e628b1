"""The workspace, the only handle that front ends hold: a store with its clock, its vault and its use cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from .accounts.shell_access import ShellAccess
from .audit import ActingPerson, AuditTrail
from .begun_folder import gone_if_it_fails
from .clock import Clock, StoredClock, virtual
from .folder import KEY_FILE, key_file_for, may_begin, prepare_folder
from .model import events
from .model.audit import Actor
from .open_engine import open_engine
from .persistence.database import Changes, Database
from .persistence.engine import Engine
from .persistence.schema import INDEXES, READ_AT_OPENING
from .preparing import look_at_audit, prepare_database
from .reactions import react
from .use_cases import Context
from .vault.vault import Vault
from .wiring.fleet_use_cases import FleetUseCases

if TYPE_CHECKING:
    from .check.report import CheckReport, Progress
    from .inventory.expiry import ExpiryRules


class Workspace(FleetUseCases):
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
        self._ready = False
        with ExitStack() as failed:
            failed.callback(engine.close)
            with engine.reading_ahead(READ_AT_OPENING):
                database = Database(engine, INDEXES, self._around)
                self.shell = ShellAccess(database, path)
                person = ActingPerson(actor or Actor.current(), self.shell.role_of)
                clock = clock or StoredClock(self._clock_setting)
                vault = Vault(database.table("vault_keys"), database.table("vault_secrets"), key_file, passphrase)
                audit = AuditTrail.of(database, vault, clock, person, path)
                context = Context(database, vault, audit, clock, person, self._react, on_paper)
                super().__init__(context, person, path)
                prepare_database(
                    context,
                    path,
                    start=start,
                    backups=lambda: self.backups,
                    provision=lambda: self.authorities.provision(),
                )
                self.shell.role_of(person.own)  # refuses an unknown account
                self._ready = True
                self.settle()
                look_at_audit(context, lambda: self.notices)
            failed.pop_all()

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
        key_file = None
        with nullcontext() if path is None else gone_if_it_fails(path, shared=True):
            if path is not None:
                prepare_folder(path, create=create, asks=False)
                key_file, create = key_file_for(path), may_begin(path, create=create)
            engine = open_engine(path, create=create)
            return cls(
                engine, path=path, key_file=key_file, passphrase=passphrase, actor=actor, clock=clock, start=start
            )

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
        return react(self, event)

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

    def set_clock(self, at: datetime | None) -> None:
        """Set a virtual clock, and do what is due by then; None switches back to the wall clock."""
        with self.database.transaction():
            self._settling.conclude()
            clock = {"kind": "wall"} if at is None else virtual(at)
            self.database.table("workspace").update({"clock": clock}, doc_ids=[1])
            self._settling.settle()

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
        from .persistence.snapshot import write_snapshot

        self.audit.permit("workspace.export")
        write_snapshot(self.database, path)

    def export_parts(self) -> Iterator[bytes]:
        """The same some documents at a time, as of the moment when the first is asked for."""
        from .persistence.snapshot import snapshot_parts

        self.audit.permit("workspace.export")
        return snapshot_parts(self.database)

    @staticmethod
    def import_json(data: bytes | BinaryIO, target: Path, *, key_file: Path | None = None) -> CheckReport:
        """Make the workspace ``target`` from an export; see ``copying.make_copy``."""
        from .copying import make_copy

        return make_copy(BytesIO(data) if isinstance(data, bytes) else data, target, key_file=key_file)
