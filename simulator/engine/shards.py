"""Playing devices in other processes: a window is divided into parts, and what came of each is put together again.

Devices don't influence each other within a window. What they share is settled here, between windows: who gets which
push or visit, what a plan asks for, who arrives. So the history is the same with any number of processes.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from itertools import islice
from typing import Any, TypeVar

import msgspec

from ...store.errors import Refusal
from ..identities.fleet import IdentityFleet
from .observing import ObservedBatch, StandingObserver
from .parts import DueDevice, KnownAhead, PlayedPart, WindowFacts, look_at_part, play_part
from .play import PlayStage

PART = 256
"""Devices in a part."""
LEAST = 64
"""Fewer devices are played sooner where they are."""
_AHEAD = 16  # parts that wait for a process
_IDS = 1 << 20  # ids for the certificates of a part

_Whole = TypeVar("_Whole")
_played = msgspec.msgpack.Decoder(PlayedPart).decode
_known = msgspec.msgpack.Decoder(list[KnownAhead]).decode
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

    def look_at(self, facts: WindowFacts, texts: Iterable[str], *, with_upgrades: bool = False) -> Iterator[KnownAhead]:
        """What there is to know of the devices with these records. Refuses with ``forecast-process-lost``."""
        upgrades = with_upgrades and bool(self._fleet)
        jobs = ((look_at_part, self._fleet, facts, part, upgrades) for part in _parts(texts))
        for found in self._results(jobs):
            yield from _known(found)

    def play(
        self, facts: WindowFacts, stage: PlayStage, due: Sequence[DueDevice]
    ) -> tuple[list[PlayedPart], list[int]]:
        """Play devices, and put what happens on the stage; also returns the ids of those that the caller has to play.
        Refuses with ``forecast-process-lost``."""
        jobs = (
            (play_part, self._fleet, facts, _encode(part), stage.first_id + number * _IDS)
            for number, part in enumerate(_parts(due), 1)
        )
        parts = [_played(found) for found in self._results(jobs)]
        for part in parts:
            _put(part, stage)
        return parts, [id for part in parts for id in part.left]

    def _results(self, jobs: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
        """The results of jobs, in order; a few are given to the processes ahead."""
        waiting, pending = iter(jobs), deque[Future[bytes]]()
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
