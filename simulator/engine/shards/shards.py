"""Playing devices in other processes: a window is divided into parts, and what came of each is put together again.

Devices don't influence each other within a window. What they share is settled here, between windows: who gets which
push or visit, what a plan asks for, who arrives. So the history is the same with any number of processes.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from itertools import islice
from typing import Any, Self, TypeVar

import msgspec

from ....store.devices.device_tables import DeviceRecords
from ....store.errors import Refusal
from ....store.persistence.copies.layered import StoredState
from ...identities.fleet import IdentityFleet
from ..windows.observing import ObservedBatch, StandingObserver
from ..windows.play import PlayStage
from .looking import look_at_stored, look_at_texts
from .outlook import Outlook
from .parts import DueDevice, PlayedPart, WindowFacts, play_part

PART = 256
"""Devices in a part."""
LEAST = 64
"""Fewer devices are played sooner where they are."""
_BLOCK = 4096  # devices that are read at a time
_AHEAD = 16  # parts that wait for a process
_IDS = 1 << 20  # ids for the certificates of a part

_Whole = TypeVar("_Whole")
_played = msgspec.msgpack.Decoder(PlayedPart).decode
_outlook = msgspec.msgpack.Decoder(Outlook).decode
_encode = msgspec.msgpack.encode


class Shards:
    """Plays devices of a forecast in the processes of an executor. The observer is told where each of them stands."""

    def __init__(self, executor: Executor, observer: StandingObserver) -> None:
        self.observer = observer
        self._executor = executor
        self._fleet = b""

    def begin(self, fleet: IdentityFleet | None) -> None:
        """Devices are of this fleet; None if they get no other OS."""
        self._fleet = b"" if fleet is None else pickle.dumps(fleet)

    def look_at(self, facts: WindowFacts, records: DeviceRecords, ids: Sequence[int]) -> Iterator[Outlook]:
        """Some devices as they are now. Refuses with ``forecast-process-lost``."""
        return self._look_at_texts(facts, records, ids, with_upgrades=False)

    def look_at_all(
        self, facts: WindowFacts, records: DeviceRecords, stored: StoredState | None, *, with_upgrades: bool
    ) -> Iterator[Outlook]:
        """All devices; processes of this machine read them themselves, where they are ``stored``."""
        upgrades, end = with_upgrades and bool(self._fleet), records.next_device_id()
        blocks = [range(first, min(first + _BLOCK, end)) for first in range(1, end, _BLOCK)]
        if stored is None or not isinstance(self._executor, ProcessPoolExecutor):
            yield from self._look_at_texts(facts, records, range(1, end), with_upgrades=upgrades)
            return
        jobs = ((look_at_stored, self._fleet, facts, stored, block, upgrades) for block in blocks)
        for block, found in zip(blocks, self._results(jobs), strict=True):
            if found is None:
                yield from self._look_at_texts(facts, records, block, with_upgrades=upgrades)
            else:
                yield _outlook(found)

    def _look_at_texts(
        self, facts: WindowFacts, records: DeviceRecords, ids: Sequence[int], *, with_upgrades: bool
    ) -> Iterator[Outlook]:
        blocks = (records.texts(ids[at : at + _BLOCK]) for at in range(0, len(ids), _BLOCK))
        texts = (text for block in blocks for _, text in block)
        jobs = ((look_at_texts, self._fleet, facts, part, with_upgrades) for part in _parts(texts))
        for found in self._results(jobs):
            yield _outlook(found)

    def begin_to_play(self, facts: WindowFacts, first_id: int, due: Sequence[DueDevice]) -> PlayedApart:
        """Have devices played, whose certificates have ids above ``first_id``. Refuses with
        ``forecast-process-lost``."""
        try:
            return PlayedApart(
                [
                    self._executor.submit(play_part, self._fleet, facts, _encode(part), first_id + number * _IDS)
                    for number, part in enumerate(_parts(due), 1)
                ]
            )
        except BrokenExecutor:
            raise process_lost() from None

    def _results(self, jobs: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """The results of jobs, in order; a few are given to the processes ahead."""
        waiting, pending = iter(jobs), deque[Future[Any]]()
        try:
            while True:
                for function, *arguments in islice(waiting, _AHEAD - len(pending)):
                    pending.append(self._executor.submit(function, *arguments))
                if not pending:
                    return
                yield pending.popleft().result()
        except BrokenExecutor:
            raise process_lost() from None
        finally:
            for future in pending:
                future.cancel()


class PlayedApart:
    """Devices that are being played by other processes. A context manager: what is left at its end isn't played."""

    def __init__(self, parts: list[Future[bytes]]) -> None:
        self._parts = parts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for part in self._parts:
            part.cancel()

    def put_on(self, stage: PlayStage) -> list[PlayedPart]:
        """Wait for what happens, and put it on the stage. Refuses with ``forecast-process-lost``."""
        try:
            found = [_played(part.result()) for part in self._parts]
        except BrokenExecutor:
            raise process_lost() from None
        for part in found:
            _put(part, stage)
        return found


def process_lost() -> Refusal:
    """The refusal for a process that has ended."""
    hint = "It may have lacked memory. Forecast again, perhaps with fewer processes."
    return Refusal("forecast-process-lost", "a process that was forecasting has ended", hint)


def _parts(whole: Iterable[_Whole]) -> Iterator[list[_Whole]]:
    remaining = iter(whole)
    while part := list(islice(remaining, PART)):
        yield part


def _put(part: PlayedPart, stage: PlayStage) -> None:
    """Put what happened in a part on the stage of its window."""
    batch = stage.batch
    assert isinstance(batch, ObservedBatch)
    batch.device_texts |= part.devices
    batch.certificate_texts |= part.certificates
    batch.states |= part.states
    batch.occurrences += part.occurrences
    batch.traits += part.traits
    batch.stood += part.stood
    batch.glances += part.glances
    stage.upcoming |= part.upcoming
    stage.check_ins.update(part.check_ins)
    stage.issued.update(part.issued)
    stage.re_enrolled.include(part.tallies)
    for cause, at in part.began.items():
        stage.failing.began[cause] = min(at, stage.failing.began.get(cause, at))
    stage.met_policies = stage.met_policies or part.met_policies
    stage.played_to = max(stage.played_to, part.played_to)
