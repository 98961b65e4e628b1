"""A thread that delivers notices beside whatever a process is there for."""

from __future__ import annotations

import threading

from ..errors import Refusal
from .delivery import Courier

INTERVAL = 5.0
"""Seconds from one look into the outbox to the next; one finds nothing within microseconds."""
FAREWELL = 1.0
"""Seconds that the end waits for what is under way."""


class CourierThread:
    """Delivers from ``start`` to ``close``. It ends with its process, whatever a server does meanwhile.

    ``last_trouble`` says why the last round could not do its work, None when it could: storage that can't be
    written, a vault that is closed. What a server refused is in the outbox.
    """

    def __init__(self, courier: Courier, interval: float = INTERVAL) -> None:
        self._courier = courier
        self._interval = interval
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self.last_trouble: str | None = None

    def start(self) -> CourierThread:
        """Begin, with a look into the outbox at once."""
        self._thread.start()
        return self

    def nudge(self) -> None:
        """Look into the outbox now: something was told, or is to be tried again."""
        self._wake.set()

    def close(self) -> None:
        """End within about a second. What is cut short is tried again by whoever delivers next."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(FAREWELL)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                self.last_trouble = self._courier.deliver_due(stop=self._stop).trouble
            except Refusal as refusal:
                self.last_trouble = refusal.message
            except Exception as error:  # noqa: BLE001 - whatever it is, the next round may do better, and somebody is told
                if not self._stop.is_set():  # else the workspace was closed under it
                    self.last_trouble = f"{type(error).__name__}: {error}"
            self._wake.wait(self._interval)
