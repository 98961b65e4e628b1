"""Devices that were deleted while their owners still had them: each comes back, and the server doesn't know it.

When it next connects it is turned away. Its owner enrolls it again, as a new device, after being told by a campaign, or
after noticing. All of that follows from what is kept of the deleted device. Times are Unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple

from msgspec.structs import replace

from ....store.devices.schedule.chance import chance
from ....store.devices.schedule.schedule import next_check_in
from ....store.model.deleted_device import DeletedDevice
from ....store.model.device import Device, DeviceState
from ....store.model.habits import Told
from ....store.workspace import Workspace
from .re_enrollment import owner_delay

_NOTICES, _DELAY = 611, 612


class Return(NamedTuple):
    """A deleted device (``id``) that its owner enrolls again."""

    at: int
    id: int
    device: Device


class LostDevices:
    """The deleted devices that will be enrolled again, by the time."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._known: dict[int, DeletedDevice] = {}
        self._at: dict[int, int] = {}
        self._ids: dict[int, int] = {}  # by index in the fleet
        self._heap: list[tuple[int, int]] = []
        self.look_at(None)

    def look_at(self, ids: Iterable[int] | None) -> None:
        """Read these deleted devices, or all, again."""
        for one in self._workspace.deletions.all(None if ids is None else list(ids)):
            self._forget(one.id)
            if one.left is None or one.left.habits is None:
                continue
            self._known[one.id] = one
            self._ids[one.left.habits.index] = one.id
            if (at := enrolls_at(one)) is not None:
                self._at[one.id] = at
                heappush(self._heap, (at, one.id))

    @property
    def first_at(self) -> int | None:
        """The time of the next return."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def of(self, index: int) -> int | None:
        """The id of the deleted device of an index in the fleet."""
        return self._ids.get(index)

    def until(self, until: int) -> list[Return]:
        """The returns up to a time, in order; they stay the next ones."""
        found = sorted((at, id) for id, at in self._at.items() if at <= until) if self._is_due(until) else []
        return [Return(at, id, device) for at, id in found if (device := self._known[id].left) is not None]

    def turned_away(self, now: datetime) -> list[int]:
        """The ids of those that have come back by now."""
        return [id for id, one in self._known.items() if is_turned_away(one, now)]

    def is_enrolled(self, device: Device) -> bool:
        """Whether somebody has enrolled it again by hand."""
        return self._workspace.devices.records.find(device.known_by) is not None

    def close(self, ids: Iterable[int]) -> None:
        """These were enrolled again or replaced: keep them no longer. Inside a transaction."""
        done = [self._known[id] for id in ids]
        self._workspace.deletions.put(replace(one, left=None) for one in done)

    def _is_due(self, until: int) -> bool:
        return (at := self.first_at) is not None and at <= until

    def _forget(self, id: int) -> None:
        one = self._known.pop(id, None)
        self._at.pop(id, None)
        if one is not None and one.left is not None and one.left.habits is not None:
            self._ids.pop(one.left.habits.index, None)


def lost_devices(workspace: Workspace, now: datetime, ids: Iterable[int] | None = None) -> list[DeletedDevice]:
    """The deleted devices that have been turned away by now; ``ids``: only of these."""
    kept = workspace.deletions.all(None if ids is None else list(ids))
    return [one for one in kept if is_turned_away(one, now)]


def is_turned_away(one: DeletedDevice, now: datetime) -> bool:
    """Whether it has tried to connect, and its owner has still to enroll it again."""
    at = _comes_at(one)
    return at is not None and at <= now.timestamp()


def enrolls_at(one: DeletedDevice) -> int | None:
    """When its owner enrolls it again; None for an owner who doesn't notice, or never comes."""
    comes_at = _comes_at(one)
    if comes_at is None:
        return None
    assert one.left is not None and one.left.habits is not None
    ready = ready_by_itself(one) if (told := told_of(one)) is None else told.acts_at
    return None if ready is None else next_check_in(one.left.habits.schedule, max(ready, comes_at))


def ready_by_itself(one: DeletedDevice) -> int | None:
    """When its owner is ready to enroll it, without a word from anybody."""
    at = _comes_at(one)
    if at is None or one.left is None or one.left.habits is None:
        return None
    if not chance(one.left.habits.by_itself, one.left.habits.schedule.key, _NOTICES, at):
        return None
    return at + owner_delay(one.left, at, _DELAY)


def told_of(one: DeletedDevice) -> Told | None:
    """What a campaign has told its owner since it was deleted."""
    told = None if one.left is None or one.left.habits is None else one.left.habits.told
    return None if told is None or told.at < int(one.at.timestamp()) else told


def as_new(device: Device, id: int, at: datetime) -> Device:
    """The device just before its owner enrolls it again: the server doesn't know it."""
    assert device.habits is not None
    return replace(
        device,
        id=id,
        state=DeviceState.NOT_ENROLLED,
        state_since=at,
        last_check_in=None,
        certificate_id=None,
        issuer_group=None,
        not_after=None,
        certificates=(),
        pending=(),
        policies=(),
        cut_off=None,
        refused=None,
        enrolling_refused=None,
        habits=replace(device.habits, presents=None, contact_at=None, push_at=None),
    )


def _comes_at(one: DeletedDevice) -> int | None:
    """When it first connects after it was deleted."""
    if one.left is None or one.left.habits is None:
        return None
    return next_check_in(one.left.habits.schedule, int(one.at.timestamp()))
