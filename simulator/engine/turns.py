"""Turns of a fleet in a window of time: devices that arrive, are replaced, or are handed on."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from ...store.devices.change import Change
from ...store.devices.gate import Gate
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
        after, until = span
        count, brought, arrived, ids, id = 0, Counter[str](), list[tuple[int, int]](), set[int](), first_id
        for turn in self._until(until):
            count += 1
            device_id = self._ids.get(turn.device_index, turn.device_index + 1)
            device = stage.batch.devices.get(device_id) or find(device_id)
            is_new = turn.kind is not TurnKind.HANDED_ON
            if device is not None and device.habits is not None and device.habits.index == turn.device_index:
                ids.add(device_id)
                stage.play(device, after, turn.at)
                device = stage.batch.devices.get(device_id, device)
                if is_new:
                    device = _replaced(stage, device, turn, id)
                    brought["replaced"] += 1
                elif _can_be_handed_on(device, turn.at):
                    device = self._handed_on(stage, device, turn)
                    brought["handed_on"] += 1
                stage.play(device, turn.at, until)
            if is_new:
                ids.add(id)
                arrived.append((id, turn.at))
                brought["arrived"] += 1
                brought["joined"] += turn.kind is TurnKind.JOINED
                came = replace(self._drawing.arrival(turn, id), anchors=_usual_anchors(gate))
                stage.play(stage.enroll(came, turn.at), turn.at, until)
                id += 1
        return Turning(count, Turnover(**brought), tuple(arrived), frozenset(ids))

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

    def _handed_on(self, stage: Stage, device: Device, turn: DeviceTurn) -> Device:
        """Wiped, and enrolled again by another owner."""
        said = ((EventKind.OWNER_CHANGED, f"{device.owner} to {turn.holder.name}"),)
        wiped = replace(
            self._drawing.handed_on(device, turn),
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


def _replaced(stage: Stage, device: Device, turn: DeviceTurn, by: int) -> Device:
    """It falls silent, and stays as a stale twin."""
    assert device.habits is not None
    schedule = device.habits.schedule
    gone_at = turn.gone_at if schedule.gone_at is None else min(schedule.gone_at, turn.gone_at)
    habits = replace(device.habits, replaced_by=by, schedule=replace(schedule, gone_at=gone_at))
    kind = EventKind.REPLACED if turn.holder.upn == device.upn else EventKind.OWNER_LEFT
    told = Change(replace(device, habits=habits), events=((kind, f"device {by} takes its place"),))
    return stage.batch.take(told, moment(turn.at))


def _usual_anchors(gate: Gate) -> tuple[int, ...]:
    """The CA certificates that the site has its users install: those that the drawn fleet was assumed to trust."""
    return tuple(sorted(id for id, anchor in gate.anchors.items() if anchor.up_to_device))
