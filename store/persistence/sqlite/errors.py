"""SQLite's errors as refusals that say what is wrong with the file or its storage.

SQLite's result codes: https://www.sqlite.org/rescode.html
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from pathlib import Path
from types import TracebackType

from ...errors import NO_ROOM, Refusal, no_room
from ..damage import damaged

BUSY_SECONDS = 60.0
"""How long a statement waits for another process that is writing."""

_PROBE_BYTES = 65536  # more than the initial 32 KiB of a write-ahead log's index

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_STORAGE = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}  # which may mean a full disk
_UNREADABLE = {  # of SQLITE_IOERR, by the extended code
    sqlite3.SQLITE_IOERR_READ,
    sqlite3.SQLITE_IOERR_SHORT_READ,
    sqlite3.SQLITE_IOERR_CORRUPTFS,
    sqlite3.SQLITE_IOERR_DATA,
}
# SQLITE_ERROR is a mistake in a statement, and ours are all fixed; but these tell what is in the file.
_FROM_THE_FILE = (
    "malformed JSON",
    "no such table",
    "no such column",
    "unsupported file format",
)
_NO_TEXT = "Could not decode to UTF-8"  # of Python's own, without a code, and followed by what it found


class Refusing:
    """Wrap every use of a connection in ``with`` one of these: SQLite's errors inside leave as a ``Refusal``.

    Mistakes of the program (a closed connection, a statement that SQLite can't read) pass unchanged. Reentrant.
    ``path`` is the database file, None in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, sqlite3.Error) and (refusal := refusal_for(error, self._path)):
            raise refusal from error
        if isinstance(error, UnicodeDecodeError):  # SQLite quotes what it found in a damaged schema
            raise damaged(self._path or "the workspace in memory", "its schema can't be read") from error


def refusal_for(error: sqlite3.Error, path: Path | None) -> Refusal | None:
    """The refusal for an error of SQLite; None if the error is the program's own mistake."""
    extended: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE)
    code = extended & 0xFF
    where = path or "the workspace in memory"
    if code in _BUSY:
        return Refusal(
            "workspace-busy",
            f"another process has been writing to {where} for {BUSY_SECONDS:.0f} seconds",
            "Wait until it is done, or end it, and try again.",
        )
    if code == sqlite3.SQLITE_FULL or (code in _STORAGE and path is not None and _is_full(path.parent)):
        return no_room(where)
    if code in _DAMAGED or extended in _UNREADABLE or str(error).startswith(_NO_TEXT):
        return damaged(where, "a text in it is none" if str(error).startswith(_NO_TEXT) else str(error))
    if code == sqlite3.SQLITE_ERROR and str(error).startswith(_FROM_THE_FILE):
        return damaged(where, str(error))
    if code in _UNWRITABLE or code in _STORAGE:
        return Refusal(
            "workspace-unwritable",
            f"{where} can't be written: {error}",
            "Check the permissions of the workspace's folder, and the storage that it is on.",
        )
    return None


def _is_full(folder: Path) -> bool:
    # SQLite knows the errno, but Python doesn't pass it on, so the storage is asked: this covers quotas and inodes too.
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            written = file.write(bytes(_PROBE_BYTES))
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno in NO_ROOM
    return written < _PROBE_BYTES
