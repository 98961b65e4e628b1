"""The devices as the console shows them: a row each, read bit by bit so that nothing ever waits for all of them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from ...store.devices.counts import FleetCounts
from ...store.devices.device_filter import haystack
from ...store.devices.presence import Outages, last_seen
from ...store.inventory.expiry import ExpiryRules
from ...store.model.certificate import Status
from ...store.model.device import Device, DeviceState, Platform
from ...store.printable import printable
from ...store.views.device import certificate_status, days_left
from ...store.workspace import Workspace

AT_ONCE = 2000  # devices that are there when the console opens; a larger fleet comes in behind it
STEP = 250  # devices that are read in one question: some milliseconds

_URGENCY = {
    state: rank
    for rank, state in enumerate(
        (
            DeviceState.MUST_RE_ENROLL,
            DeviceState.RE_ENROLLMENT_REQUIRED,
            DeviceState.ENROLLED,
            DeviceState.REVOKED,
            DeviceState.NOT_ENROLLED,
        )
    )
}


_UNCONCERNED = (DeviceState.NOT_ENROLLED, DeviceState.REVOKED)


class FleetMoment:
    """The time that all rows are shown at, and when nobody reached the server up to then (``Gate.outages``); ``rules``
    say when a certificate is expiring."""

    __slots__ = ("now", "outages", "rules")

    def __init__(self, now: datetime, rules: ExpiryRules, outages: Outages = ()) -> None:
        self.now, self.rules, self.outages = now, rules, outages


# As a Struct without gc, since the collector would stop everything to go through 100,000 objects that can't be in a
# cycle.
class DeviceRow(Struct, eq=False, gc=False):
    """A device. What follows from the time is worked out when it is asked for, at the rows' time.

    A device that changed gets another row. ``haystack`` is the lower-case text that free words are looked for in,
    ``urgency`` ranks the states: what needs somebody comes first, of a state those that were refused. See ``row_of``.
    """

    id: int
    device: Device
    haystack: str
    urgency: int
    _moment: FleetMoment
    _seen: datetime | None
    _seen_at: datetime | None

    @property
    def now(self) -> datetime:
        """The time that it is shown at."""
        return self._moment.now

    @property
    def name(self) -> str:
        """``iPhone 14 Pro F2LX…``, safe to show."""
        return printable(self.device.name)

    @property
    def days(self) -> int | None:
        """Days left of its certificate; None without one."""
        return days_left(self.device, self._moment.now)

    @property
    def status(self) -> Status | None:
        """Where its certificate stands; None without one."""
        return certificate_status(self.device, self._moment.now, self._moment.rules)

    @property
    def last_seen(self) -> datetime | None:
        """Its last check-in; None where it never came."""
        now = self._moment.now
        if self._seen_at != now:
            self._seen, self._seen_at = last_seen(self.device, now, self._moment.outages), now
        return self._seen

    @property
    def seen_about(self) -> datetime | None:
        """The same, as it was when somebody asked for it: quick."""
        return self._seen

    def prepare(self) -> None:
        """Work out the last check-in, if nobody has yet."""
        if self._seen_at == self.device.last_check_in:
            _ = self.last_seen

    def forget(self) -> None:
        """The last check-in is another than was worked out."""
        self._seen = self._seen_at = self.device.last_check_in

    def came_since(self, limit: datetime, now: datetime) -> bool:
        """Whether its last check-in was at ``limit`` or later, by the rows' time: ``now`` or just after."""
        # Check-ins are never taken back, so what is known to be late enough needn't be worked out anew.
        if self._seen is not None and self._seen >= limit:
            return True
        seen = self.last_seen
        return seen is not None and seen >= limit


def row_of(device: Device, moment: FleetMoment) -> DeviceRow:
    """The row of a device, shown at the time of ``moment``."""
    seen, urgency = device.last_check_in, 2 * _URGENCY[device.state] - (device.refused is not None)
    return DeviceRow(device.id, device, haystack(device), urgency, moment, seen, seen)


