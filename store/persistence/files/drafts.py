"""Files and folders in the making, beside the place that they are for. A kill leaves them there, as large as a whole
workspace, and with its keys: whoever makes the next one removes them.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MARK_BYTES = 8
_DRAFT = re.compile(r"\.(.+)\.[0-9a-f]{16}")
_YOUNG_SECONDS = 60.0  # somebody may have made it, and not locked it yet


def name_beside(target: Path) -> Path:
    """A new name beside ``target``."""
    return target.with_name(f".{target.name}.{secrets.token_hex(_MARK_BYTES)}")


@contextmanager
def in_the_making(draft: Path) -> Iterator[None]:
    """Inside, a draft that is there is somebody's, and nobody removes it. The system ends that with the process."""
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        with suppress(OSError):  # storage without locks
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def remove_left(folder: Path, name: re.Pattern[str]) -> None:
    """Remove the drafts in a folder that a kill has left, whose targets have such a name. What can't be removed
    stays."""
    with suppress(OSError):
        for entry in list(folder.iterdir()):
            found = _DRAFT.fullmatch(entry.name)
            if found is not None and name.fullmatch(found[1]):
                with suppress(OSError):
                    _remove_if_left(entry)


def _remove_if_left(draft: Path) -> None:
    if draft.is_symlink() or time.time() - draft.stat().st_mtime < _YOUNG_SECONDS:
        return
    descriptor = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if draft.is_dir():
            shutil.rmtree(draft)
        else:
            draft.unlink()
            for log in ("-journal", "-wal", "-shm"):
                draft.with_name(draft.name + log).unlink(missing_ok=True)
    finally:
        os.close(descriptor)
