"""Trying on a copy what takes long: meanwhile nobody has to wait, neither this console nor another session."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ...store.effects.effects import Effects
from ...store.workspace import Workspace

MANY = 2_000  # devices: what concerns more is tried on a copy


class TrialCopy:
    """A copy of the workspace in memory, for the life of a dialog.

    A trial within the workspace holds its lock until it is rolled back. That is right for most: with 100,000 devices
    they take less than making a copy and reading it. What concerns many records takes longer than both. The copy is
    made once, at the first trial; if others change something meanwhile, confirming compares anew.
    """

    def __init__(self, workspace: Callable[[], Workspace]) -> None:
        self._workspace = workspace
        self._copy: Workspace | None = None
        self._lock = threading.Lock()  # one trial at a time

    def try_out(self, change: Callable[[Workspace], object], stop: threading.Event) -> Effects | None:
        """What a change would do; None where nobody waits for it any more when it is its turn."""
        with self._lock:
            if stop.is_set():
                return None
            copy = self._copy = self._copy or self._workspace().copy()
            return copy.trials.try_out(lambda: change(copy))

    def carry_out(self, change: Callable[[Workspace], object], stop: threading.Event) -> Effects | None:
        """The same of a change that takes several transactions; it needs a copy of its own."""
        with self._lock:
            if stop.is_set():
                return None
            copy = self._workspace().copy()
            try:
                with copy.trials.together() as effects:
                    change(copy)
                    return None if stop.is_set() else effects()
            finally:
                copy.close()

    def close(self) -> None:
        """Give its memory back, when the trial that runs has ended."""
        with self._lock:
            if self._copy is not None:
                self._copy.close()
                self._copy = None
