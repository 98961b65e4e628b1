"""One watcher at a time for a workspace, by a lock that the system releases when its process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..persistence.process_lock import ProcessLock

LOCK_FILE = "watcher.lock"


@contextmanager
def watcher_lock(folder: Path | None) -> Iterator[bool]:
    """Hold the lock of a workspace in ``folder``, None for one in memory. False if another process has it, or it can't
    be taken here."""
    if folder is None:
        yield True
        return
    lock = ProcessLock(folder, LOCK_FILE)
    try:
        is_ours = lock.acquire()
    except OSError:
        is_ours = False
    if not is_ours:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
