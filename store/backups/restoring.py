"""Restoring a backup: checked first, what is there kept aside, and put in place at once."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from ..accounts.account_tables import end_all_sessions
from ..audit import AuditTrail
from ..check.check import check
from ..check.report import CheckReport, Progress
from ..clock import WallClock
from ..errors import NO_ROOM, Refusal, no_room
from ..folder import KEY_FILE, STORE_FILE, key_file_for, prepare_folder
from ..model.audit import Actor
from ..persistence.backup_facts import BackupFacts
from ..persistence.backup_file import take_out
from ..persistence.database import Database
from ..persistence.schema import INDEXES
from ..persistence.sqlite import SqliteEngine
from ..upgrading import upgrade
from ..vault import Vault, read_key_file
from ..words import moment

_LOGS = ("-wal", "-shm")


class CheckedBackup(Struct, frozen=True, kw_only=True):
    """What a backup is of, what a check of it found, and the number of the last line of its audit trail."""

    facts: BackupFacts
    report: CheckReport
    last_line: int


class BackupDraft:
    """A backup unpacked beside the workspace that it is for, to be checked and put in place."""

    def __init__(self, file: Path, draft: Path, target: Path, key_file: Path | None) -> None:
        self._file, self._draft, self._target = file, draft, target
        self._facts = take_out(file, draft / STORE_FILE)
        self._key_file = key_file_for(target)
        if self._facts.key_file is not None or key_file is not None:  # it is put in place too
            text = self._facts.key_file
            if text is None and key_file is not None:
                read_key_file(key_file)  # refuses what isn't one
                text = key_file.read_text(encoding="ascii")
            self._key_file = draft / KEY_FILE
            self._key_file.touch(0o600)
            self._key_file.write_text(text or "", encoding="ascii")

    def check(self, progress: Progress | None = None) -> CheckedBackup:
        """Check it as a workspace is checked. Refuses with ``key-file-missing``, ``wrong-key-file`` and
        ``workspace-newer``."""
        with self._database() as (database, audit):
            with database.transaction():
                upgrade(database, audit)
            vault = Vault(database.table("vault_keys"), database.table("vault_secrets"), self._key_file, None)
            if vault.protection == "key file":
                _open(vault)
            report = check(database, vault if vault.unlocked else None, audit, progress)
            return CheckedBackup(facts=self._facts, report=report, last_line=database.table("audit").highest_id())

    def put_in_place(self) -> Path | None:
        """Put it in place of the workspace, or where none is. Nobody stays logged in. Returns the folder where the
        workspace is kept that was there before.

        Refuses with ``workspace-open-elsewhere`` (another process has it open) and ``not-a-workspace``.
        """
        with self._database() as (database, audit), database.transaction():
            end_all_sessions(database, audit)
            audit.record(
                "workspace.restore", "workspace:1", f"restored from the backup of {moment(self._facts.taken_at)}"
            )
        _prepare(self._target)
        store, kept = self._target / STORE_FILE, None
        if store.exists():
            _leave_alone(store)
            kept = _keep_aside(self._target)
        if (key := self._draft / KEY_FILE).exists():
            own = key_file_for(self._target)
            if not own.exists() or own.read_bytes() != key.read_bytes():
                key.replace(own)
        for log in _LOGS:
            store.with_name(store.name + log).unlink(missing_ok=True)  # it would be taken for the restored file's
        (self._draft / STORE_FILE).replace(store)
        _sync(self._target)
        return kept

    @contextmanager
    def _database(self) -> Iterator[tuple[Database, AuditTrail]]:
        database = Database(SqliteEngine(self._draft / STORE_FILE, INDEXES), INDEXES)
        try:
            yield database, AuditTrail(database.table("audit"), WallClock(), Actor.current())
        finally:
            database.close()


def _open(vault: Vault) -> None:
    try:
        vault.unlock()
    except Refusal as refusal:
        if refusal.code not in ("key-file-missing", "wrong-key-file"):
            raise
        raise Refusal(
            refusal.code,
            "the private keys and passwords in the backup are under a key file that is not there"
            if refusal.code == "key-file-missing"
            else "the backup is of a workspace with another key file",
            "Name the key file of the workspace that was backed up with --key-file.",
        ) from refusal


def _prepare(target: Path) -> None:
    """Whatever is left of a workspace will do."""
    names = {entry.name for entry in target.iterdir()} if target.is_dir() else set()
    if not names & {STORE_FILE, KEY_FILE}:
        prepare_folder(target, create=True)


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
    except sqlite3.DatabaseError:
        return


def _keep_aside(target: Path) -> Path:
    """Keep the files of the workspace, however damaged, in a new folder beside it."""
    absolute = target.absolute()
    stamp = f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
    kept = absolute.with_name(f"{absolute.name}.kept-{stamp}-{secrets.token_hex(2)}")
    kept.mkdir(mode=0o700)
    for name in (STORE_FILE, *(STORE_FILE + log for log in _LOGS)):
        if (found := target / name).exists():
            _link(found, kept / name)
    if (key := key_file_for(target)).exists():
        shutil.copy2(key, kept / KEY_FILE)
    _sync(kept)
    return kept


def _link(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:  # storage without links
        shutil.copy2(file, name)


@contextmanager
def unpacked(file: Path, target: Path, *, key_file: Path | None = None) -> Iterator[BackupDraft]:
    """The backup ``file``, unpacked for the workspace ``target``, in a folder beside it that is gone afterwards.
    ``key_file`` is needed if the backup doesn't hold its own and the workspace has none, or another one.

    Refuses with ``not-a-backup``, ``backup-damaged``, ``disk-full`` and ``workspace-unwritable``.
    """
    absolute = target.absolute()
    draft = absolute.with_name(f".{absolute.name}.{secrets.token_hex(8)}")
    with _refusing(target):
        draft.mkdir(mode=0o700, parents=True)
        try:
            yield BackupDraft(file, draft, target, key_file)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


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
