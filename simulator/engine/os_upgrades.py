"""OS upgrades of a fleet that changes: each device gets another branch of its OS at a time that follows from the seed.

Nothing else that a device does is planned by its OS. So a device that does nothing else in a window is changed and not
played, which costs little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heappop, heappush

from ...store.devices.change import Change
from ...store.model.device import Device, EventKind
from ..fleet.fleet import Drawing
from .play import Stage, moment

Find = Callable[[int], Device | None]


class OsUpgrades:
    """The upgrades to come. A fleet without arrivals has none."""

    def __init__(self, drawing: Drawing, *, enabled: bool) -> None:
        self._drawing = drawing
        self._enabled = enabled
        self._next: dict[int, int] = {}
        self._heap: list[tuple[int, int]] = []
        self._known: set[int] = set()

    def note(self, device: Device, after: int) -> None:
        """Find the next upgrade of a device that hasn't been seen before."""
        if self._enabled and device.habits is not None and device.id not in self._known:
            self._known.add(device.id)
            self._plan(device, after)

    def take(self, stage: Stage, find: Find, due: Iterable[int], span: tuple[int, int]) -> set[int]:
        """Carry out the upgrades of a span of time (its start excluded); devices that are ``due`` are played, too. The
        answer is whom they concern. They come again until ``done``."""
        (after, until), played, upgraded = span, {*due}, set[int]()
        for at, id in self._until(until):
            device = stage.batch.devices.get(id) or find(id)
            if device is None or device.habits is None:
                continue
            upgraded.add(id)
            if id in played:
                stage.play(device, after, at)
                device = stage.batch.devices.get(id, device)
            device = self._upgraded(stage, device, at)
            if id in played:
                stage.play(device, at, until)
        return upgraded

    def done(self, find: Find, until: int) -> None:
        """What is due up to ``until`` has been committed."""
        while self._heap and self._heap[0][0] <= until:
            at, id = heappop(self._heap)
            if self._next.get(id) == at:
                del self._next[id]
                if (device := find(id)) is not None:
                    self._plan(device, at)

    def _until(self, until: int) -> list[tuple[int, int]]:
        found, heap = [], [0]
        while heap:  # the heap's part up to a time, left as it is
            place = heap.pop()
            if place < len(self._heap) and self._heap[place][0] <= until:
                at, id = self._heap[place]
                if self._next.get(id) == at:
                    found.append((at, id))
                heap += [2 * place + 1, 2 * place + 2]
        return sorted(found)

    def _plan(self, device: Device, after: int) -> None:
        found = self._drawing.upgrade_after(device, after)
        if found is not None:
            self._next[device.id] = found[0]
            heappush(self._heap, (found[0], device.id))

    def _upgraded(self, stage: Stage, device: Device, at: int) -> Device:
        assert device.habits is not None
        gone_at, found = device.habits.schedule.gone_at, self._drawing.upgrade_after(device, at - 1)
        if found is None or (gone_at is not None and gone_at <= at) or found[1].os_version == device.os_version:
            return device
        said = f"{device.os_name} {device.os_version} to {found[1].os_version}"
        return stage.batch.take(Change(found[1], events=((EventKind.OS_UPGRADED, said),)), moment(at))
