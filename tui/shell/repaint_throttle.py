"""How often the console repaints: a simulator commits several times a second, and nobody can read that."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.screen import Screen
from textual.timer import Timer

from .console_app import console_of

REST = 1.0
SHARE = 20  # what is dear is called less often: it takes no more than this part of the time
AGAIN = 0.25  # seconds until the next try, where a long action of this console keeps the workspace


class RepaintThrottle:
    """Calls ``call`` at once where it has rested for a while, else when it has. It never waits for the workspace."""

    def __init__(
        self, screen: Screen[None], call: Callable[[], None], *, rest: float = REST, share: int = SHARE
    ) -> None:
        self._screen, self._call, self._rest, self._share = screen, call, rest, share
        self._next = 0.0
        self._timer: Timer | None = None

    def __call__(self) -> None:
        if self._timer is None:
            wait = self._next - time.monotonic()
            if wait <= 0:
                self.now()
            else:
                self._timer = self._screen.set_timer(wait, self.now)

    def now(self) -> None:
        """Call it, however short the rest was."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        lock = console_of(self._screen).workspace.database.lock
        if not lock.acquire(blocking=False):
            self._timer = self._screen.set_timer(AGAIN, self.now)
            return
        start = time.monotonic()
        try:
            self._call()
        finally:
            lock.release()
        end = time.monotonic()
        self._next = end + max(self._rest, (end - start) * self._share)
