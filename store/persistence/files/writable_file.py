"""Whether the file of a database can be written, or read only."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ...errors import NO_ROOM, Refusal, no_room
from .private_files import create_file


def is_writable(path: Path) -> bool:
    """Whether the file can be written; a missing file is created.

    An existing one is never opened here: closing it would drop every lock that SQLite holds on it for other connections
    of this process (https://sqlite.org/howtocorrupt.html, 2.2), and another process that closes its own would take away
    the write-ahead log in use, with all that is committed to it afterwards.

    Refuses with ``workspace-unwritable`` a file that can't be created or read, or can't be read without being written:
    with a write-ahead log, somebody else has it open, or left it in the middle.
    """
    try:
        if not path.exists():
            os.close(create_file(path, flags=os.O_RDWR))
        elif not _may(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if not _may(path.parent, os.W_OK):  # where the write-ahead log has to be created
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return True
    except OSError as error:
        if error.errno in NO_ROOM:
            raise no_room(path) from error
        log = path.with_name(f"{path.name}-wal")
        if _may(path, os.R_OK) and not (log.exists() and log.stat().st_size):
            return False
        raise Refusal(
            "workspace-unwritable",
            f"{path} can't be opened: {error.strerror}",
            "Work as the owner of the workspace, or on a copy of its folder.",
        ) from error


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)
