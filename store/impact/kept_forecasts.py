"""Kept forecasts: keeping one, and setting what is known of the fleet since beside what it said."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from ..devices.standing import standing_of
from ..errors import Refusal
from ..model.device import Device
from ..model.forecast import Forecast
from ..model.kept_forecast import FleetLook, KeptForecast
from ..model.moment import Moment
from ..persistence.records import RecordTable
from ..printable import printable
from ..use_cases import Context, UseCases

SAID, CERTIFICATES, NOW = "forecast", "certificates", "now"
NEW_GROUP = "new CA group"
LONGEST_NAME = 64
_LEAST_MOVE = 0.01
"""A CA group whose share is to grow by less is not spoken of."""
_EVERY = timedelta(days=7)
"""How often the dates of issue of device certificates are looked at."""

KeptList = list[KeptForecast]  # named here because ``KeptForecasts`` has a method called ``list``


class ForecastComparison(Struct, frozen=True, kw_only=True):
    """What was ``said`` of a time, and what is ``known`` of it."""

    said: FleetLook
    known: FleetLook


class IssuedTo(Struct, frozen=True, gc=False):
    """The fields of a device certificate that say who held which at a time."""

    id: int
    device_id: int
    group: str
    issued_at: Moment


class KeptForecasts(UseCases):
    """The kept forecasts of a workspace, each under a name of its own."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._table = RecordTable(self._database.table("kept_forecasts"), KeptForecast)

    def list(self) -> KeptList:
        """All of them, the oldest first."""
        return self._table.all()

    def get(self, name: str) -> KeptForecast:
        """The one of this name; refuses with ``forecast-unknown``."""
        found = next((one for one in self._table.all() if one.name == name), None)
        if found is None:
            raise Refusal(
                "forecast-unknown", f"no forecast is kept as {name}", "`certfleet forecast-review` lists them."
            )
        return found

    def keep(self, forecast: Forecast, name: str | None = None) -> KeptForecast:
        """Keep a forecast under a name, by default its plan's, numbered if that is taken.

        Refuses with ``forecast-name-invalid`` or ``forecast-name-taken``.
        """
        with self._database.transaction():
            name = _free_name(forecast.name, self._taken()) if name is None else self.checked_name(name)
            kept = self._table.add(
                KeptForecast(
                    id=0,
                    name=name,
                    plan=forecast.name,
                    title=forecast.title,
                    started_at=forecast.started_at,
                    until=forecast.until,
                    said=tuple(_said(forecast)),
                    assumed=forecast.assumptions.drawn_habits,
                    kept_at=self._clock.now(),
                    kept_by=self._actor.user,
                )
            )
            self._audit.record(
                "plan.keep-forecast", f"kept-forecast:{kept.id}", f"forecast of {kept.plan} kept as {name}"
            )
        return kept

    def forget(self, name: str) -> KeptForecast:
        """Drop a kept forecast; the others stay. Refuses with ``forecast-unknown``."""
        with self._database.transaction():
            kept = self.get(name)
            self._table.remove(kept.id)
            self._audit.record("plan.forget-forecast", f"kept-forecast:{kept.id}", f"forecast kept as {name} forgotten")
        return kept

    def checked_name(self, name: str) -> str:
        """A name for another one; refuses as ``keep`` does."""
        name = name.strip()
        if not name or len(name) > LONGEST_NAME or printable(name) != name:
            raise Refusal("forecast-name-invalid", f"a name has 1 to {LONGEST_NAME} printable characters")
        if name in self._taken():
            raise Refusal(
                "forecast-name-taken", f"a forecast is kept as {name} already", "Give another name to this one."
            )
        return name

    def _taken(self) -> set[str]:
        return {one.name for one in self._table.all()}

    def look(self, source: str) -> None:
        """Add the fleet as it is now to every kept forecast that is not over, inside a transaction."""
        now = self._clock.now()
        running = [one for one in self._table.all() if one.started_at <= now <= one.until]
        if running:
            seen = self._fleet(source)
            for one in running:
                self._table.change(one, looks=(*one.looks, seen))

    def review(self, name: str) -> tuple[KeptForecast, Sequence[ForecastComparison]]:
        """A kept forecast, and what is known of its times, in order; refuses with ``forecast-unknown``."""
        with self._database.moment():
            kept, now = self.get(name), self._clock.now()
            issued = self._database.table("device_certificates").records(IssuedTo)
            known = [*kept.looks, *issued_looks(issued, _weekly(kept, now)), self._fleet(NOW)]
        return kept, comparisons(kept, known)

    def _fleet(self, source: str) -> FleetLook:
        return look_at(self._database.table("devices").each(Device), self._clock.now(), source)