class DeviceRows:
    """The rows of the devices, kept up to date by the feed. One for all screens.

    ``rows`` is by id. A large fleet is still being read when the console opens: ``loaded`` says when it is there.
    ``read`` goes on with what is waiting, for about as long as it is given.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._table = workspace.database.table("devices")
        self.moment = FleetMoment(workspace.now(), workspace.expiry(), workspace.impact.gate().outages)
        self.rows: dict[int, DeviceRow] = {}
        self.loaded = False
        self._highest = self._table.highest_id()
        self._next = 1
        self._changed: set[int] = set()
        self._unprepared: list[int] = []
        self._inboxes: list[set[int]] = []
        self._states, self._platforms, self._groups = Counter[str](), Counter[str](), Counter[str]()
        self._concerned = Counter[Platform]()
        self._pending = 0
        while self._next <= min(self._highest, AT_ONCE):
            self._step()
        self.loaded = self._next > self._highest

    def take(self, ids: Iterable[int]) -> None:
        """These devices changed, are new, or are gone; ``read`` reads them."""
        self._changed.update(ids)

    @property
    def waiting(self) -> int:
        """How many devices are yet to be read."""
        return len(self._changed) + max(0, self._highest + 1 - self._next)

    def read(self, seconds: float = 0.02) -> set[int]:
        """Read what is waiting, until the time is over; the ids that were read. None while somebody else reads."""
        done: set[int] = set()
        lock = self._workspace.database.lock
        if not self.waiting or not lock.acquire(blocking=False):
            return done
        try:
            end = time.perf_counter() + seconds
            while self.waiting and time.perf_counter() < end:
                done |= self._step()
        finally:
            lock.release()
        self.loaded = self._next > self._highest
        for inbox in self._inboxes:
            inbox |= done
        return done

    def inbox(self) -> set[int]:
        """A set that gets the ids of all devices that are read from now on; whoever has it empties it."""
        inbox: set[int] = set()
        self._inboxes.append(inbox)
        return inbox

    def prepare(self, seconds: float) -> bool:
        """Work out last check-ins ahead, so that they can be sorted and filtered by; whether there is more to do."""
        end = time.perf_counter() + seconds
        while self._unprepared and time.perf_counter() < end:
            for id in self._unprepared[-50:]:
                if (row := self.rows.get(id)) is not None:
                    row.prepare()
            del self._unprepared[-50:]
        return bool(self._unprepared)

    def retime(self) -> bool:
        """Let the time pass; whether it did, or what is expiring is another."""
        now, rules = self._workspace.now(), self._workspace.expiry()
        passed = now != self.moment.now or rules is not self.moment.rules
        self.moment.now, self.moment.rules = now, rules
        outages = self._workspace.impact.gate(now).outages
        if outages != self.moment.outages:
            self.moment.outages = outages
            for row in self.rows.values():
                row.forget()
            self._unprepared = [row.id for row in self.rows.values() if row.device.habits is not None]
        return passed

    def counts(self) -> FleetCounts:
        """How the fleet is made up, as far as it is read."""
        return FleetCounts(
            total=len(self.rows),
            states=+self._states,
            platforms=+self._platforms,
            groups=+self._groups,
            pending=self._pending,
        )

    def platforms(self) -> dict[Platform, int]:
        """How many devices of each platform are enrolled, or have been and must re-enroll: whom it concerns when
        something stops. As far as they are read, and without counting them again."""
        return dict(self._concerned)

    def find(self, words: Iterable[str], limit: int) -> list[DeviceRow]:
        """The first devices that have all these words, in lower case."""
        found: list[DeviceRow] = []
        words = list(words)
        for row in self.rows.values():
            if all(word in row.haystack for word in words):
                found.append(row)
                if len(found) == limit:
                    break
        return found

    def _step(self) -> set[int]:
        # What changed comes first: people look at it. The rest of a first reading goes by id.
        if self._changed:
            ids = set(list(self._changed)[:STEP])
            self._changed -= ids
        else:
            ids = set(range(self._next, self._next + STEP))
            self._next += STEP
        gone = ids & self.rows.keys()
        for device in self._table.records(Device, ids):
            gone.discard(device.id)
            self._put(device)
        for id in gone:
            self._count(self.rows.pop(id).device, -1)
        return ids

    def _put(self, device: Device) -> None:
        known = self.rows.get(device.id)
        if known is not None:
            self._count(known.device, -1)
        self._count(device, 1)
        self.rows[device.id] = row = row_of(device, self.moment)
        if known is None and device.habits is not None:
            self._unprepared.append(row.id)

    def _count(self, device: Device, by: int) -> None:
        self._states[device.state] += by
        self._platforms[device.platform] += by
        if device.state not in _UNCONCERNED:
            self._concerned[device.platform] += by
        if device.issuer_group is not None:
            self._groups[device.issuer_group] += by
        if device.pending:
            self._pending += by
