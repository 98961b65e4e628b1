"""A workspace in the making beside the one whose place it takes: checked first, then put there at once."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ..accounts.account_tables import end_all_sessions
from ..accounts.shell_access import ShellAccess
from ..audit import AuditTrail, permit
from ..check.check import check
from ..check.report import CheckReport, Progress
from ..clock import WallClock
from ..effects.protection import Protection, must_be_named
from ..errors import NO_ROOM, Refusal, no_room, room_for
from ..folder import KEY_FILE, STORE_FILE, key_file_for, prepare_folder
from ..model.audit import Actor
from ..persistence.database import Database
from ..persistence.database_file import refuse_postgresql
from ..persistence.done_before import in_a_draft, note_change
from ..persistence.files import drafts
from ..persistence.files.private_files import create_file, make_folder
from ..persistence.schema import INDEXES
from ..persistence.sqlite.engine import SqliteEngine
from ..seals.seal_file import SEAL_FILE, SealFile
from ..seals.seals import AuditSeals, forget_seals
from ..upgrading import upgrade
from ..vault.key_file_elsewhere import key_file_elsewhere, other_key_file, put_under
from ..vault.key_files import next_key_file, read_key_file
from ..vault.vault import Vault
from ..words import STAMP

_LOGS = ("-wal", "-shm")


class WorkspaceDraft:
    """The database in ``folder``, for the workspace ``target``. A key file in ``folder`` is put in place as well."""

    def __init__(self, folder: Path, target: Path) -> None:
        self.folder, self._target = folder, target
        self._other_key_file: Path | None = None

    @property
    def store(self) -> Path:
        """Its database."""
        return self.folder / STORE_FILE

    def check(self, progress: Progress | None = None) -> CheckReport:
        """Bring it to the form of this release, and check it as a workspace is checked. Refuses with
        ``key-file-missing``, ``wrong-key-file``, ``key-file-unreadable`` and ``workspace-newer``."""
        with self._database() as (database, audit, _, vault):
            with database.transaction():
                upgrade(database, audit)
            if vault.protection == "key file" and len(database.table("vault_keys")):
                _open(vault)
                self._other_key_file = other_key_file(self._target, vault)
            return check(database, vault if vault.unlocked else None, audit, progress)

    @property
    def other_key_file(self) -> Path | None:
        """The key file outside the folder that it is put under, known once it is checked. None: it keeps its own."""
        return self._other_key_file

    def last_line(self) -> int:
        """The number of the last line of the audit trail."""
        with self._database() as (database, *_):
            return database.table("audit").highest_id()

    def put_in_place(self, action: str, said: str, *, anew: bool = False) -> Path | None:
        """Put it in place of the workspace, or where none is, with a line in its audit trail. Nobody stays logged in.
        Returns the folder where the workspace is kept that was there before. ``anew``: its audit trail is sealed as it
        is, where it is broken too, since what was lost is said.

        Refuses with ``not-permitted``, ``workspace-protected``, ``workspace-open-elsewhere`` (another process has it
        open) and ``not-a-workspace``.
        """
        _check_permitted(self._target, action)
        with self._database() as (database, audit, sealing, _):
            with database.transaction():
                end_all_sessions(database, audit)
                audit.record(action, "workspace:1", said)
                if not sealing.can_seal:  # with a passphrase, which nobody has given
                    forget_seals(database)
                elif anew:
                    audit.accept("the repaired trail is sealed as it is")
            sealed = sealing.present()
        _prepare(self._target)
        _forget_next_key(self._target)
        store, kept = self._target / STORE_FILE, None
        seals = SealFile(self._target)
        try:
            if store.exists():
                _leave_alone(store)
                kept = _keep_aside(self._target)
            next_key = self._prepare_key()
            for log in _LOGS:
                store.with_name(store.name + log).unlink(missing_ok=True)  # it would be taken for the new file's
            if sealed is not None:
                seals.write_next(*sealed)
            self.store.replace(store)
        except BaseException:
            if self.store.exists():  # what is there stays
                _clear_away(self._target, seals, kept)
            raise
        note_change()
        if next_key is not None:
            next_key.replace(key_file_for(self._target))
        if sealed is not None:
            seals.put_next_in_place()
        else:
            seals.remove()
        _sync(self._target)
        return kept

    def _prepare_key(self) -> Path | None:
        """Put its key file, where it has one that differs, beside the one in the folder that it is going to replace. A
        key file elsewhere isn't replaced: its vault is put under that one."""
        key, own = self.folder / KEY_FILE, key_file_for(self._target)
        if not key.exists():
            return None
        if (elsewhere := key_file_elsewhere(self._target)) is not None:
            with self._database() as (database, _, _, vault):
                put_under(elsewhere, database, vault, read_key_file(key))
            return None
        if own.exists() and own.read_bytes() == key.read_bytes():
            return None
        with os.fdopen(create_file(next_key_file(own), flags=os.O_WRONLY | os.O_TRUNC), "wb") as file:
            file.write(key.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        return next_key_file(own)

    @contextmanager
    def _database(self) -> Iterator[tuple[Database, AuditTrail, AuditSeals, Vault]]:
        with in_a_draft():
            yield from self._opened()

    def _opened(self) -> Iterator[tuple[Database, AuditTrail, AuditSeals, Vault]]:
        database = Database(SqliteEngine(self.store, INDEXES), INDEXES)
        own = self.folder / KEY_FILE
        key_file = own if own.exists() else key_file_for(self._target)
        try:
            vault = Vault(database.table("vault_keys"), database.table("vault_secrets"), key_file, None)
            seals = AuditSeals(database, vault, None)
            yield database, AuditTrail(database.table("audit"), WallClock(), Actor.current(), seals), seals, vault
        finally:
            database.close()


@contextmanager
def draft_for(target: Path) -> Iterator[WorkspaceDraft]:
    """An empty draft in a folder beside the workspace, which is gone afterwards. Refuses with ``disk-full``,
    ``workspace-unwritable`` and ``database-elsewhere``."""
    refuse_postgresql(target, "a backup, or a repair,")
    absolute = target.absolute()
    folder = drafts.name_beside(absolute)
    with _refusing(target), room_for(target):
        drafts.remove_left(absolute.parent, re.compile(re.escape(absolute.name)))
        make_folder(folder, like=target)
        try:
            with drafts.in_the_making(folder):
                yield WorkspaceDraft(folder, target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _open(vault: Vault) -> None:
    try:
        vault.unlock()
    except Refusal as refusal:
        if refusal.code not in ("key-file-missing", "wrong-key-file"):
            raise
        raise Refusal(
            refusal.code,
            "the private keys and passwords in it are under a key file that is not there"
            if refusal.code == "key-file-missing"
            else "its private keys and passwords are under another key file",
            "Name its key file with --key-file.",
        ) from refusal


def _check_permitted(target: Path, action: str) -> None:
    """Refuse with ``not-permitted`` what the person may not do in the workspace that is there, and with
    ``workspace-protected`` if nobody has named one that is protected. Of a damaged one nobody can say who may."""
    store = target / STORE_FILE
    if not store.exists():
        return
    try:
        database = Database(SqliteEngine(store, INDEXES), INDEXES)
    except Refusal:
        return
    with closing(database):
        try:
            role = ShellAccess(database, target).role_of(Actor.current())
        except Refusal as refusal:
            if refusal.code == "workspace-damaged":
                return
            raise
        permit(role, action)
        must_be_named(Protection(database).name, "this would put another state in its place")


def _prepare(target: Path) -> None:
    """Whatever is left of a workspace will do."""
    names = {entry.name for entry in target.iterdir()} if target.is_dir() else set()
    if not names & {STORE_FILE, KEY_FILE}:
        prepare_folder(target, create=True)


def _forget_next_key(target: Path) -> None:
    """An attempt that was killed may have left the next key file: it is put in its place, or belongs to nothing."""
    own = key_file_for(target)
    if key_file_elsewhere(target) is not None or not next_key_file(own).exists() or not (target / STORE_FILE).exists():
        return
    with contextlib.suppress(Refusal), closing(Database(SqliteEngine(target / STORE_FILE, INDEXES), INDEXES)) as found:
        Vault(found.table("vault_keys"), found.table("vault_secrets"), own, None).unlock()
    next_key_file(own).unlink(missing_ok=True)


def _clear_away(target: Path, seals: SealFile, kept: Path | None) -> None:
    """Remove what was prepared for putting another state in place, which failed. Logs of a damaged database may be in
    the folder ``kept`` alone by now: then that stays."""
    seals.next.unlink(missing_ok=True)
    if key_file_elsewhere(target) is None:
        next_key_file(target / KEY_FILE).unlink(missing_ok=True)
    if kept is not None and not any((kept / (STORE_FILE + log)).exists() for log in _LOGS):
        shutil.rmtree(kept, ignore_errors=True)


def _leave_alone(store: Path) -> None:
    """Refuse with ``workspace-open-elsewhere`` if another process has the database open: it would go on writing to the
    file that is kept aside. A damaged one can be in nobody's use."""
    try:
        with closing(sqlite3.connect(store, isolation_level=None, timeout=2)) as connection:
            # SQLite leaves the write-ahead log only for a connection that is the only one.
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Refusal(
                "workspace-open-elsewhere",
                f"another process has the workspace {store.parent} open",
                "Close the consoles, servers and simulators on it, and try again.",
            ) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # SQLite quotes what it found in a damaged schema
        return


def _keep_aside(target: Path) -> Path:
    """Keep the files of the workspace, however damaged, in a new folder beside it."""
    absolute = target.absolute()
    stamp = f"{datetime.now(UTC):{STAMP}}"
    kept = absolute.with_name(f"{absolute.name}.kept-{stamp}-{secrets.token_hex(2)}")
    make_folder(kept, like=target)
    try:
        for name in (STORE_FILE, SEAL_FILE, *(STORE_FILE + log for log in _LOGS)):
            if (found := target / name).exists():
                _link(found, kept / name)
        if (key := key_file_for(target)).exists():
            shutil.copy2(key, kept / KEY_FILE)
        _sync(kept)
    except BaseException:
        shutil.rmtree(kept, ignore_errors=True)
        raise
    return kept


def _link(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:  # storage without links
        shutil.copy2(file, name)


@contextmanager
def _refusing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise no_room(target) from error
        raise Refusal("workspace-unwritable", f"{target} can't be restored: {error.strerror}") from error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
