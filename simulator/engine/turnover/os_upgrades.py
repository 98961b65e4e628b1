"""OS upgrades of a fleet that changes: each device gets another branch of its OS, and the updates of a branch, at times
that follow from the seed.

Nothing else that a device does is planned by its OS. So a device that does nothing else in a window is changed and not
played, which costs little.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import islice
from sys import intern

from msgspec import Struct
from msgspec.structs import replace

from ....store.devices.change import Change
from ....store.model.device import Device, Platform
from ....store.model.device_event import EventKind
from ....store.times import from_unix
from ...fleet.drawing import Drawing
from ...identities.system import System
from ..by_id import ById
from ..windows.play import PlayStage

Read = Callable[[set[int]], Mapping[int, Device]]


UpgradeAfter = Callable[[int, str, int], "tuple[int, System] | None"]


class PlannedUpgrade(Struct, frozen=True, array_like=True, gc=False):
    """The next upgrade of a device: its time, what it brings, and who the device is."""

    at: int
    system: System
    device_index: int
    model: str


class AwaitedUpgrade(Struct, frozen=True, array_like=True, gc=False):
    """A device whose next upgrade is worked out when it may be near: it doesn't come before a time."""

    not_before: int
    device_index: int
    model: str


_NONE = PlannedUpgrade(-(2**62), System(""), 0, "")
"""That of a device for which the tables have none."""
_ID_BITS = 40
_ID = (1 << _ID_BITS) - 1


