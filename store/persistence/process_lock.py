"""A lock of a workspace that one process holds, and that is released when the process ends, however it does."""

from __future__ import annotations

from pathlib import Path

from .private_files import lock_on


class ProcessLock:
    """The lock called ``name`` of the workspace in ``folder``: a file that stays there."""

    def __init__(self, folder: Path, name: str) -> None:
        self._file = lock_on(folder / name)

    def acquire(self, timeout: float = 0) -> bool:
        """Take it, waiting for ``timeout`` seconds; False if another process has it. Raises ``OSError`` if the folder
        can't be written."""
        from filelock import Timeout  # imported here, because most commands lock nothing

        try:
            self._file.acquire(timeout=timeout)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Let others have it."""
        self._file.release()
