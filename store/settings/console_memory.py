"""The file in which the console remembers things. It never stops or delays the console."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import platformdirs

from .private_file import locked, replace_file
from .remembered import Remembered

MOST_BYTES = 4 * 1024 * 1024  # nobody remembers that much; something else is in the file
MOST_WAITING = 1000
Change = Callable[[Remembered], Remembered]


def memory_path() -> Path:
    """The file of this person: ``$XDG_STATE_HOME/certfleet/console.json``."""
    return platformdirs.user_state_path("certfleet") / "console.json"


class ConsoleMemory:
    """What is remembered, in a file that several consoles use at once; thread-safe.

    A missing, damaged or unreadable file is an empty one. With ``path`` None, or a file that can't be written,
    everything is remembered until the process ends.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._waiting: list[Change] = []  # changes that are not in the file yet
        self._state = self._read()

    @property
    def state(self) -> Remembered:
        """What is remembered; what other consoles have written since is in it after the next ``change``."""
        return self._state

    def change(self, change: Change) -> Remembered:
        """Apply a function to what the file holds now, and write the result; returns it. ``change`` may be called
        again, with other states. Never raises ``OSError``."""
        with self._lock:
            if self._path is not None:
                self._waiting = [*self._waiting[-MOST_WAITING:], change]
            if self._path is None or not self._write(self._path):
                self._state = change(self._state)
            return self._state

    def _write(self, path: Path) -> bool:
        try:
            with locked(path) as ours:
                if not ours:
                    return False
                state = self._read()
                for waiting in self._waiting:
                    state = waiting(state)
                replace_file(path, msgspec.json.format(msgspec.json.encode(state)))
        except OSError:
            return False
        self._state = state
        self._waiting.clear()
        return True

    def _read(self) -> Remembered:
        if self._path is None:
            return Remembered()
        try:
            with self._path.open("rb") as file:
                return msgspec.json.decode(file.read(MOST_BYTES), type=Remembered)
        except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
            return Remembered()
