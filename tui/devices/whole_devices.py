"""The records of a fleet that is too large to be kept in memory: of the rows that are seen, and one by one of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import overload

from ...store.devices.device_facts import CompactFacts, DeviceFacts
from ...store.model.device import Device
from ...store.persistence.database import Database

KEPT = 2048  # records
STEP = 250  # records of a query: others wait for the database as long
_NEVER = datetime.fromtimestamp(0, UTC)


class WholeDevices:
    """The records that were asked for lately, each for the facts of a row: a row shows one record as long as it is
    there, and a changed device has a new row. Any thread may ask."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table("devices")
        self._known: dict[int, tuple[DeviceFacts, Device]] = {}

    def of(self, facts: DeviceFacts) -> Device:
        """The record of a device. Of one that is gone, what the facts say: its row goes with the next poll."""
        if (known := self._known.get(facts.id)) is not None and known[0] is facts:
            return known[1]
        with self._database.lock:
            self.load([facts])
            known = self._known.get(facts.id)
        return _without_record(facts) if known is None or known[0] is not facts else known[1]

    def load(self, wanted: Iterable[DeviceFacts]) -> None:
        """Read the records of these devices in one query, so that they are there."""
        missing = {
            facts.id: facts for facts in wanted if (known := self._known.get(facts.id)) is None or known[0] is not facts
        }
        if not missing:
            return
        with self._database.lock:
            for device in self._table.records(Device, list(missing)):
                self._known.pop(device.id, None)  # so that the oldest come first
                self._known[device.id] = missing[device.id], device
            for id in list(self._known)[: max(0, len(self._known) - KEPT)]:
                del self._known[id]


class StoredDevices(Sequence[Device]):
    """The records of these ids, read anew each time that somebody goes through them, some at a time."""

    def __init__(self, database: Database, ids: Sequence[int]) -> None:
        self._database, self._ids = database, ids

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Device]:
        for start in range(0, len(self._ids), STEP):
            yield from self._read(self._ids[start : start + STEP])

    @overload
    def __getitem__(self, index: int) -> Device: ...
    @overload
    def __getitem__(self, index: slice) -> StoredDevices: ...
    def __getitem__(self, index: int | slice) -> Device | StoredDevices:
        if isinstance(index, slice):
            return StoredDevices(self._database, self._ids[index])
        if found := self._read([self._ids[index]]):
            return found[0]
        raise IndexError(index)  # it was deleted meanwhile

    def _read(self, ids: Sequence[int]) -> list[Device]:
        return self._database.table("devices").records(Device, list(ids))


def _without_record(facts: DeviceFacts) -> Device:
    assert isinstance(facts, CompactFacts)
    return Device(
        id=facts.id,
        platform=facts.platform,
        maker=facts.maker,
        model=facts.model,
        model_name=facts.model_name,
        os_name=facts.os_name,
        os_version=facts.os_version,
        serial_number=facts.known_by.upper(),
        owner=facts.owner,
        upn=facts.upn,
        state=facts.state,
        state_since=_NEVER,
        last_check_in=facts.last_check_in,
        issuer_group=facts.issuer_group,
        not_after=facts.not_after,
        pending=facts.pending,
        refused=facts.refused,
    )
