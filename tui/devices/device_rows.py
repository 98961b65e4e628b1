"""The console's rows of devices, read in small steps so that nothing ever waits for the whole fleet."""

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

AT_ONCE = 2000  # devices read before the console opens; the rest of a larger fleet follows in the background
STEP = 250  # devices read per query, which takes some milliseconds

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
    """The time that all rows are shown at, and the times up to then when no device reached the server
    (``Gate.outages``); ``rules`` say when a certificate is expiring."""

    __slots__ = ("now", "outages", "rules")

    def __init__(self, now: datetime, rules: ExpiryRules, outages: Outages = ()) -> None:
        self.now, self.rules, self.outages = now, rules, outages


# A Struct without gc: the collector would stop everything to go through 100,000 objects that can't be in a
# cycle.
class DeviceRow(Struct, eq=False, gc=False):
    """A device. Values that depend on the time are computed on access, at the rows' time.

    A changed device gets a new row. ``haystack`` is the lower-case text that words of a filter are matched against.
    ``urgency`` ranks the states: those that need attention come first, and within a state refused devices. See
    ``row_of``.
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
        """The time that the row is shown at."""
        return self._moment.now

    @property
    def name(self) -> str:
        """The device's name, safe to show: ``iPhone 14 Pro F2LX…``."""
        return printable(self.device.name)

    @property
    def days(self) -> int | None:
        """The days left of its certificate; None without one."""
        return days_left(self.device, self._moment.now)

    @property
    def status(self) -> Status | None:
        """The status of its certificate; None without one."""
        return certificate_status(self.device, self._moment.now, self._moment.rules)

    @property
    def last_seen(self) -> datetime | None:
        """Its last check-in; None if it never checked in."""
        now = self._moment.now
        if self._seen_at != now:
            self._seen, self._seen_at = last_seen(self.device, now, self._moment.outages), now
        return self._seen

    @property
    def seen_about(self) -> datetime | None:
        """Its last check-in as last computed. Fast, and possibly out of date."""
        return self._seen

    def prepare(self) -> None:
        """Compute the last check-in unless that was done."""
        if self._seen_at == self.device.last_check_in:
            _ = self.last_seen

    def forget(self) -> None:
        """Discard the computed last check-in, which has changed."""
        self._seen = self._seen_at = self.device.last_check_in

    def came_since(self, limit: datetime, now: datetime) -> bool:
        """Whether its last check-in was at ``limit`` or later, as of the rows' time, which is ``now`` or just after."""
        # Check-ins are never taken back, so a known one that is late enough needn't be computed anew.
        if self._seen is not None and self._seen >= limit:
            return True
        seen = self.last_seen
        return seen is not None and seen >= limit


def row_of(device: Device, moment: FleetMoment) -> DeviceRow:
    """The row of a device at the time of ``moment``."""
    seen, urgency = device.last_check_in, 2 * _URGENCY[device.state] - (device.refused is not None)
    return DeviceRow(device.id, device, haystack(device), urgency, moment, seen, seen)


class DeviceRows:
    """The rows of the devices, kept up to date by the feed and shared by all screens.

    ``rows`` is by id. A large fleet is still being read when the console opens: ``loaded`` says when it is complete.
    ``read`` continues with waiting devices, for about as many seconds as it is given.
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
        """Queue changed, new and deleted devices for ``read``."""
        self._changed.update(ids)

    @property
    def is_small(self) -> bool:
        """Whether it is read before the console opens, and counting it takes no time that anybody notices."""
        return max(self._highest, len(self.rows)) <= AT_ONCE

    @property
    def waiting(self) -> int:
        """The number of devices that are yet to be read."""
        return len(self._changed) + max(0, self._highest + 1 - self._next)

    def read(self, seconds: float = 0.008) -> set[int]:
        """Read waiting devices for ``seconds``, and return their ids: none while another thread holds the database."""
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
        """A set that receives the ids of all devices read from now on. Its owner empties it."""
        inbox: set[int] = set()
        self._inboxes.append(inbox)
        return inbox

    def prepare(self, seconds: float) -> bool:
        """Compute last check-ins in advance, for sorting and filtering. True if there are more."""
        end = time.perf_counter() + seconds
        while self._unprepared and time.perf_counter() < end:
            for id in self._unprepared[-50:]:
                if (row := self.rows.get(id)) is not None:
                    row.prepare()
            del self._unprepared[-50:]
        return bool(self._unprepared)

    def retime(self) -> bool:
        """Advance the rows to the present time. True if it or the expiry rules changed."""
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
        """The composition of the fleet, as far as it is read."""
        return FleetCounts(
            total=len(self.rows),
            states=+self._states,
            platforms=+self._platforms,
            groups=+self._groups,
            pending=self._pending,
        )

    def platforms(self) -> dict[Platform, int]:
        """The number of devices per platform that are enrolled or must re-enroll, which an outage concerns; as far as
        they are read. Fast: nothing is counted anew."""
        return dict(self._concerned)

    def find(self, words: Iterable[str], limit: int) -> list[DeviceRow]:
        """The first devices that match all these lower-case words."""
        found: list[DeviceRow] = []
        words = list(words)
        for row in self.rows.values():
            if all(word in row.haystack for word in words):
                found.append(row)
                if len(found) == limit:
                    break
        return found

    def _step(self) -> set[int]:
        # Changes come first, since people look at them. The rest of a first reading goes by id.
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
