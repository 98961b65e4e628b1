"""Turns of a fleet in a window of time: devices that arrive, are replaced, or are handed on."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from ...store.devices.change import Change
from ...store.devices.gate import Gate
from ...store.devices.unenrolling import unenrolled
from ...store.model.device import Device, DeviceState, EnrollmentKind, EventKind
from ...store.model.simulation import Turnover
from ..fleet.arrivals import DeviceTurn, TurnKind
from ..fleet.fleet import Drawing
from ..identities import CAPACITY
from .play import Stage, moment

Find = Callable[[int], Device | None]


class Turning(NamedTuple):
    """The number of turns in a window, what they bring, the ids of the devices that arrive with their times, and the
    ids of all devices that they concern."""

    turns: int = 0
    brought: Turnover = Turnover()
    arrived: tuple[tuple[int, int], ...] = ()
    ids: frozenset[int] = frozenset()


class _Scene:
    """The devices that turns concern in a window, and the time up to which each has been played: ``at``, by id. ``ids``
    are those of the devices that arrive in it, by index."""

    def __init__(self, stage: Stage, find: Find, after: int) -> None:
        self._stage, self._find, self._after = stage, find, after
        self.at: dict[int, int] = {}
        self.ids: dict[int, int] = {}

    def device(self, id: int) -> Device | None:
        """A device as it is now; None if there is none."""
        return self._stage.batch.devices.get(id) or self._find(id)

    def play(self, device: Device, until: int) -> Device:
        """Play a device up to a time."""
        self._stage.play(device, self.at.get(device.id, self._after), until)
        self.at[device.id] = until
        return self._stage.batch.devices.get(device.id, device)

    def put(self, device: Device, at: int) -> None:
        """Something has happened to a device."""
        self._stage.batch.devices[device.id] = device
        self.at[device.id] = at

    def end(self, until: int) -> None:
        """Play all of them up to the end of the window."""
        for id in self.at:
            if (device := self.device(id)) is not None:
                self.play(device, until)


class Turns:
    """The turns to come after a time, and the ids of the devices that arrived before."""

    def __init__(self, drawing: Drawing, after: int) -> None:
        self._drawing = drawing
        self._coming: Iterator[DeviceTurn] = iter(()) if drawing.arrivals is None else drawing.arrivals.after(after)
        self._next: deque[DeviceTurn] = deque()
        self._ids: dict[int, int] = {}

    def note(self, device: Device) -> None:
        """Remember the id of a device that came after the fleet was drawn."""
        if device.habits is not None and device.habits.index != device.id - 1:
            self._ids[device.habits.index] = device.id

    @property
    def first_at(self) -> int | None:
        """The time of the next turn."""
        if not self._next and (turn := next(self._coming, None)) is not None and turn.new_index < CAPACITY:
            self._next.append(turn)
        return self._next[0].at if self._next else None

    def take(self, stage: Stage, find: Find, gate: Gate, first_id: int, span: tuple[int, int]) -> Turning:
        """Carry out the turns of a span of time (its start excluded) on a stage. ``find`` reads a device; the first one
        that arrives gets ``first_id``. They come again until ``done``."""
        scene = _Scene(stage, find, span[0])
        count, brought, arrived, id = 0, Counter[str](), list[tuple[int, int]](), first_id
        for turn in self._until(span[1]):
            count += 1
            is_new = turn.kind is not TurnKind.HANDED_ON
            device = self._device(scene, turn.device_index, turn.at)
            if device is not None and is_new:
                scene.put(self._given_up(stage, device, turn, id), turn.at)
                brought["replaced"] += 1
            elif device is not None and _can_be_handed_on(device, turn.at):
                scene.put(self._handed_on(stage, device, turn), turn.at)
                brought["handed_on"] += 1
            for index in turn.others:
                if (other := self._device(scene, index, turn.at)) is None:
                    continue
                if _can_be_handed_on(other, turn.at) and not self._drawing.is_left_alone(other):
                    scene.put(self._handed_on(stage, other, turn), turn.at)
                    brought["handed_on"] += 1
                else:
                    scene.put(self._given_up(stage, other, turn, id), turn.at)
                    brought["replaced"] += 1
            if is_new:
                arrived.append((id, turn.at))
                brought["arrived"] += 1
                brought["joined"] += turn.kind is TurnKind.JOINED
                came = replace(self._drawing.arrival(turn, id), anchors=_usual_anchors(gate))
                scene.put(stage.enroll(came, turn.at), turn.at)
                scene.ids[turn.new_index] = id
                id += 1
        scene.end(span[1])
        return Turning(count, Turnover(**brought), tuple(arrived), frozenset(scene.at))

    def _device(self, scene: _Scene, index: int, at: int) -> Device | None:
        """The device of an index in the fleet, played up to a time; None if it is gone or has been given up."""
        id = scene.ids.get(index) or self._ids.get(index, index + 1)
        device = scene.device(id)
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

    def _given_up(self, stage: Stage, device: Device, turn: DeviceTurn, by: int) -> Device:
        """Its owner has another one, or has left. It falls silent and stays as a stale twin; if its owner has left,
        mostly somebody takes it out of management."""
        assert device.habits is not None
        schedule = device.habits.schedule
        gone_at = turn.gone_at if schedule.gone_at is None else min(schedule.gone_at, turn.gone_at)
        habits = replace(device.habits, replaced_by=by, schedule=replace(schedule, gone_at=gone_at))
        has_left = turn.kind is TurnKind.JOINED
        kind = EventKind.OWNER_LEFT if has_left else EventKind.REPLACED
        now = moment(turn.at)
        is_taken_out = has_left and device.state is not DeviceState.NOT_ENROLLED and gone_at >= turn.at
        is_taken_out = is_taken_out and not self._drawing.is_left_alone(device)
        change = Change(replace(device, habits=habits), events=((kind, f"device {by} takes its place"),))
        device = stage.batch.take(change, now)
        return stage.batch.take(unenrolled(device, now, stage.outages), now) if is_taken_out else device

    def _handed_on(self, stage: Stage, device: Device, turn: DeviceTurn) -> Device:
        """Wiped, and enrolled again by another owner."""
        said = ((EventKind.OWNER_CHANGED, f"{device.owner} to {turn.holder.name}"),)
        wiped = replace(
            self._drawing.handed_on(device, turn.holder),
            state=DeviceState.NOT_ENROLLED,
            state_since=moment(turn.at),
            pending=(),
            policies=(),
        )
        return stage.enroll(stage.batch.take(Change(wiped, events=said), moment(turn.at)), turn.at)


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
