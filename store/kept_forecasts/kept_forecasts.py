"""Keeping forecasts, and looks at the fleet while they run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from ..errors import Refusal
from ..model.device import Device
from ..model.forecast import Forecast
from ..model.kept_forecast import FleetLook, KeptForecast
from ..persistence.records import RecordTable
from ..printable import printable
from ..use_cases import Context, UseCases
from .comparing import NOW, SAID, ForecastComparison, IssuedTo, comparisons, issued_looks, look_at

LONGEST_NAME = 64
_EVERY = timedelta(days=7)
"""How often the dates of issue of device certificates are looked at."""

KeptList = list[KeptForecast]  # named here because ``KeptForecasts`` has a method called ``list``


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
