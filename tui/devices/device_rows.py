"""The console's rows of devices, read in small steps so that nothing ever waits for the whole fleet."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import ClassVar

import msgspec

from ...store.devices.counts import FleetCounts
from ...store.devices.device_facts import CompactFacts, Compacting, DeviceFacts
from ...store.model.device import Device, DeviceState, Platform
from ...store.workspace import Workspace
from .device_row import DeviceRow, FleetMoment, row_of
from .whole_devices import StoredDevices, WholeDevices

AT_ONCE = 2000  # devices read before the console opens; the rest of a larger fleet follows in the background
STEP = 250  # devices read per query, which takes some milliseconds
CHANGED = 60  # changed devices read per query: others keep coming, and keys are answered between

_UNCONCERNED = (DeviceState.NOT_ENROLLED, DeviceState.REVOKED)


class DeviceRows:
    """The rows of the devices, kept up to date by the feed and shared by all screens.

    ``rows`` is by id. A large fleet is still being read when the console opens: ``loaded`` says when it is complete.
    ``read`` continues with waiting devices, for about as many seconds as it is given. Of a fleet with more than
    ``most_whole`` devices when it is opened, rows have the facts alone: ``load``, ``devices`` and ``records_of`` read
    the records.
    """

    most_whole: ClassVar[int] = 200_000

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._table = workspace.database.table("devices")
        self._whole = WholeDevices(workspace.database)
        outages = workspace.impact.gate().outages
        self.moment = FleetMoment(workspace.now(), workspace.expiry(), outages, self._whole)
        self.rows: dict[int, DeviceRow] = {}
        self.loaded = False
        self._highest = self._table.highest_id()
        self._compacting = Compacting() if self._highest > self.most_whole else None
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

    def read(self, seconds: float = 0.004) -> set[int]:
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
            self._unprepared = [row.id for row in self.rows.values() if row.is_simulated]
        return passed

    @property
    def has_records(self) -> bool:
        """Whether all records are in memory: going through them takes no time that anybody notices."""
        return self._compacting is None

    def load(self, rows: Iterable[DeviceRow]) -> None:
        """Read the records of these rows, unless they are there, in one query."""
        if self._compacting is not None:
            self._whole.load([row.device for row in rows])

    def records_of(self, rows: Sequence[DeviceRow]) -> Sequence[Device]:
        """The records of these rows. Those of a large fleet are read when somebody goes through them, outside of the
        console's own thread unless they are few."""
        if self._compacting is None:
            return [row.whole for row in rows]
        return StoredDevices(self._workspace.database, array("Q", [row.id for row in rows]))

    def devices(self) -> Sequence[Device]:
        """All records, as far as they are read; as ``records_of``."""
        if self._compacting is None:
            return [row.whole for row in self.rows.values()]
        return StoredDevices(self._workspace.database, array("Q", sorted(self.rows)))

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

    async def find(self, words: Iterable[str], limit: int) -> list[DeviceRow]:
        """The first devices that match all these lower-case words. Keys are answered meanwhile."""
        found: list[DeviceRow] = []
        words = list(words)
        for tested, row in enumerate(list(self.rows.values()), 1):
            if all(word in row.haystack for word in words):
                found.append(row)
                if len(found) == limit:
                    break
            if tested % AT_ONCE == 0:
                await asyncio.sleep(0)
        self.load(found)
        return found

    def _step(self) -> set[int]:
        # Changes come first, since people look at them. The rest of a first reading goes by id.
        if self._changed:
            ids, following = set(islice(self._changed, CHANGED)), self._next
        else:
            following = self._next + STEP
            ids = set(range(self._next, following))
        devices = self._records_of(ids)  # refuses while a server is away; then they still wait
        self._changed -= ids
        self._next = following
        gone = ids & self.rows.keys()
        for device in devices:
            gone.discard(device.id)
            self._put(device)
        for id in gone:
            self._count(self.rows.pop(id).device, -1)
        return ids

    def _records_of(self, ids: set[int]) -> list[Device]:
        try:
            return self._table.records(Device, ids)
        except msgspec.ValidationError:  # a damaged one, which `workspace check` tells
            found = []
            for id in sorted(ids):
                with suppress(msgspec.ValidationError):
                    found += self._table.records(Device, {id})
            return found

    def _put(self, device: Device) -> None:
        known = self.rows.get(device.id)
        if known is not None:
            self._count(known.device, -1)
        self._count(device, 1)
        if self._compacting is None:
            facts: Device | CompactFacts = device
        else:
            facts = self._compacting.facts(device)
        self.rows[device.id] = row = row_of(facts, self.moment)
        if known is None and device.habits is not None:
            self._unprepared.append(row.id)

    def _count(self, device: DeviceFacts, by: int) -> None:
        self._states[device.state] += by
        self._platforms[device.platform] += by
        if device.state not in _UNCONCERNED:
            self._concerned[device.platform] += by
        if device.issuer_group is not None:
            self._groups[device.issuer_group] += by
        if device.pending:
            self._pending += by
