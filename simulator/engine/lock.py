"""One simulator at a time on a workspace, by a lock that the system releases when its process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ...store.errors import Refusal
from ...store.persistence.process_lock import ProcessLock
from ...store.workspace import Workspace

LOCK_FILE = "simulator.lock"


@contextmanager
def simulator_lock(workspace: Workspace) -> Iterator[None]:
    """Hold the simulator lock; refuses with ``simulator-running`` if another process has it."""
    if workspace.path is None:
        yield
        return
    lock = ProcessLock(workspace.path, LOCK_FILE)
    try:
        is_ours = lock.acquire(timeout=1)  # a process that only checks the lock holds it briefly
    except OSError as error:
        raise Refusal(
            "workspace-unwritable",
            f"{workspace.path} can't be written: {error.strerror}",
            "Work as its owner, on storage that can be written.",
        ) from error
    if not is_ours:
        raise Refusal(
            "simulator-running",
            "another process is simulating this workspace",
            "`certfleet simulate stop` ends it.",
        )
    try:
        yield
    finally:
        lock.release()


def is_locked(workspace: Workspace) -> bool:
    """Whether a simulator is running on this workspace."""
    if workspace.path is None or not (workspace.path / LOCK_FILE).exists():
        return False
    lock = ProcessLock(workspace.path, LOCK_FILE)
    try:
        if not lock.acquire():
            return True
    except OSError:  # a process that may only read can't lock, and can't tell
        return False
    lock.release()
    return False
