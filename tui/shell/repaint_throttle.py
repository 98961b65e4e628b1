"""Limits how often the console repaints: a simulator commits several times a second, too fast to read."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from textual.screen import Screen
from textual.timer import Timer

from .console_app import console_of

REST = 1.0
SHARE = 20  # slow calls become rarer: they take no more than this part of the time
AGAIN = 0.25  # seconds until the next try while a long action of this console holds the workspace
SOON = 0.01  # the same for the first try, since most actions are short; then twice as long each time


class Throttle(ABC):
    """Calls ``now`` at once if it has rested long enough, otherwise when it has."""

    def __init__(self, screen: Screen[Any], *, rest: float = REST, share: int = SHARE) -> None:
        self._screen, self._rest, self._share = screen, rest, share
        self._next = 0.0
        self._timer: Timer | None = None

    def __call__(self) -> None:
        if self._timer is None:
            wait = self._next - time.monotonic()
            if wait <= 0:  # Textual divides by the interval, so 0 raises
                self.now()
            else:
                self._later(wait)

    @abstractmethod
    def now(self) -> None:
        """Call without waiting for the rest to end."""

    def _later(self, seconds: float) -> None:
        self._timer = self._screen.set_timer(seconds, self.now)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _took(self, seconds: float) -> None:
        """Schedule the rest after a call that took ``seconds``."""
        self._next = time.monotonic() + max(self._rest, seconds * self._share)


class RepaintThrottle(Throttle):
    """Calls ``call``, and never waits for the workspace."""

    def __init__(
        self, screen: Screen[Any], call: Callable[[], None], *, rest: float = REST, share: int = SHARE
    ) -> None:
        super().__init__(screen, rest=rest, share=share)
        self._call = call
        self._again = SOON

    def now(self) -> None:
        self._stop_waiting()
        lock = console_of(self._screen).workspace.database.lock
        if not lock.acquire(blocking=False):
            self._later(self._again)
            self._again = min(2 * self._again, AGAIN)
            return
        self._again = SOON
        start = time.monotonic()
        try:
            self._call()
        finally:
            lock.release()
        self._took(time.monotonic() - start)
