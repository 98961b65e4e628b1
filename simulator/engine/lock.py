"""One simulator at a time on a workspace, by a lock that the system releases when its process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ...store.errors import Refusal
from ...store.persistence.private_files import lock_on
from ...store.workspace import Workspace

LOCK_FILE = "simulator.lock"


@contextmanager
def simulator_lock(workspace: Workspace) -> Iterator[None]:
    """Hold the simulator lock; refuses with ``simulator-running`` if another process has it."""
    if workspace.path is None:
        yield
        return
    lock = _lock(workspace.path)
    try:
        lock.acquire(timeout=1)  # a process that only checks the lock holds it briefly
    except Timeout as error:
        raise Refusal(
            "simulator-running",
            "another process is simulating this workspace",
            "`certfleet simulate stop` ends it.",
        ) from error
    except OSError as error:
        raise Refusal(
            "workspace-unwritable",
            f"{workspace.path} can't be written: {error.strerror}",
            "Work as its owner, on storage that can be written.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def is_locked(workspace: Workspace) -> bool:
    """Whether a simulator is running on this workspace."""
    if workspace.path is None or not (workspace.path / LOCK_FILE).exists():
        return False
    lock = _lock(workspace.path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:  # a process that may only read can't lock, and can't tell
        return False
    lock.release()
    return False


def _lock(folder: Path) -> FileLock:
    return lock_on(folder / LOCK_FILE)
