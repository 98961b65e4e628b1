"""Playing the devices that are due in a window, and those that get an upgrade: here, or in other processes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Self

from ....store.devices.device_tables import DeviceRecords
from ....store.model.device import Device
from ..behaviour.next_step import Next
from ..turnover.os_upgrades import OsUpgrades
from ..windows.play import PlayStage
from .parts import DueDevice, WindowFacts
from .shards import LEAST, Shards


def play_here(
    stage: PlayStage,
    upgrades: OsUpgrades,
    records: DeviceRecords,
    due: Mapping[int, Next],
    span: tuple[int, int],
    turned: frozenset[int],
    ids: Collection[int] | None = None,
) -> set[int]:
    """Play the devices with their first events through a span of time (its start excluded), except those that turns
    have ``turned``; returns the upgraded ones. With ``ids``, only these are upgraded."""
    known = {device.id: device for device in records.all({*due})}

    def read(ids: set[int]) -> dict[int, Device]:
        return known | {device.id: device for device in records.all(ids - known.keys())}

    upgraded = upgrades.take(stage, read, due.keys() - turned, span, ids)
    for id, step in due.items():
        if id in known and id not in turned and id not in upgraded:
            stage.play(known[id], *span, step)
    return upgraded


class PlayApart:
    """The same by other processes, as far as they can: they begin at once, and the turns of the window are carried out
    meanwhile. A context manager. ``concerned`` are the devices that turns may concern."""

    def __init__(
        self,
        shards: Shards,
        facts: WindowFacts,
        first_id: int,
        upgrades: OsUpgrades,
        records: DeviceRecords,
        due: Mapping[int, Next],
        concerned: set[int],
    ) -> None:
        self._facts, self._upgrades, self._records, self._due = facts, upgrades, records, due
        planned = upgrades.due(facts.until)
        apart = (due.keys() | planned.keys()) - concerned
        self._here = concerned if len(apart) >= LEAST else None
        texts = [] if self._here is None else records.texts(apart)
        devices = [DueDevice(text, due.get(id), planned.get(id)) for id, text in texts]
        self._apart = shards.begin_to_play(facts, first_id, devices)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._apart.__exit__()

    def end(self, stage: PlayStage, turned: frozenset[int]) -> set[int]:
        """Put what happens on the stage, and play what is left; as ``play_here``."""
        span = self._facts.after, self._facts.until
        if self._here is None:
            return play_here(stage, self._upgrades, self._records, self._due, span, turned)
        parts = self._apart.put_on(stage)
        for part in parts:
            for id, (at, following) in part.upgraded.items():
                self._upgrades.follow(id, at, following)
        left = self._here.union(*(part.left for part in parts))
        here = {id: self._due[id] for id in left if id in self._due}
        upgraded = play_here(stage, self._upgrades, self._records, here, span, turned, turned | left)
        return upgraded.union(*(part.upgraded for part in parts))
