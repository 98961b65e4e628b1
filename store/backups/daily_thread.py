"""A background thread that makes the day's backup, for whoever keeps a workspace open."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..errors import Refusal
from .backups import Backups

FIRST = 20.0
"""Seconds until the first look: whoever opens a workspace wants something else first."""
INTERVAL = 600.0
"""Seconds between two looks."""


class DailyBackups:
    """Looks from ``start`` to ``close`` whether a backup is due. ``trouble`` is told each new reason why none can be
    made."""

    def __init__(self, backups: Backups, trouble: Callable[[str], object], *, first: float = FIRST) -> None:
        self._backups = backups
        self._trouble = trouble
        self._first = first
        self._told = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="backups", daemon=True)

    def start(self) -> DailyBackups:
        """Start looking."""
        self._thread.start()
        return self

    def close(self) -> None:
        """End. A backup in the making is dropped with the process."""
        self._stop.set()

    def _run(self) -> None:
        pause = self._first
        while not self._stop.wait(pause):
            pause = INTERVAL
            try:
                self._backups.daily()
                self._told = ""
            except Refusal as refusal:
                self._tell(refusal.message)
            except Exception as error:  # noqa: BLE001 - the next look may succeed; told meanwhile
                self._tell(type(error).__name__)

    def _tell(self, reason: str) -> None:
        if reason != self._told and not self._stop.is_set():  # otherwise the workspace was closed meanwhile
            self._told = reason
            self._trouble(reason)
