"""Keeping in mind what other processes have seen of devices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from ....store.persistence.copies.layered import LayeredEngine
from ....store.times import from_unix
from ....store.workspace import Workspace
from ..behaviour.next_step import Next
from ..memory.fleet_sampler import FleetSampler
from ..memory.reading import Reading
from ..turnover.os_upgrades import OsUpgrades
from ..turnover.turns import Turns
from ..windows.batch import Glance, SampleTraits
from .outlook import Outlook, steps_of, upgrades_of
from .parts import WindowFacts
from .shards import Shards


class Knowledge(NamedTuple):
    """Those who keep something of each device in mind, except for its next event."""

    turns: Turns
    sampler: FleetSampler
    upgrades: OsUpgrades
    shards: Shards
    reading: Reading | None = None

    def first_steps(self, workspace: Workspace, facts: WindowFacts, *, is_first: bool) -> Iterator[tuple[int, Next]]:
        """Have all devices looked at; the answer is their next events. The sampler knows none of them yet; nobody does
        if it ``is_first``."""
        records, engine, now = workspace.devices.records, workspace.database.engine, from_unix(facts.after)
        stored = engine.stored_state(records.table.name) if isinstance(engine, LayeredEngine) else None
        last = records.next_device_id() - 1
        for outlook in self.shards.look_at_all(facts, records, stored, with_upgrades=is_first):
            if self.reading is not None and outlook.ids:
                self.reading(outlook.ids[-1], last)
            for id, step in self._steps(outlook, now, samples=True, all_else=is_first):
                if step is not None:
                    yield id, step

    def steps(self, workspace: Workspace, facts: WindowFacts, ids: Sequence[int]) -> Iterator[tuple[int, Next | None]]:
        """The same of devices that may have changed."""
        for outlook in self.shards.look_at(facts, workspace.devices.records, ids):
            yield from self._steps(outlook, from_unix(facts.after), samples=False, all_else=False)

    def _steps(
        self, outlook: Outlook, now: datetime, *, samples: bool, all_else: bool
    ) -> Iterator[tuple[int, Next | None]]:
        """Keep an outlook: of devices that are new to the ``samples``, and to the others."""
        standings = [standing for standing, _ in outlook.kinds]
        traits = [SampleTraits(standing.group, state) for standing, state in outlook.kinds]
        for id, index in outlook.index.items():
            self.turns.note_index(id, index)
        if samples:
            self.sampler.begin(outlook.ids, traits, outlook.kind)
        else:
            for id, kind in zip(outlook.ids, outlook.kind, strict=True):
                self.sampler.note_traits(id, traits[kind])
        if all_else:
            self.shards.observer.begins(outlook.ids, standings, outlook.kind, now, outlook.since)
            for id, planned in upgrades_of(outlook):
                self.upgrades.put(id, planned)
        else:
            for id, kind in zip(outlook.ids, outlook.kind, strict=True):
                self.shards.observer.stands(id, standings[kind], now, outlook.since.get(id, now))
        return steps_of(outlook)

    def glanced(self, glance: Glance, now: datetime) -> None:
        """Keep a device in mind that was played."""
        self.turns.note_index(glance.id, glance.index)
        self.sampler.note_traits(glance.id, SampleTraits(glance.standing.group, glance.state))
        self.shards.observer.stands(glance.id, glance.standing, now, glance.since)
