"""Turns of a fleet in a window of time: devices that arrive, are replaced, or are handed on."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from ....store.devices.change import Change
from ....store.devices.gate import Gate
from ....store.devices.unenrolling import unenrolled
from ....store.model.device import Device, DeviceState, EnrollmentKind
from ....store.model.device_event import EventKind
from ....store.model.simulation import Turnover
from ....store.times import from_unix
from ...fleet.arrivals import DeviceTurn, TurnKind
from ...fleet.drawing import Drawing
from ...identities import CAPACITY
from ..behaviour.lost_devices import LostDevices, Return, as_new
from ..windows.play import PlayStage

Find = Callable[[int], Device | None]


class Turning(NamedTuple):
    """The number of turns in a window, what they bring, the ids of the devices that arrive with their times, and the
    ids of all devices that they concern. ``closed`` are the deleted devices that came back or were replaced."""

    turns: int = 0
    brought: Turnover = Turnover()
    arrived: tuple[tuple[int, int], ...] = ()
    ids: frozenset[int] = frozenset()
    closed: tuple[int, ...] = ()


class _Scene:
    """The devices that turns concern in a window, and the time up to which each has been played: ``at``, by id. ``ids``
    are those of the devices that arrive in it, by index; see ``Turning`` for the others."""

    def __init__(self, stage: PlayStage, find: Find, after: int) -> None:
        self.stage, self._find, self._after = stage, find, after
        self.at: dict[int, int] = {}
        self.ids: dict[int, int] = {}
        self.brought = Counter[str]()
        self.arrived: list[tuple[int, int]] = []
        self.closed: set[int] = set()

    def device(self, id: int) -> Device | None:
        """A device as it is now; None if there is none."""
        return self.stage.batch.devices.get(id) or self._find(id)

    def play(self, device: Device, until: int) -> Device:
        """Play a device up to a time."""
        self.stage.play(device, self.at.get(device.id, self._after), until)
        self.at[device.id] = until
        return self.stage.batch.devices.get(device.id, device)

    def put(self, device: Device, at: int) -> None:
        """Something has happened to a device."""
        self.stage.batch.devices[device.id] = device
        self.at[device.id] = at

    def arrive(self, device: Device, at: int, how: str) -> None:
        """A device enrolls that the server didn't know."""
        assert device.habits is not None
        self.arrived.append((device.id, at))
        self.brought[how] += 1
        self.put(self.stage.enroll(device, at), at)
        self.ids[device.habits.index] = device.id

    def end(self, until: int) -> None:
        """Play all of them up to the end of the window."""
        for id in self.at:
            if (device := self.device(id)) is not None:
                self.play(device, until)


