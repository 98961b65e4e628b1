"""Making a workspace from another one's export: it is checked completely first, and disarmed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple, cast

from .accounts.account_tables import end_all_sessions
from .audit import AuditTrail
from .check.check import check
from .check.report import CheckReport
from .clock import WallClock
from .errors import Refusal, room_for
from .folder import STORE_FILE, check_holds_nothing_else, is_workspace, key_file_for, prepare_folder
from .model.audit import Actor
from .model.events import Event, Reaction
from .model.notice import Channel
from .model.site import SITE
from .moments.moments import forget_all
from .notices.channel_states import ChannelStates
from .notices.inbox import Notices
from .notices.outbox import Outbox
from .notices.settings import DeliveryConfiguration
from .open_engine import open_engine
from .persistence.database import Database
from .persistence.database_file import address_in
from .persistence.done_before import in_a_draft, note_change
from .persistence.schema import INDEXES
from .persistence.snapshot_reading import read_snapshot
from .persistence.sqlite.engine import SqliteEngine
from .persistence.storage import EngineStorage
from .seals.seals import forget_seals
from .upgrading import upgrade
from .vault.key_file_elsewhere import put_under
from .vault.key_files import read_key_file
from .vault.vault import Vault

_PART = 10_000  # documents that are committed at a time


def make_copy(source: BinaryIO, target: Path, *, key_file: Path | None = None) -> CheckReport:
    """Make the workspace ``target`` from an export. The export is checked completely before it is put in place.

    The copy delivers no notices until delivery is configured again, and nobody is logged in to it. ``key_file`` is the
    exported workspace's key file, needed if it protects the secrets. Refuses with ``workspace-not-empty``,
    ``snapshot-unreadable``, ``snapshot-damaged``, ``key-file-missing`` or ``wrong-key-file``.
    """
    with checked_copy(source, target, key_file=key_file) as checked:
        prepare_folder(target, create=True)
        if checked.key is not None:
            _put_under_its_key_file(checked.file, target, checked.key, key_file)
        if is_workspace(target):  # made meanwhile
            raise _not_empty(target)
        if address_in(target) is None:
            checked.file.replace(target / STORE_FILE)
            note_change()
        else:
            put_into(target, checked.file)
        return checked.report


class CheckedCopy(NamedTuple):
    """The file of a copy, the wrapping key if a key file protects the secrets, and the report of the check."""

    file: Path
    key: bytes | None
    report: CheckReport


@contextmanager
def checked_copy(source: BinaryIO, target: Path, *, key_file: Path | None = None) -> Iterator[CheckedCopy]:
    """Read an export for ``target`` into a file on the same storage, and check it; refuses as ``make_copy`` does. What
    stays of the file is removed at the end."""
    if is_workspace(target):
        raise _not_empty(target)
    check_holds_nothing_else(target)
    with room_for(target), _folder_near(target) as folder:
        file = Path(folder) / STORE_FILE
        with in_a_draft(), closing(Database(SqliteEngine(file, INDEXES), INDEXES)) as database:
            _fill(database, source)
            audit = AuditTrail(database.table("audit"), WallClock(), Actor.current())
            with database.transaction():
                upgrade(database, audit)
                forget_all(database)  # an export doesn't hold what they need
                forget_seals(database)
            key = _check_key(database, key_file or key_file_for(target))
            report = check(database, None, audit)
            if not report.clean:
                first = report.problems[0]
                raise Refusal(
                    "snapshot-damaged",
                    f"{first.record}: {first.message} ({len(report.problems)} problems in all)",
                    "Export the workspace again, from one that `certfleet workspace check` finds clean.",
                )
            stop_deliveries(database, audit)
            end_all_sessions(database, audit)
        yield CheckedCopy(file, key, report)


def _put_under_its_key_file(file: Path, target: Path, key: bytes, key_file: Path | None) -> None:
    """Make the key file of ``target``; one that is there stays, since others may use it."""
    with in_a_draft(), closing(Database(SqliteEngine(file, INDEXES), INDEXES)) as database:
        tables = database.table("vault_keys"), database.table("vault_secrets")
        put_under(key_file_for(target), database, Vault(*tables, key_file or key_file_for(target), None), key)


def put_into(target: Path, file: Path) -> None:
    """Write the documents of a file into the empty database of a workspace's folder, in one transaction, a part in
    memory at a time. Refuses with ``workspace-not-empty``."""
    with (
        closing(Database(SqliteEngine(file, INDEXES), INDEXES)) as source,
        closing(Database(open_engine(target), INDEXES)) as database,
    ):
        rows = ((table, row) for table in source.engine.tables() for row in source.engine.scan(table))
        with database.transaction():
            if database.engine.count("workspace"):  # made meanwhile
                raise _not_empty(target)
            cast(EngineStorage, database.storage).add(rows)


def _fill(database: Database, source: BinaryIO) -> None:
    """Write the documents of an export. Nobody uses the file yet, so each part is committed by itself."""
    documents = read_snapshot(source, set(INDEXES))
    while part := list(islice(documents, _PART)):
        with database.transaction():
            cast(EngineStorage, database.storage).add(part)


def _folder_near(target: Path) -> TemporaryDirectory[str]:
    """A folder of our own from which a file can be moved to ``target``."""
    above = target
    while not above.exists() and above != above.parent:
        above = above.parent
    try:
        # In a folder that is to become the workspace, it is called as its own files are.
        return TemporaryDirectory(prefix=f"{STORE_FILE}." if above == target else ".certfleet-import-", dir=above)
    except OSError as error:
        raise Refusal("workspace-unwritable", f"{target} can't be made: {error.strerror}") from error


def _not_empty(target: Path) -> Refusal:
    return not_empty(target, "Give --workspace a new folder to import into, or the address of a new schema.")


def not_empty(target: Path, hint: str) -> Refusal:
    """The refusal to put another workspace where one is."""
    return Refusal("workspace-not-empty", f"{address_in(target) or target} is a workspace already", hint)


def stop_deliveries(database: Database, audit: AuditTrail) -> None:
    """Remove the channels, and the second destination of audit lines: a copy must not write to the original's."""
    stop_audit_copy(database, audit)
    vault = Vault(database.table("vault_keys"), database.table("vault_secrets"), None, None)
    outbox = Outbox(database, audit)
    states = ChannelStates(database, notices=Notices(database, outbox, WallClock()), clock=WallClock())
    configuration = DeliveryConfiguration(
        database, vault=vault, audit=audit, outbox=outbox, tell=_nobody, states=states
    )
    for channel in Channel:
        if configuration.get().has(channel):
            configuration.remove(channel)


def _nobody(event: Event) -> Reaction:
    return Reaction()


def stop_audit_copy(database: Database, audit: AuditTrail) -> None:
    """Copy audit lines nowhere from now on, inside a transaction or not."""
    settings = database.table("settings")
    if (settings.get(doc_id=SITE) or {}).get("audit_copy"):
        settings.update({"audit_copy": ""}, doc_ids=[SITE])
        audit.record("site.set", f"settings:{SITE}", "audit copy: none, in this copy of the workspace")


def _check_key(database: Database, key_file: Path) -> bytes | None:
    """The wrapping key in ``key_file``, if a key file protects the secrets. Refuses a key that doesn't open them."""
    vault = Vault(database.table("vault_keys"), database.table("vault_secrets"), key_file, None)
    if vault.protection != "key file":
        return None
    try:
        vault.unlock()
    except Refusal as refusal:
        if refusal.code == "key-file-missing":
            raise Refusal(
                refusal.code,
                "the private keys and passwords in the export are under a key file, which is not there",
                "Name the key file of the exported workspace with --key-file.",
            ) from refusal
        raise
    return read_key_file(key_file)
