"""Playing the devices that are due in a window, and those that get an upgrade: here, or in other processes."""

from __future__ import annotations

from collections.abc import Container, Mapping

from ...store.devices.device_tables import DeviceRecords
from ...store.model.device import Device
from .behaviour import Next
from .os_upgrades import OsUpgrades
from .parts import DueDevice, WindowFacts
from .play import PlayStage
from .shards import LEAST, Shards


def play_here(
    stage: PlayStage,
    upgrades: OsUpgrades,
    records: DeviceRecords,
    due: Mapping[int, Next],
    span: tuple[int, int],
    turned: frozenset[int],
    ids: Container[int] | None = None,
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


def play_apart(
    shards: Shards,
    facts: WindowFacts,
    stage: PlayStage,
    upgrades: OsUpgrades,
    records: DeviceRecords,
    due: Mapping[int, Next],
    turned: frozenset[int],
) -> set[int]:
    """The same by other processes, as far as they can."""
    span, planned = (facts.after, facts.until), upgrades.due(facts.until)
    apart = (due.keys() | planned.keys()) - turned
    if len(apart) < LEAST:
        return play_here(stage, upgrades, records, due, span, turned)
    texts = records.texts(apart)
    parts, left = shards.play(facts, stage, [DueDevice(text, due.get(id), planned.get(id)) for id, text in texts])
    for part in parts:
        for id, (at, following) in part.upgraded.items():
            upgrades.follow(id, at, following)
    here = {id: due[id] for id in left if id in due}
    upgraded = play_here(stage, upgrades, records, here, span, turned, turned.union(left))
    return upgraded.union(*(part.upgraded for part in parts))
