"""A lock of a workspace that one process holds, and that is released when the process ends, however it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .database_file import address_in
from .files.private_files import lock_on

if TYPE_CHECKING:
    from .postgresql.lock import AdvisoryLock


class ProcessLock:
    """The lock called ``name`` of the workspace in ``folder``: a file that stays there. In PostgreSQL, an advisory lock
    of the database as well, so that it holds over machines."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name, self._file = name, lock_on(folder / name)
        self._address = address_in(folder)
        self._advisory: AdvisoryLock | None = None
        if self._address is not None:
            from .postgresql.lock import AdvisoryLock

            self._advisory = AdvisoryLock(self._address, name)

    def acquire(self, timeout: float = 0) -> bool:
        """Take it, waiting for ``timeout`` seconds; False if another process has it. Raises ``OSError`` if the folder
        can't be written, and refuses as a connection to PostgreSQL does."""
        from filelock import Timeout  # imported here, because most commands lock nothing

        try:
            self._file.acquire(timeout=timeout)
        except Timeout:
            return False
        if self._advisory is None:
            return True
        try:
            is_ours = self._advisory.acquire(timeout)
        except BaseException:
            self._file.release()
            raise
        if not is_ours:
            self._file.release()
        return is_ours

    def is_held(self) -> bool:
        """Whether any process has it. A process that may only read the folder can't tell, and says no."""
        from filelock import Timeout

        try:
            self._file.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            return False
        self._file.release()
        if self._address is None:
            return False
        from .postgresql.lock import locks_of

        return locks_of(self._address).is_held(self._name)

    @property
    def is_lost(self) -> bool:
        """Whether another machine has taken it while the connection to PostgreSQL was lost."""
        return self._advisory is not None and self._advisory.is_lost

    def release(self) -> None:
        """Let others have it."""
        if self._advisory is not None:
            self._advisory.release()
        self._file.release()