class OsUpgrades:
    """The upgrades to come. A fleet without arrivals has none."""

    def __init__(self, drawing: Drawing, *, enabled: bool) -> None:
        self._drawing = drawing
        self._enabled = enabled
        self._next = ById[PlannedUpgrade]()  # of the devices that have been seen
        self._awaited = ById[AwaitedUpgrade]()  # of others that have been seen
        self._heap: list[int] = []  # the time and the id of each, as one number: there may be a million
        self._may_come: list[int] = []  # the same of the awaited ones
        self._systems: dict[System, System] = {}  # one of each, since many devices get the same
        self._following: dict[int, tuple[int, tuple[int, System] | None]] = {}  # worked out for a window

    def note(self, device: Device, after: int) -> None:
        """Wait for the next upgrade of a device that hasn't been seen before."""
        id, habits = device.id, device.habits
        if not self._enabled or habits is None or (self._next.get(id) or self._awaited.get(id)) is not None:
            return
        if (at := self._drawing.no_upgrade_before(habits.index, device.model, after)) is None:
            self._next.put(id, _NONE)
        else:
            self._awaited.put(id, AwaitedUpgrade(at, habits.index, intern(device.model)))
            heappush(self._may_come, at << _ID_BITS | id)

    def put(self, id: int, planned: PlannedUpgrade | None) -> None:
        """Note the next upgrade of a device that hasn't been seen before, worked out elsewhere."""
        if self._next.get(id) is None:
            self._put(id, planned)

    def limit(self, most: int, until: int) -> int:
        """The time up to which no more devices than so many get an upgrade: ``until``, or earlier. Simultaneous ones
        stay together."""
        self._work_out(until)
        times = [at for at, _, _ in islice(self._planned(until), most + 1)]
        return until if len(times) <= most else times[most - 1]

    def due(self, until: int) -> dict[int, PlannedUpgrade]:
        """The devices that get an upgrade up to a time, with the first one of each."""
        self._work_out(until)
        return {id: planned for _, id, planned in self._planned(until)}

    def follow(self, id: int, at: int, following: tuple[int, System] | None) -> None:
        """What follows the upgrade of a device at a time, worked out elsewhere."""
        self._following[id] = at, following

    def take(
        self,
        stage: PlayStage,
        read: Read,
        due: Iterable[int],
        span: tuple[int, int],
        ids: Collection[int] | None = None,
    ) -> set[int]:
        """Carry out the upgrades of a span of time (its start excluded); devices that are ``due`` are played, too.
        ``read`` gives the devices of some ids; with ``ids``, only these are upgraded. The answer is whom they concern.
        They come again until ``done``."""
        (after, until), played, upgraded, at_of = span, {*due}, set[int](), dict[int, int]()
        planned = self._until(until, ids)
        known = read({id for _, id, _ in planned})
        for at, id, system in planned:
            device = stage.batch.devices.get(id) or known.get(id)
            if device is None or device.habits is None:
                continue
            upgraded.add(id)
            if id in played:
                stage.play(device, at_of.get(id, after), at)
                device = stage.batch.devices.get(id, device)
                at_of[id] = at
            upgrade(stage, device, system, at)
        for id, at in at_of.items():
            stage.play(stage.batch.devices.get(id) or known[id], at, until)
        return upgraded

    def done(self, until: int) -> None:
        """What is due up to ``until`` has been committed."""
        while self._heap and (at := self._heap[0] >> _ID_BITS) <= until:
            id = heappop(self._heap) & _ID
            planned = self._next.get(id)
            if planned is not None and planned.at == at:
                self._plan(id, planned.device_index, planned.model, at)

    def _work_out(self, until: int) -> None:
        """Find the upgrades that may come up to a time."""
        while self._may_come and (at := self._may_come[0] >> _ID_BITS) <= until:
            id = heappop(self._may_come) & _ID
            if (awaited := self._awaited.pop(id)) is not None:
                self._plan(id, awaited.device_index, awaited.model, at - 1)

    def _until(self, until: int, ids: Collection[int] | None) -> list[tuple[int, int, System]]:
        self._work_out(until)
        found = list[tuple[int, int, System]]()
        for id, planned in self.due(until).items() if ids is None else self._due_of(ids, until):
            for at, system, following in upgrades_until(self._drawing.upgrade_after, planned, until):
                found.append((at, id, system))
                self._following[id] = at, following
        return sorted(found)

    def _due_of(self, ids: Iterable[int], until: int) -> Iterator[tuple[int, PlannedUpgrade]]:
        """Those of ``due`` with these ids, of which there are few."""
        for id in ids:
            planned = self._next.get(id)
            if planned is not None and planned is not _NONE and planned.at <= until:
                yield id, planned

    def _planned(self, until: int) -> Iterator[tuple[int, int, PlannedUpgrade]]:
        """The next upgrades up to a time with their times and ids, in order: the heap's part, left as it is."""
        places = [(self._heap[0], 0)] if self._heap else []
        while places:
            event, place = heappop(places)
            at, id = event >> _ID_BITS, event & _ID
            if at > until:
                return
            planned = self._next.get(id)
            if planned is not None and planned.at == at:
                yield at, id, planned
            for below in range(2 * place + 1, min(2 * place + 3, len(self._heap))):
                heappush(places, (self._heap[below], below))

    def _plan(self, id: int, index: int, model: str, after: int) -> None:
        at, found = self._following.pop(id, (None, None))
        if at != after:
            found = self._drawing.upgrade_after(index, model, after)
        self._put(id, None if found is None else PlannedUpgrade(*found, index, model))

    def _put(self, id: int, planned: PlannedUpgrade | None) -> None:
        if planned is None:
            self._next.put(id, _NONE)
            return
        system = self._systems.setdefault(planned.system, planned.system)
        self._next.put(id, PlannedUpgrade(planned.at, system, planned.device_index, intern(planned.model)))
        heappush(self._heap, planned.at << _ID_BITS | id)


def upgrades_until(
    upgrade_after: UpgradeAfter, planned: PlannedUpgrade, until: int
) -> Iterator[tuple[int, System, tuple[int, System] | None]]:
    """The upgrades of a device up to a time, from a planned one on, each with the one after it."""
    coming: tuple[int, System] | None = (planned.at, planned.system)
    while coming is not None and coming[0] <= until:
        at, system = coming
        coming = upgrade_after(planned.device_index, planned.model, at)
        yield at, system, coming


def upgrade(stage: PlayStage, device: Device, system: System, at: int) -> None:
    """Upgrade a device now, unless it is gone."""
    assert device.habits is not None
    gone_at = device.habits.schedule.gone_at
    if gone_at is not None and gone_at <= at:
        return
    is_major = _major(system.version, device.platform) != _major(device.os_version, device.platform)
    said = f"{device.os_name} {device.os_version} to {system.version}"
    events = ((EventKind.OS_UPGRADED, said),) if is_major else ()
    changed = replace(device, os_version=system.version, os_build=system.build, security_patch=system.security_patch)
    if changed != device:
        stage.batch.take(Change(changed, events=events), from_unix(at))


def _major(version: str, platform: Platform) -> str:
    """The branch of an OS: the major version; of Windows, whose versions are all 10.0, the build as well."""
    return ".".join(version.split(".")[: 3 if platform is Platform.WINDOWS else 1])
