"""The last day on which starting each change is early enough, found by forecasts over the day of starting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from math import ceil

from msgspec import Struct

from ...store.components.naming import title_of
from ...store.components.needs import BY_ID, DEVICE_CA
from ...store.consequences.landscape import Landscape
from ...store.model.authority import AuthorityGroup
from ...store.model.component import Component
from ...store.model.device import Platform
from ...store.model.start_by import LastStart, StartBy
from ...store.outlook.outlook import affected
from ...store.persistence.copies.memory import MemoryEngine
from ...store.start_by.start_by import basis_of
from ...store.start_by.working_days import last_working_day, moved_because
from ...store.workspace import Workspace
from .copying import basis_of as rows_of
from .copying import forecast_copy
from .crossing import Crossing, cross, days_to_be_seen

DAY = timedelta(days=1)
MORNING = time(8, tzinfo=UTC)
_WEEKS = 4  # over which the devices that are lost in a week are counted
_PARTS = 10_000

Told = Callable[[int], None]
"""Called with how many forecasts were run."""


class _Basis(Struct, frozen=True, kw_only=True):
    """What all forecasts begin with."""

    rows: MemoryEngine
    user: str
    now: datetime
    share: float
    seeds: int
    landscape: Landscape
    country: str

    def allowed(self, latest: date) -> tuple[date | None, str]:
        """The last day up to ``latest`` on which somebody may start, and what moves it there."""
        today, freezes = self.now.date(), self.landscape.site.freezes
        found = last_working_day(latest, today, freezes, self.country)
        return found, moved_because(latest, found, today, freezes, self.country)


def compute_start_by(workspace: Workspace, *, seeds: int = 1, told: Told | None = None) -> StartBy:
    """Find the last days. The workspace is not touched: ``workspace.start_by.keep`` keeps them."""
    rows, user, now = rows_of(workspace), workspace.actor.user, workspace.now()
    landscape, platforms = workspace.impact.landscape(), workspace.impact.platforms()
    copy, countries, ends = forecast_copy(rows, user), Counter[str](), dict[str, list[datetime]]()
    with copy.workspace as first:
        for one in first.devices.each():
            if not one.state.is_admitted:
                continue
            if one.habits is not None:
                countries[one.habits.schedule.holidays] += 1
            if one.issuer_group is not None and one.not_after is not None:
                ends.setdefault(one.issuer_group, []).append(one.not_after)
    basis = _Basis(
        rows=rows,
        user=user,
        now=now,
        share=landscape.site.start_by_share,
        seeds=seeds,
        landscape=landscape,
        country=countries.most_common(1)[0][0] if countries else "",
    )
    runs = _Runs(basis, told)
    starts = [
        *(_of_group(runs, group, ends[group.name]) for group in landscape.groups if group.name in ends),
        *_of_components(runs, platforms),
    ]
    return StartBy(
        computed_at=now,
        share=basis.share,
        seeds=seeds,
        devices=sum(platforms.values()),
        drawn_habits=copy.drawn_habits,
        basis=basis_of(landscape),
        starts=tuple(starts),
        empty_groups=tuple(one.name for one in landscape.groups if one.name not in ends),
    )


class _Runs:
    """Forecasts, each run once, and counted."""

    def __init__(self, basis: _Basis, told: Told | None) -> None:
        self.basis = basis
        self._told, self._count = told, 0
        self._crossings: dict[tuple[str, int], list[Crossing]] = {}
        self._seen: int | None = None

    def crossings(self, group: str, days: int, until: datetime) -> list[Crossing]:
        """What becomes of a group's devices if its replacement is started in so many days: one a seed."""
        key = group, days
        if key not in self._crossings:
            basis = self.basis
            found = []
            for seed in range(basis.seeds):
                copy = forecast_copy(basis.rows, basis.user, seed)
                found.append(cross(copy.workspace, group, self.start(days), until))
                self._tell()
            self._crossings[key] = found
        return self._crossings[key]

    def start(self, days: int) -> datetime:
        """When something is started that is started in so many days."""
        now = self.basis.now
        return now if days <= 0 else datetime.combine((now + days * DAY).date(), MORNING)

    def to_be_seen(self) -> int:
        """The days until the share of the devices has come to the server."""
        if self._seen is None:
            copy = forecast_copy(self.basis.rows, self.basis.user)
            self._seen = days_to_be_seen(copy.workspace, self.basis.share)
            self._tell()
        return self._seen

    def _tell(self) -> None:
        self._count += 1
        if self._told is not None:
            self._told(self._count)


def _of_group(runs: _Runs, group: AuthorityGroup, ends: Iterable[datetime]) -> LastStart:
    basis = runs.basis
    authority = next(one for one in basis.landscape.device_cas if one.group_id == group.id)
    end = min(authority.not_after, max(ends))

    def across(days: int) -> int:
        return sum(len(one.took) for one in runs.crossings(group.name, days, end))

    members = sum(one.devices for one in runs.crossings(group.name, 0, end))
    at_once = across(0)
    wanted = ceil(basis.share * at_once)
    enough, too_late = 0, max(1, (end - basis.now).days + 1) if at_once else 1
    while too_late - enough > 1:
        between = (enough + too_late) // 2
        if across(between) >= wanted:
            enough = between
        else:
            too_late = between
    today = basis.now.date()
    latest = today + enough * DAY
    last_day, because = basis.allowed(latest) if at_once else (None, "")
    started = runs.crossings(group.name, 0 if last_day is None else (last_day - today).days, end)
    took = sorted(time for one in started for time in one.took)
    weeks = min(7 * _WEEKS, max(1, (end - basis.now).days - enough)) / 7
    lost = (across(enough) - across(enough + round(7 * weeks))) / weeks / basis.seeds
    return LastStart(
        record=f"authority-group:{group.id}",
        need=DEVICE_CA.id,
        title=f"device certificates of CA group {group.name}",
        end=end,
        last_day=last_day,
        latest=latest,
        days=ceil(took[min(wanted, len(took)) - 1] / DAY) if took and wanted else 0,
        devices=members // basis.seeds,
        lost_a_week=max(0, round(lost)),
        across_today=round(_PARTS * at_once / members) / _PARTS if members else 1.0,
        because=because,
        newest_group=max(one.id for one in basis.landscape.groups),
    )


def _of_components(runs: _Runs, platforms: Mapping[Platform, int]) -> Iterator[LastStart]:
    basis, landscape = runs.basis, runs.basis.landscape
    for component in landscape.components:
        need, served = BY_ID.get(component.need), landscape.served(component)
        if need is None or served is None:
            continue
        end = min(one.not_after for one in landscape.chain(served.id)) if need.shown else served.not_after
        if end <= basis.now:
            continue
        days = landscape.site.certificate_lead_days
        if _needs_new_trust(landscape, component, end):
            days += runs.to_be_seen()
        latest = (end - days * DAY).date()
        last_day, because = basis.allowed(latest)
        concerned = [platform for effect in need.effects for platform in effect.platforms]
        yield LastStart(
            record=f"component:{component.id}",
            need=need.id,
            title=title_of(component),
            certificate_id=served.id,
            end=end,
            last_day=last_day,
            because=because,
            latest=latest,
            days=days,
            devices=affected(concerned, platforms),
        )


def _needs_new_trust(landscape: Landscape, component: Component, end: datetime) -> bool:
    """Whether devices have to learn to trust what comes in its place: the top of its chain ends with it."""
    served = landscape.served(component)
    if served is None or not BY_ID[component.need].shown:
        return False
    top = landscape.chain(served.id)[-1]
    return top.not_after <= end and top.id not in landscape.public_tops
