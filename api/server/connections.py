"""The open connections, and who gets another one.

Whoever waits without asking makes room: the connection that has waited longest for its request is closed when there are
too many. So somebody who opens connections and leaves them keeps nobody out.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable

from .limits import Limits

LOG = logging.getLogger("certfleet.api")
LOGGED_EVERY = 60.0  # seconds


class HeldConnection:
    """One of them. ``turned_away``: it gets only the answer that there are too many."""

    def __init__(self, all: Connections, address: str, close: Callable[[], object], turned_away: bool) -> None:
        self._all = all
        self.address = address
        self.close = close
        self.turned_away = turned_away

    def wait(self) -> None:
        """It waits for a request from now on."""
        self._all.note_waiting(self)

    def work(self) -> None:
        """Its request is there."""
        self._all.note_working(self)

    def end(self) -> None:
        """It is closed."""
        self._all.note_closed(self)


class Connections:
    """All of them. For one thread, the event loop's."""

    def __init__(self, limits: Limits, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._now = now
        self._open: set[HeldConnection] = set()
        self._by_address: Counter[str] = Counter()
        self._turned_away: set[HeldConnection] = set()
        self._waiting: dict[HeldConnection, float] = {}  # since when, the longest first
        self._refused = self._closed = 0
        self._logged_at: float | None = None

    def __len__(self) -> int:
        return len(self._open) + len(self._turned_away)

    def admit(self, address: str, close: Callable[[], object]) -> HeldConnection | None:
        """A new connection, which waits; another one may be closed for it. None if it has to be closed at once."""
        makes_room = self._makes_room(address)
        if not makes_room:
            self._refused += 1
            self._log()
            if len(self._turned_away) >= self._limits.turned_away:
                return None
            turned_away = HeldConnection(self, address, close, turned_away=True)
            self._turned_away.add(turned_away)
            return turned_away
        admitted = HeldConnection(self, address, close, turned_away=False)
        self._open.add(admitted)
        self._by_address[address] += 1
        self.note_waiting(admitted)
        return admitted

    def note_waiting(self, one: HeldConnection) -> None:
        """As ``HeldConnection.wait``."""
        if one in self._open:
            self._waiting.pop(one, None)
            self._waiting[one] = self._now()

    def note_working(self, one: HeldConnection) -> None:
        """As ``HeldConnection.work``."""
        self._waiting.pop(one, None)

    def note_closed(self, one: HeldConnection) -> None:
        """As ``HeldConnection.end``."""
        self._waiting.pop(one, None)
        self._turned_away.discard(one)
        if one in self._open:
            self._open.remove(one)
            self._by_address[one.address] -= 1
            if not self._by_address[one.address]:
                del self._by_address[one.address]

    def close_all(self) -> None:
        """Close those that wait: the server stops."""
        for one in list(self._waiting):
            one.close()

    def _makes_room(self, address: str) -> bool:
        if self._by_address[address] >= self._limits.per_address and not self._close_one(address):
            return False
        return len(self._open) < self._limits.connections or self._close_one(None)

    def _close_one(self, address: str | None) -> bool:
        """Close the connection that has waited longest, of an address or of all."""
        until = self._now() - self._limits.spared
        for one, since in self._waiting.items():
            if since > until:
                return False
            if address is None or one.address == address:
                self.note_closed(one)
                one.close()
                self._closed += 1
                self._log()
                return True
        return False

    def _log(self) -> None:
        """A line a minute, however many there are."""
        now = self._now()
        if self._logged_at is not None and now - self._logged_at < LOGGED_EVERY:
            return
        LOG.warning(
            "too many connections: %d refused, %d closed that waited, %d open (at most %d, %d from an address)",
            self._refused,
            self._closed,
            len(self),
            self._limits.connections,
            self._limits.per_address,
        )
        self._logged_at, self._refused, self._closed = now, 0, 0
