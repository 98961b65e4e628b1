"""The processes that this console started, so that none outlives it."""

from __future__ import annotations

import contextlib
import subprocess
import weakref
from collections.abc import Sequence
from typing import IO

_started: weakref.WeakSet[subprocess.Popen[bytes]] = weakref.WeakSet()


def start_child(
    command: Sequence[str], *, stdout: int | IO[bytes], stderr: int | IO[bytes], stdin: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    """Start a command of the console's own, in a session of its own: Ctrl+C in the terminal is the console's. Raises
    ``OSError`` if it can't be started."""
    process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=True)
    _started.add(process)
    return process


def kill_children() -> None:
    """End at once whatever still runs. What it committed is safe, and the rest is rolled back."""
    for process in list(_started):
        with contextlib.suppress(OSError):
            process.kill()
