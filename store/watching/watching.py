"""Watching the endpoints of a workspace: those that are due are checked, again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from ..consequences.landscape_reader import LandscapeReader
from ..endpoints.checking import EndpointChecks
from ..model.endpoint import EndpointReading
from ..model.endpoint_verdict import EndpointVerdict
from ..persistence.schema import is_virtual
from ..use_cases import Context, UseCases
from .lock import watcher_lock
from .schedule import next_check

LOOK = 5.0
"""Seconds between two looks whether something is due: a replacement by another process, say."""
OTHER = 30.0
"""Seconds until a watcher tries again for the lock that another process has."""


class DueChecks(Struct, frozen=True, kw_only=True):
    """The endpoints that are due, by id, and when the next one is; None if there is no other."""

    ids: tuple[int, ...]
    next_at: datetime | None


class EndpointWatching(UseCases):
    """Checks endpoints on the schedule. What was found is committed as it comes; the schedule follows from that, so a
    watcher that is killed loses nothing, and the next one goes on. ``settle`` does what else is due by the clock."""

    def __init__(
        self,
        context: Context,
        *,
        checks: EndpointChecks,
        reader: LandscapeReader,
        folder: Path | None,
        settle: Callable[[], None],
    ) -> None:
        super().__init__(context)
        self._checks, self._reader, self._folder, self._settle = checks, reader, folder, settle
        self._readings = self._database.table("endpoint_readings")

    @property
    def is_simulated(self) -> bool:
        """Whether there is nothing to watch: on a virtual clock, endpoints are simulated."""
        return is_virtual(self._database)

    def due(self) -> DueChecks:
        """What is due now."""
        with self._database.moment():
            known, now = self._reader.read(), self._clock.now()
            readings = {one.id: one for one in self._readings.records(EndpointReading)}
            hours = known.landscape.site.endpoint_hours
            times = {
                one.endpoint.id: next_check(one, readings.get(one.endpoint.id), hours=hours, now=now)
                for one in known.endpoints
            }
        later = [at for at in times.values() if at > now]
        ids = sorted((id for id, at in times.items() if at <= now), key=lambda id: (times[id], id))
        return DueChecks(ids=tuple(ids), next_at=min(later, default=None))

    def watch(
        self,
        stop: threading.Event,
        *,
        found: Callable[[EndpointVerdict], object] = lambda verdict: None,
        waits: Callable[[bool], object] = lambda other: None,
    ) -> None:
        """Check what is due until ``stop`` is set. ``found`` is told each verdict; ``waits`` whether another process
        watches, each time that this changes. Refuses as ``EndpointChecks.check`` does."""
        told: bool | None = None
        while not stop.is_set():
            with watcher_lock(self._folder) as is_ours:
                if told is not (not is_ours):
                    told = not is_ours
                    waits(told)
                if is_ours:
                    self._watch(stop, found)
            stop.wait(OTHER)

    def _watch(self, stop: threading.Event, found: Callable[[EndpointVerdict], object]) -> None:
        seen: object = None
        next_at: datetime | None = None
        while not stop.is_set():
            self._database.catch_up()
            self._settle()
            key = self._reader.read(), self._readings.generation
            if not self.is_simulated and (key != seen or (next_at is not None and next_at <= self._clock.now())):
                due = self.due()
                seen, next_at = key, due.next_at
                if due.ids:
                    self._check(due.ids, stop, found)
                    continue
            stop.wait(LOOK)

    def _check(self, ids: tuple[int, ...], stop: threading.Event, found: Callable[[EndpointVerdict], object]) -> None:
        with closing(self._checks.check(ids)) as verdicts:
            for verdict in verdicts:
                found(verdict)
                if stop.is_set():
                    return
