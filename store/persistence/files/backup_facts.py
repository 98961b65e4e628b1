"""Reading a backup: what it is of, and whether its file is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from ...errors import Refusal

FACTS = "_backup"


class BackupFacts(Struct, frozen=True, kw_only=True):
    """``workspace`` is the name of its folder, ``taken_at`` a time by the wall clock, UTC, ``reason`` what it was made
    for, and ``key_file`` the text of the key file, if the backup holds it."""

    workspace: str
    taken_at: datetime
    reason: str
    key_file: str | None = None


def problems_of(connection: sqlite3.Connection) -> str:
    """What SQLite finds wrong with a file, or nothing."""
    found = [str(line) for (line,) in connection.execute("PRAGMA quick_check(1)")]
    return "" if found == ["ok"] else found[0]


def is_good(path: Path) -> bool:
    """Whether it is a backup whose file is whole. Reads all of it."""
    try:
        with opened(path) as backup:
            facts_of(path, backup)
            return not problems_of(backup)
    except Refusal:
        return False


def facts_of(path: Path, backup: sqlite3.Connection) -> BackupFacts:
    """What the file is a backup of. Refuses with ``not-a-backup`` or ``backup-damaged``."""
    row = backup.execute("SELECT name FROM sqlite_master WHERE name = ?", (FACTS,)).fetchone()
    if row is None:
        raise _other(path)
    (body,) = backup.execute(f"SELECT body FROM {FACTS} WHERE only = 1").fetchone() or ("",)
    try:
        return msgspec.json.decode(body, type=BackupFacts)
    except msgspec.DecodeError as error:
        raise damaged_backup(path, str(error)) from error


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, read as it stands: nothing is created beside it, and it may be on storage that can't be written."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise Refusal("file-unreadable", f"{path} can't be read: {error.strerror}") from error
    if head != b"SQLite format 3\0":
        raise _other(path)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as backup:
            yield backup
    except sqlite3.Error as error:
        raise damaged_backup(path, str(error)) from error


def _other(path: Path) -> Refusal:
    return Refusal(
        "not-a-backup",
        f"{path} is not a backup of a workspace",
        "Name a file that `certfleet workspace backup` made; `certfleet workspace backups` lists the automatic ones.",
    )


def damaged_backup(path: Path, reason: str) -> Refusal:
    return Refusal(
        "backup-damaged",
        f"the backup {path} is damaged: {reason}",
        "Take another one: `certfleet workspace backups` lists the automatic ones.",
    )
