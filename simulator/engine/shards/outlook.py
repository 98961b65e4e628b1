"""What the engine keeps in mind of devices at a time: a column for each fact, since a million devices are looked at,
and other processes may do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Generic, TypeVar

from msgspec import Struct

from ....store.devices.gate import Gate
from ....store.devices.standing import Standing, standing_of
from ....store.model.device import Device
from ...identities.system import System
from ..behaviour.next_step import Next, NextStep, next_step_or_wait
from ..turnover.os_upgrades import PlannedUpgrade, UpgradeAfter

Item = TypeVar("Item")
_STEPS = tuple(NextStep)
_PLACES = {step: place for place, step in enumerate(_STEPS)}
_NONE = -1


class Outlook(Struct, array_like=True):
    """Some devices. ``ids`` has theirs, and the other lists have as many items; items that many share are in ``kinds``,
    ``systems`` and ``models`` once.

    ``kind`` is where a device stands, and its state. Its next event comes ``at`` a time and is a ``step``; -1 is none.
    Its next upgrade comes ``upgraded_at`` a time and brings a ``system`` to a ``model``; without it, -1. ``since`` says
    of the devices that are out when they came into their state, ``index`` which place devices have in the fleet unless
    it is one below their id (None: without habits). Times are Unix seconds.
    """

    ids: list[int] = []
    kinds: list[tuple[Standing, str]] = []
    kind: list[int] = []
    at: list[int] = []
    step: list[int] = []
    systems: list[System] = []
    models: list[str] = []
    upgraded_at: list[int] = []
    system: list[int] = []
    model: list[int] = []
    since: dict[int, datetime] = {}
    index: dict[int, int | None] = {}


def look_at(devices: Iterable[Device], after: int, gate: Gate, upgrade_after: UpgradeAfter | None) -> Outlook:
    """Devices as they are at a time; ``upgrade_after`` tells their upgrades, None unless somebody wants to know."""
    found = Outlook()
    kinds, systems, models = _Places[tuple[Standing, str]](), _Places[System](), _Places[str]()
    for device in devices:
        id, habits = device.id, device.habits
        standing = standing_of(device)
        found.ids.append(id)
        found.kind.append(kinds.place((standing, str(device.state))))
        if standing.out is not None:
            found.since[id] = device.state_since
        step = next_step_or_wait(device, after, gate)
        found.at.append(_NONE if step is None else step.at)
        found.step.append(_NONE if step is None else _PLACES[step.step])
        index = None if habits is None else habits.index
        if index != id - 1:
            found.index[id] = index
        if upgrade_after is None:
            continue
        coming = None if index is None else upgrade_after(index, device.model, after)
        found.upgraded_at.append(_NONE if coming is None else coming[0])
        found.system.append(_NONE if coming is None else systems.place(coming[1]))
        found.model.append(models.place(device.model))
    found.kinds, found.systems, found.models = kinds.items, systems.items, models.items
    return found


class _Places(Generic[Item]):
    """The place of each item in a list that has it once."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._places: dict[Item, int] = {}

    def place(self, item: Item) -> int:
        """Its place; the next one for a new item."""
        found = self._places.setdefault(item, len(self.items))
        if found == len(self.items):
            self.items.append(item)
        return found


def steps_of(outlook: Outlook) -> Iterator[tuple[int, Next | None]]:
    """The next events, by the ids of the devices."""
    for id, at, step in zip(outlook.ids, outlook.at, outlook.step, strict=True):
        yield id, None if step == _NONE else Next(at, _STEPS[step])


def upgrades_of(outlook: Outlook) -> Iterator[tuple[int, PlannedUpgrade | None]]:
    """The next upgrades, if they were asked for."""
    systems, models, index = outlook.systems, outlook.models, outlook.index
    for place, at in enumerate(outlook.upgraded_at):
        id = outlook.ids[place]
        if at == _NONE:
            yield id, None
        else:
            of = index.get(id, id - 1)
            assert of is not None
            yield id, PlannedUpgrade(at, systems[outlook.system[place]], of, models[outlook.model[place]])
