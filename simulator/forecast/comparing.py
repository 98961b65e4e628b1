"""Several forecasts of one workspace: a plan each, and the spread over seeds, in any number of processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime

from msgspec.structs import replace

from ...store.model.forecast import Forecast, Spread
from ...store.views.forecast import FIGURES
from ...store.workspace import Workspace
from ..engine.simulator import RunProgress
from ..engine.workers import executor_for
from .copying import basis_of
from .forecasting import RESTING, PlanFile, run_ahead

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
) -> list[Forecast]:
    """Forecast each plan (None: do nothing) from the same moment; the workspace is not touched.

    With several ``seeds`` each has the spread of its figures over them; its other numbers are those of the first. The
    work is done by ``workers`` processes, or by an ``executor``, a plan and a seed at a time.
    """
    basis, user = basis_of(workspace), workspace.actor.user
    jobs = [(plan, seed) for plan in plans for seed in range(seeds)]
    started_at = workspace.now()
    found: list[Forecast] = []
    with executor_for(min(workers, len(jobs)), executor) as pool:
        if pool is None:
            for plan, seed in jobs:
                tell = _part(len(found), started_at, until, progress)
                found.append(run_ahead(basis, user, until, plan, seed=seed, progress=tell))
        else:
            futures = [pool.submit(run_ahead, basis, user, until, plan, seed=seed) for plan, seed in jobs]
            for done, future in enumerate(futures, 1):
                found.append(future.result())
                if progress is not None:
                    progress(done)
    return [with_spread(found[at : at + seeds]) for at in range(0, len(found), seeds)]


def with_spread(found: Sequence[Forecast]) -> Forecast:
    """The first forecast, with the spread of its figures over all of them."""
    if len(found) == 1:
        return found[0]
    spread = []
    for figure in FIGURES:
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
) -> Callable[[RunProgress], None] | None:
    if progress is None:
        return None
    span = (until - started_at).total_seconds() or 1.0
    return lambda told: progress(done + min(1.0, (told.now - started_at).total_seconds() / span))
