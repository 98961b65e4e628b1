"""A backup: the database of a workspace as it was at one moment, in one SQLite file, with a table that says of what.

SQLite's own backup makes it (https://www.sqlite.org/backup.html), so writers go on meanwhile, and no commit is halved.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from ..errors import Refusal, room_for, unwritable
from ..persistence.done_before import note_change
from ..persistence.files.backup_facts import FACTS, BackupFacts, damaged_backup, facts_of, opened, problems_of
from ..persistence.files.backup_folder import BACKUP_NAME
from ..persistence.files.drafts import in_the_making, name_beside, remove_left
from ..persistence.files.private_files import create_file
from ..persistence.files.writable_file import is_writable
from ..persistence.sqlite.errors import Refusing


def write_backup(store: Path, target: Path, facts: BackupFacts, *, replace: bool = False, kept: bool = False) -> None:
    """Back up the database ``store`` to the new file ``target``, readable only by its owner; with ``kept``, by whoever
    has the folder of the backups. It has been checked when this returns.

    Refuses with ``file-exists``, ``file-unwritable``, ``disk-full``, ``workspace-damaged`` or ``workspace-busy``.
    """
    draft = name_beside(target)
    try:
        remove_left(target.parent, BACKUP_NAME if kept else re.compile(re.escape(target.name)))
        os.close(create_file(draft) if kept else os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with room_for(target), in_the_making(draft), Refusing(store), closing(_reading(store)) as source:
                _copy(source, draft, facts)
            if replace:
                draft.replace(target)
            else:
                os.link(draft, target)
            note_change()
        finally:
            draft.unlink(missing_ok=True)
        _sync(target.parent)
    except FileExistsError as error:
        raise Refusal("file-exists", f"{target} exists", "Name another file, or move that one away.") from error
    except OSError as error:
        raise unwritable(target, error) from error


def _copy(source: sqlite3.Connection, draft: Path, facts: BackupFacts) -> None:
    with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("BEGIN")
        copy.execute(f"DROP TABLE IF EXISTS {FACTS}")
        copy.execute(f"CREATE TABLE {FACTS} (only INTEGER PRIMARY KEY, body TEXT)")
        copy.execute(f"INSERT INTO {FACTS} VALUES (1, ?)", (msgspec.json.encode(facts).decode(),))
        copy.execute("COMMIT")
        if problems := problems_of(copy):
            raise sqlite3.DatabaseError(problems)
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def take_out(path: Path, store: Path) -> BackupFacts:
    """Write the database of a backup to the new file ``store``. Refuses as ``facts_of`` does, and with ``disk-full``
    or ``workspace-unwritable``."""
    with opened(path) as backup:
        facts = facts_of(path, backup)
        if problems := problems_of(backup):
            raise damaged_backup(path, problems)
        os.close(create_file(store))
        with Refusing(store), closing(sqlite3.connect(store, isolation_level=None)) as copy:
            backup.backup(copy)
            copy.execute(f"DROP TABLE {FACTS}")
    return facts


def _reading(store: Path) -> sqlite3.Connection:
    """A connection of its own, so that nobody in this process has to wait."""
    target = store.absolute().as_uri() + ("" if is_writable(store) else "?immutable=1")
    return sqlite3.connect(target, uri=True, timeout=60, isolation_level=None)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
