"""Several forecasts of one workspace: a plan each, and the spread over seeds, in any number of processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from ...store.model.forecast import Forecast, Spread
from ...store.outlook.horizons import check_forecast
from ...store.persistence.copies.layered import LayeredEngine
from ...store.persistence.copies.memory import MemoryEngine
from ...store.views.forecasts.forecast import shown_figures
from ...store.workspace import Workspace
from ..engine.memory.reading import Reading
from ..engine.processes.workers import executor_for
from ..engine.shards.shards import process_lost
from ..engine.simulator import RunProgress
from .copying import basis_of
from .forecasting import RESTING, PlanFile, run_ahead

SHARED_FROM = 5_000
"""Devices from which on several processes make one forecast sooner than one."""
_READING = 0.2  # of a forecast: its fleet is read

Progress = Callable[[float], None]
"""Called with how many of the forecasts are done."""


def forecasts(
    workspace: Workspace,
    until: datetime,
    plans: Sequence[PlanFile | None],
    *,
    seeds: int = 1,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    shared_from: int = SHARED_FROM,
) -> list[Forecast]:
    """Forecast each plan (None: do nothing) from the same moment; the workspace is not touched.

    With several ``seeds`` each has the spread of its figures over them; its other numbers are those of the first. The
    work is done by ``workers`` processes, or by an ``executor``, a plan and a seed at a time. Those that are left over
    when each process has had its share are spread over all of them, in a fleet from ``shared_from`` devices on; so are
    all of them if the fleet is so large that no process should have it in memory. The result is the same with any
    number. Refuses with ``horizon-invalid`` or ``forecast-process-lost``.
    """
    check_forecast(until - workspace.now())
    jobs = [_Job(plan, seed) for plan in plans for seed in range(seeds)]
    is_shared = workers > 1 and len(workspace.database.table("devices")) >= shared_from
    basis = basis_of(workspace)
    apart = (len(jobs) if isinstance(basis, LayeredEngine) else len(jobs) % workers) if is_shared else 0
    wanted = workers if apart else min(workers, len(jobs))
    runs = _Runs(basis, workspace.actor.user, workspace.now(), until, progress)
    with executor_for(wanted, executor) as pool:
        try:
            found = runs.here(jobs) if pool is None else runs.by(pool, jobs, apart)
        except BrokenExecutor:
            raise process_lost() from None
    return [with_spread(found[at : at + seeds]) for at in range(0, len(found), seeds)]


class _Job(NamedTuple):
    plan: PlanFile | None
    seed: int


class _Runs(NamedTuple):
    """Forecasts with the same beginning and end."""

    basis: MemoryEngine
    user: str
    started_at: datetime
    until: datetime
    progress: Progress | None

    def here(self, jobs: Sequence[_Job], executor: Executor | None = None, done: int = 0) -> list[Forecast]:
        """Run them in this process, one after the other; an executor's processes play the devices. So many are done
        already."""
        found: list[Forecast] = []
        for plan, seed in jobs:
            tell, reading = _part(done + len(found), self.started_at, self.until, self.progress)
            ahead = self.basis, self.user, self.until, plan
            found.append(run_ahead(*ahead, seed=seed, progress=tell, reading=reading, executor=executor))
        return found

    def by(self, pool: Executor, jobs: Sequence[_Job], apart: int) -> list[Forecast]:
        """Run each in a process, and the last ``apart`` jobs in all of them."""
        whole = jobs[: len(jobs) - apart]
        ahead = self.basis, self.user, self.until
        futures = [pool.submit(run_ahead, *ahead, plan, seed=seed) for plan, seed in whole]
        found: list[Forecast] = []
        for future in futures:
            found.append(future.result())
            if self.progress is not None:
                self.progress(len(found))
        return found + self.here(jobs[len(whole) :], pool, len(found))


def with_spread(found: Sequence[Forecast]) -> Forecast:
    """The first forecast, with the spread of its figures over all of them."""
    if len(found) == 1:
        return found[0]
    spread = []
    for figure in shown_figures(found):
        values = sorted(figure.of(one) for one in found)
        if values[-1]:
            p5, p50, p95 = (round(percentile(values, share), 2) for share in (0.05, 0.5, 0.95))
            spread.append(Spread(name=figure.name, p5=p5, p50=p50, p95=p95))
    first = found[0]
    return replace(first, spread=tuple(spread), assumptions=replace(first.assumptions, resting=RESTING))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of sorted values lies, between the two next to it in proportion."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def _part(
    done: int, started_at: datetime, until: datetime, progress: Progress | None
) -> tuple[Callable[[RunProgress], None], Reading] | tuple[None, None]:
    """Who is told how far a forecast is, and how far its fleet has been read, which is a part of it."""
    if progress is None:
        return None, None
    span = (until - started_at).total_seconds() or 1.0

    def tell(told: RunProgress) -> None:
        progress(done + _READING + (1 - _READING) * min(1.0, (told.now - started_at).total_seconds() / span))

    def reading(read: int, total: int) -> None:
        progress(done + _READING * read / total)

    return tell, reading