def look_at(devices: Iterable[Device], at: datetime, source: str) -> FleetLook:
    """The fleet by the records of its devices."""
    total = in_service = stranded = 0
    groups = Counter[str]()
    for device in devices:
        standing = standing_of(device)
        total += 1
        in_service += standing.in_service
        stranded += standing.out is not None
        if standing.group is not None:
            groups[standing.group] += 1
    return FleetLook(
        at=at,
        source=source,
        devices=total,
        in_service=in_service,
        stranded=stranded,
        groups=dict(sorted(groups.items())),
    )


def issued_looks(issued: Iterable[IssuedTo], times: Sequence[datetime]) -> Iterator[FleetLook]:
    """Who held a certificate of which CA group at each of some times: the last that was issued by then."""
    in_order = sorted(issued, key=lambda one: (one.issued_at, one.id))
    holds, groups, place = dict[int, str](), Counter[str](), 0
    for at in times:
        while place < len(in_order) and in_order[place].issued_at <= at:
            one = in_order[place]
            if (before := holds.get(one.device_id)) is not None:
                groups[before] -= 1
            holds[one.device_id] = one.group
            groups[one.group] += 1
            place += 1
        if holds:
            held = {name: count for name, count in sorted(groups.items()) if count}
            yield FleetLook(at=at, source=CERTIFICATES, devices=len(holds), groups=held)


def comparisons(kept: KeptForecast, known: Iterable[FleetLook]) -> tuple[ForecastComparison, ...]:
    """What is known, in order of time, each beside what was said of that time. After its end a forecast says no more
    than of its end."""
    times = [one.at for one in kept.said]
    in_order = sorted((one for one in known if one.at >= kept.started_at), key=lambda one: one.at)
    return tuple(
        ForecastComparison(said=kept.said[max(0, bisect_right(times, one.at) - 1)], known=one) for one in in_order
    )


def group_shares(kept: KeptForecast, one: ForecastComparison) -> list[tuple[str, float, float]]:
    """The shares of devices that were to hold a certificate of another CA group than at the beginning, each with what
    was said and what is known: of a new one, whatever its name is in exports, or of one that some held already."""
    first, last = kept.said[0], kept.said[-1]
    shares = []
    if set(last.groups) - set(first.groups):
        old = set(first.groups)
        shares.append((NEW_GROUP, 1 - _share(one.said, old), 1 - _share(one.known, old)))
    for group in first.groups:
        if _share(last, {group}) - _share(first, {group}) >= _LEAST_MOVE:
            shares.append((group, _share(one.said, {group}), _share(one.known, {group})))
    return shares


def _share(look: FleetLook, groups: set[str]) -> float:
    total = sum(look.groups.values())
    return sum(look.groups.get(group, 0) for group in groups) / total if total else 0.0


def _weekly(kept: KeptForecast, now: datetime) -> list[datetime]:
    """The times of a forecast that are over: each week, and its end."""
    last, times, at = min(now, kept.until), [], kept.started_at + _EVERY
    while at < last:
        times.append(at)
        at += _EVERY
    return [*times, kept.until] if kept.until < now else times


def _said(forecast: Forecast) -> Iterator[FleetLook]:
    for day in forecast.days:
        yield FleetLook(
            at=day.at,
            source=SAID,
            devices=sum(day.groups.values()) if day.groups else forecast.devices,
            in_service=day.in_service,
            stranded=day.stranded,
            groups=day.groups,
        )


def _free_name(plan: str, taken: set[str]) -> str:
    name, number = plan[: LONGEST_NAME - 4], 2
    while name in taken:
        name, number = f"{plan[: LONGEST_NAME - 4]} {number}", number + 1
    return name
