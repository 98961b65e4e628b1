"""Finding something that takes a while, beside the screen that shows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from textual.screen import Screen
from textual.timer import Timer

from .console_app import console_of
from .repaint_throttle import REST, SHARE

Answer = TypeVar("Answer")


class BackgroundSearch(Generic[Answer]):
    """One search at a time, in a thread of its own; called often, it searches after a rest, and takes no more than its
    share of the time.

    ``prepare`` is called on the screen's side and gives the search; ``show`` gets what it found, there again.
    """

    def __init__(
        self, screen: Screen[None], prepare: Callable[[], Callable[[], Answer]], show: Callable[[Answer], None]
    ) -> None:
        self._screen, self._prepare, self._show = screen, prepare, show
        self._searching = self._again = False
        self._timer: Timer | None = None
        self._next = 0.0

    def __call__(self) -> None:
        if self._timer is None:
            wait = self._next - time.monotonic()
            if wait <= 0:  # a timer of no time divides by it
                self.now()
            else:
                self._timer = self._screen.set_timer(wait, self.now)

    def now(self) -> None:
        """Search, however short the rest was; once more where a search is under way."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._searching:
            self._again = True
            return
        self._searching = True
        search = self._prepare()
        self._screen.run_worker(lambda: self._run(search), thread=True, exit_on_error=False, group="beside")

    def _run(self, search: Callable[[], Answer]) -> None:
        start, app = time.monotonic(), self._screen.app
        try:
            found = search()
        except Exception as error:  # noqa: BLE001 - told calmly, and tried again
            app.call_from_thread(self._failed, error)
        else:
            app.call_from_thread(self._found, found, time.monotonic() - start)

    def _failed(self, error: Exception) -> None:
        self._searching = self._again = False
        self._next = time.monotonic() + REST
        console_of(self._screen).trouble(error)

    def _found(self, found: Answer, seconds: float) -> None:
        self._searching = False
        self._next = time.monotonic() + max(REST, seconds * SHARE)
        if not self._screen.is_attached:
            return
        self._show(found)
        if self._again:
            self._again = False
            self.now()
