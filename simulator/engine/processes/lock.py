"""One simulator at a time on a workspace, by a lock that the system releases when its process ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ....store.errors import Refusal
from ....store.persistence.database_file import address_in
from ....store.persistence.process_lock import ProcessLock
from ....store.workspace import Workspace

LOCK_FILE = "simulator.lock"


@contextmanager
def simulator_lock(workspace: Workspace) -> Iterator[Callable[[], None]]:
    """Hold the simulator lock; refuses with ``simulator-running`` if another process has it, as the function that it
    yields does if another machine has taken it while the connection to PostgreSQL was lost."""
    if workspace.path is None:
        yield lambda: None
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

    def check() -> None:
        if lock.is_lost:
            said = "another machine has begun to simulate this workspace while the database could not be reached"
            raise Refusal("simulator-running", said)

    try:
        yield check
    finally:
        lock.release()


def is_locked(workspace: Workspace) -> bool:
    """Whether a simulator is running on this workspace, on any machine. Nobody can tell while its database can't be
    reached; then the answer is no."""
    if workspace.path is None:
        return False
    if address_in(workspace.path) is None and not (workspace.path / LOCK_FILE).exists():
        return False
    try:
        return ProcessLock(workspace.path, LOCK_FILE).is_held()
    except Refusal:
        return False
