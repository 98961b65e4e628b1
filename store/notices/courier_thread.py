"""A background thread that delivers notices."""

from __future__ import annotations

import threading

from ..errors import Refusal
from .delivery import Courier

INTERVAL = 5.0
"""Seconds between two checks of the outbox; an empty check takes microseconds."""
FAREWELL = 1.0
"""Seconds to wait for a running delivery when closing."""


class CourierThread:
    """Delivers from ``start`` to ``close``. A slow server doesn't keep the process alive.

    ``last_trouble`` says why the last round could not run (read-only storage, a locked vault), or is None. Refusals by
    a server are in the outbox.
    """

    def __init__(self, courier: Courier, interval: float = INTERVAL) -> None:
        self._courier = courier
        self._interval = interval
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self.last_trouble: str | None = None

    def start(self) -> CourierThread:
        """Start, and check the outbox at once."""
        self._thread.start()
        return self

    def nudge(self) -> None:
        """Check the outbox now: there is a new notice or a retry."""
        self._wake.set()

    def close(self) -> None:
        """End within about a second. An interrupted delivery is tried again in the next round."""
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
            except Exception as error:  # noqa: BLE001 - the next round may succeed; reported meanwhile
                if not self._stop.is_set():  # otherwise the workspace was closed meanwhile
                    self.last_trouble = f"{type(error).__name__}: {error}"
            self._wake.wait(self._interval)
