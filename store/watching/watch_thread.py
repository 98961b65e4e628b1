"""A background thread that watches endpoints, for whoever keeps a workspace open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from ..errors import Refusal
from ..model.endpoint_verdict import EndpointVerdict
from .watching import EndpointWatching

AGAIN = 60.0
"""Seconds after a failure until it goes on."""
FAREWELL = 2.0
"""Seconds to wait for it when closing."""


class WatchThread:
    """Watches from ``start`` to ``close``, as the person that ``acting`` makes the acting one. ``trouble`` is told each
    new reason why it can't go on; ``found`` and ``waits`` are as in ``EndpointWatching.watch``."""

    def __init__(
        self,
        watching: EndpointWatching,
        trouble: Callable[[str], object],
        *,
        acting: Callable[[], AbstractContextManager[None]] = nullcontext,
        found: Callable[[EndpointVerdict], object] = lambda verdict: None,
        waits: Callable[[bool], object] = lambda other: None,
    ) -> None:
        self._watching = watching
        self._found, self._waits = found, waits
        self._acting = acting
        self._trouble = trouble
        self._told = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watching endpoints", daemon=True)

    def start(self) -> WatchThread:
        """Start; what is due is checked at once."""
        self._thread.start()
        return self

    def close(self) -> bool:
        """End within seconds; False if a check that doesn't end is left to the end of the process."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(FAREWELL)
        return not self._thread.is_alive()

    @property
    def is_alive(self) -> bool:
        """Whether it is still at work."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._acting():
                    self._watching.watch(self._stop, found=self._found, waits=self._waits)
            except Refusal as refusal:
                self._tell(refusal.message)
            except Exception as error:  # noqa: BLE001 - the next round may succeed; told meanwhile
                self._tell(type(error).__name__)
            self._stop.wait(AGAIN)

    def _tell(self, reason: str) -> None:
        if reason != self._told and not self._stop.is_set():  # otherwise the workspace was closed meanwhile
            self._told = reason
            self._trouble(reason)
