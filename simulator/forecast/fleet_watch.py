"""What becomes of the devices in a run, counted while it happens: who is in service, who is out, and who works."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import NamedTuple

from ...store.devices.standing import Standing, standing_of
from ...store.model.device import Device, Platform
from ...store.model.device_event import EventKind
from ...store.model.forecast import DevicesOut, OutReason, Peak
from ..engine.by_id import ById
from ..engine.windows.observing import ObservedBatch

_HOUR = 3600
_ENROLLED = (EventKind.ENROLLED, EventKind.RE_ENROLLED)


class Count:
    """A number that changes over time, in steps."""

    def __init__(self) -> None:
        self._steps = Counter[int]()

    def step(self, at: int, by: int) -> None:
        """It changes at a time (Unix)."""
        self._steps[at] += by

    def curve(self) -> Curve:
        """Its course."""
        times, values, value = [], [], 0
        for at in sorted(self._steps):
            value += self._steps[at]
            times.append(at)
            values.append(value)
        return Curve(times, values)


class Curve(NamedTuple):
    """The course of a number: from each of ``times`` on, the value beside it."""

    times: list[int]
    values: list[int]

    def at(self, time: int) -> int:
        """The number at a time."""
        place = bisect_right(self.times, time)
        return self.values[place - 1] if place else 0

    def area(self, since: int, until: int) -> int:
        """The sum over a period, in seconds."""
        if until <= since:
            return 0
        place, value, before, total = bisect_right(self.times, since), self.at(since), since, 0
        while place < len(self.times) and self.times[place] < until:
            total += value * (self.times[place] - before)
            before, value = self.times[place], self.values[place]
            place += 1
        return total + value * (until - before)


class FleetWatch:
    """Watches a simulator (a ``StandingObserver``)."""

    def __init__(self) -> None:
        self.standings = ById[Standing]()
        self._shared: dict[Standing, Standing] = {}  # one of each, since a large fleet has few
        self.out_since: dict[int, datetime] = {}
        self.renewals = Counter[int]()  # by hour
        self.enrollments = Counter[int]()
        self.re_enrolled = Counter[Platform]()
        self._in_service = defaultdict[Platform, Count](Count)
        self._out = defaultdict[Platform, Count](Count)
        self._groups = defaultdict[str, Count](Count)
        self._went = Counter[tuple[date, Platform, OutReason]]()
        self._came = Counter[tuple[date, Platform, OutReason]]()

    def saw(self, device: Device, at: datetime) -> None:
        """As ``FleetObserver`` says."""
        self.stands(device.id, standing_of(device), at, device.state_since)

    def begins(
        self,
        ids: Sequence[int],
        standings: Sequence[Standing],
        which: Sequence[int],
        at: datetime,
        since: Mapping[int, datetime],
    ) -> None:
        """As ``StandingObserver`` says."""
        shared = [self._shared.setdefault(one, one) for one in standings]
        for id, place in zip(ids, which, strict=True):
            self.standings.put(id, shared[place])
        for place, count in Counter(which).items():
            self._count(shared[place], at, count)
        self.out_since |= {id: min(at, one) for id, one in since.items()}

    def stands(self, id: int, standing: Standing, at: datetime, since: datetime) -> None:
        """As ``StandingObserver`` says."""
        if standing != self.standings.get(id):
            self.move(id, standing, at, min(at, since))

    def played(self, batch: ObservedBatch) -> None:
        """As ``FleetObserver`` says."""
        moves = [(at, device.id, standing_of(device)) for at, device in batch.moves]
        for at, id, standing in sorted((*moves, *batch.stood), key=itemgetter(0)):
            self.stands(id, standing, at, at)
        for at, id, kind, _ in batch.occurrences:
            if kind is EventKind.ISSUED:
                self.renewals[int(at.timestamp()) // _HOUR] += 1
            elif kind in _ENROLLED:
                self.enrollments[int(at.timestamp()) // _HOUR] += 1
                if kind is EventKind.RE_ENROLLED:
                    known = self.standings.get(id)
                    assert known is not None
                    self.re_enrolled[known.platform] += 1

    def forgot(self, ids: Iterable[int], at: datetime) -> None:
        """As ``FleetObserver`` says."""
        for id in ids:
            if (known := self.standings.pop(id)) is not None:
                self._count(known, at, -1)
                self.out_since.pop(id, None)

    def in_service(self) -> dict[Platform, Curve]:
        """The devices in service, by platform."""
        return {platform: count.curve() for platform, count in self._in_service.items()}

    def out(self) -> dict[Platform, Curve]:
        """The devices that need a person, by platform."""
        return {platform: count.curve() for platform, count in self._out.items()}

    def groups(self) -> dict[str, Curve]:
        """The devices that hold a certificate of each CA group."""
        return {name: count.curve() for name, count in sorted(self._groups.items())}

    def turned(self) -> tuple[DevicesOut, ...]:
        """Who went out of service and came back, by day."""
        keys = sorted({*self._went, *self._came}, key=lambda key: (key[0], list(Platform).index(key[1]), key[2]))
        return tuple(
            DevicesOut(day=day, platform=platform, reason=reason, out=self._went[key], back=self._came[key])
            for key in keys
            for day, platform, reason in [key]
        )

    def move(self, id: int, new: Standing, at: datetime, out_since: datetime) -> None:
        """A device stands elsewhere from a time on; if it is out, since ``out_since``."""
        known = self.standings.get(id)
        if known is not None:
            self._count(known, at, -1)
            if known.out is not None and new.in_service:
                self._came[at.date(), known.platform, known.out] += 1
        self._count(new, at, 1)
        if new.out is None:
            self.out_since.pop(id, None)
        elif known is None or known.out is None:
            self.out_since[id] = out_since
            if known is not None:
                self._went[at.date(), new.platform, new.out] += 1
        self.standings.put(id, self._shared.setdefault(new, new))

    def _count(self, standing: Standing, at: datetime, by: int) -> None:
        time = int(at.timestamp())
        if standing.in_service:
            self._in_service[standing.platform].step(time, by)
        if standing.out is not None:
            self._out[standing.platform].step(time, by)
        if standing.group is not None:
            self._groups[standing.group].step(time, by)


def peak(hours: Counter[int]) -> Peak:
    """The busiest hour; the first of several."""
    if not hours:
        return Peak()
    hour = min(hours, key=lambda one: (-hours[one], one))
    return Peak(count=hours[hour], at=datetime.fromtimestamp(hour * _HOUR, UTC))