class Turns:
    """The turns to come after a time, and the ids of the devices that arrived before. ``lost`` devices come back."""

    def __init__(self, drawing: Drawing, after: int, lost: LostDevices) -> None:
        self._drawing, self._lost = drawing, lost
        self._coming: Iterator[DeviceTurn] = iter(()) if drawing.arrivals is None else drawing.arrivals.after(after)
        self._next: deque[DeviceTurn] = deque()
        self._ids: dict[int, int] = {}

    def note(self, device: Device) -> None:
        """Remember the id of a device that came after the fleet was drawn."""
        self.note_index(device.id, None if device.habits is None else device.habits.index)

    def note_index(self, id: int, index: int | None) -> None:
        """The same of a device with this index in the fleet."""
        if index is not None and index != id - 1:
            self._ids[index] = id

    @property
    def first_at(self) -> int | None:
        """The time of the next turn."""
        if not self._next and (turn := next(self._coming, None)) is not None and turn.new_index < CAPACITY:
            self._next.append(turn)
        return self._next[0].at if self._next else None

    def concerned(self, until: int) -> set[int]:
        """The ids of the devices that turns up to a time may concern; those that arrive until then are not among
        them."""
        indexes = [index for turn in self._until(until) for index in (turn.device_index, *turn.others)]
        return {self._ids.get(index, index + 1) for index in indexes}

    def take(self, stage: PlayStage, find: Find, gate: Gate, first_id: int, span: tuple[int, int]) -> Turning:
        """Carry out the turns of a span of time (its start excluded) on a stage. ``find`` reads a device; the first one
        that arrives gets ``first_id``. They come again until ``done``."""
        scene, count, id = _Scene(stage, find, span[0]), 0, first_id
        coming: list[DeviceTurn | Return] = [*self._until(span[1]), *self._lost.until(span[1])]
        for one in sorted(coming, key=lambda one: one.at):
            count += isinstance(one, DeviceTurn)
            if isinstance(one, Return):
                id += self._returned(scene, one, id)
            else:
                self._give_up(scene, one, id)
                if one.kind is not TurnKind.HANDED_ON:
                    came = replace(self._drawing.arrival(one, id), anchors=_usual_anchors(gate))
                    scene.arrive(came, one.at, "arrived")
                    scene.brought["joined"] += one.kind is TurnKind.JOINED
                    id += 1
        scene.end(span[1])
        found = tuple(scene.arrived), frozenset(scene.at), tuple(sorted(scene.closed))
        return Turning(count, Turnover(**scene.brought), *found)

    def _give_up(self, scene: _Scene, turn: DeviceTurn, by: int) -> None:
        """The device of a turn gets another owner, or its owner gets device ``by``; who leaves gives up all others."""
        is_new = turn.kind is not TurnKind.HANDED_ON
        for index in (turn.device_index, *turn.others):
            if (device := self._device(scene, index, turn.at)) is None:
                continue
            is_other, can_be = index != turn.device_index, _can_be_handed_on(device, turn.at)
            if can_be and (not is_new or (is_other and not self._drawing.is_left_alone(device))):
                scene.put(self._handed_on(scene.stage, device, turn), turn.at)
                scene.brought["handed_on"] += 1
            elif is_new:
                scene.put(self._given_up(scene.stage, device, turn, by), turn.at)
                scene.brought["replaced"] += 1

    def _returned(self, scene: _Scene, one: Return, id: int) -> bool:
        """Enroll a deleted device again, unless it was replaced or enrolled meanwhile; whether it was."""
        if one.id in scene.closed:
            return False
        scene.closed.add(one.id)
        if self._lost.is_enrolled(one.device):
            return False
        scene.arrive(as_new(one.device, id, from_unix(one.at)), one.at, "returned")
        return True

    def _device(self, scene: _Scene, index: int, at: int) -> Device | None:
        """The device of an index in the fleet, played up to a time; None if it is gone or has been given up."""
        id = scene.ids.get(index) or self._ids.get(index, index + 1)
        device = scene.device(id)
        if device is None and (lost := self._lost.of(index)) is not None:
            scene.closed.add(lost)  # whoever has the place now has another one
        if device is None or device.habits is None or device.habits.index != index or device.habits.replaced_by:
            return None
        return scene.play(device, at)

    def done(self, turning: Turning) -> None:
        """The turns have been committed."""
        for _ in range(turning.turns):
            self._next.popleft()

    def _until(self, until: int) -> Iterator[DeviceTurn]:
        """The turns up to a time; they stay the next ones."""
        at = 0
        while True:
            if at == len(self._next):
                turn = next(self._coming, None)
                if turn is None or turn.new_index >= CAPACITY:
                    return
                self._next.append(turn)
            if self._next[at].at > until:
                return
            yield self._next[at]
            at += 1

    def _given_up(self, stage: PlayStage, device: Device, turn: DeviceTurn, by: int) -> Device:
        """Its owner has another one, or has left. It falls silent and stays as a stale twin; if its owner has left,
        mostly somebody takes it out of management."""
        assert device.habits is not None
        schedule = device.habits.schedule
        gone_at = turn.gone_at if schedule.gone_at is None else min(schedule.gone_at, turn.gone_at)
        habits = replace(device.habits, replaced_by=by, schedule=replace(schedule, gone_at=gone_at))
        has_left = turn.kind is TurnKind.JOINED
        kind = EventKind.OWNER_LEFT if has_left else EventKind.REPLACED
        now = from_unix(turn.at)
        is_taken_out = has_left and device.state is not DeviceState.NOT_ENROLLED and gone_at >= turn.at
        is_taken_out = is_taken_out and not self._drawing.is_left_alone(device)
        change = Change(replace(device, habits=habits), events=((kind, f"device {by} takes its place"),))
        device = stage.batch.take(change, now)
        return stage.batch.take(unenrolled(device, now, stage.outages), now) if is_taken_out else device

    def _handed_on(self, stage: PlayStage, device: Device, turn: DeviceTurn) -> Device:
        """Wiped, and enrolled again by another owner."""
        said = ((EventKind.OWNER_CHANGED, f"{device.owner} to {turn.holder.name}"),)
        wiped = replace(
            self._drawing.handed_on(device, turn.holder),
            state=DeviceState.NOT_ENROLLED,
            state_since=from_unix(turn.at),
            pending=(),
            policies=(),
        )
        wiped = stage.batch.take(Change(wiped, events=said), from_unix(turn.at))
        return stage.enroll(wiped, turn.at, handed_on=True)


def added(turnover: Turnover, brought: Turnover) -> Turnover:
    """The sums of both."""
    sums = {name: getattr(turnover, name) + getattr(brought, name) for name in Turnover.__struct_fields__}
    return Turnover(**sums)


def _can_be_handed_on(device: Device, at: int) -> bool:
    """Whether it is still there, and the company's."""
    assert device.habits is not None
    gone_at = device.habits.schedule.gone_at
    return device.enrollment_kind is not EnrollmentKind.USER and (gone_at is None or gone_at > at)


def _usual_anchors(gate: Gate) -> tuple[int, ...]:
    """The CA certificates that the site has its users install: those that the drawn fleet was assumed to trust."""
    return tuple(sorted(id for id, anchor in gate.anchors.items() if anchor.up_to_device))
