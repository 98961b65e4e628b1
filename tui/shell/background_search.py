"""Slow searches in the background, for the screen that shows the result."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from textual.screen import Screen

from ...store.errors import CANNOT_WRITE, Refusal
from .console_app import console_of
from .repaint_throttle import Throttle

Found = TypeVar("Found")
RETRY = 2.0  # seconds until the next try while a server is away, or the workspace busy


class BackgroundSearch(Throttle, Generic[Found]):
    """One search at a time, in its own thread. Called often, it rests between searches, so that it takes no more than
    its share of the time.

    ``prepare`` is called in the screen's thread and returns the search; ``show`` gets the result, in the screen's
    thread too.
    """

    def __init__(
        self, screen: Screen[Any], prepare: Callable[[], Callable[[], Found]], show: Callable[[Found], None]
    ) -> None:
        super().__init__(screen)
        self._prepare, self._show = prepare, show
        self._searching = self._again = False

    def now(self) -> None:
        """Search without waiting for the rest to end; if a search is running, search once more after it."""
        self._stop_waiting()
        if self._searching:
            self._again = True
            return
        search = self._prepare()
        self._searching = True
        self._screen.run_worker(lambda: self._run(search), thread=True, exit_on_error=False, group="search")

    def _run(self, search: Callable[[], Found]) -> None:
        start, app = time.monotonic(), self._screen.app
        try:
            found = search()
        except Exception as error:  # noqa: BLE001 - told calmly, and tried again
            app.call_from_thread(self._failed, error)
        else:
            app.call_from_thread(self._found, found, time.monotonic() - start)

    def _failed(self, error: Exception) -> None:
        self._searching = self._again = False
        self._took(0)
        console, is_away = console_of(self._screen), isinstance(error, Refusal) and error.code in CANNOT_WRITE
        if is_away:
            self._later(RETRY)
        if not (is_away and console.cannot_read):  # which has been told
            console.trouble(error)

    def _found(self, found: Found, seconds: float) -> None:
        self._searching = False
        self._took(seconds)
        if not self._screen.is_attached:
            return
        self._show(found)
        if self._again:
            self._again = False
            self.now()
