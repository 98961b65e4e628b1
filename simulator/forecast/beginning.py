"""The forecast of a plan that is about to be begun on a real fleet, kept to tell later what came of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import timedelta

from ...store.model.forecast import Forecast
from ...store.model.kept_forecast import KeptForecast
from ..plans.running import PlanRun, is_under_way
from .comparing import forecasts
from .forecasting import PlanFile

LEAST_DAYS, MOST_DAYS = 90, 366
_AFTERWARDS = timedelta(days=30)
"""How far beyond the day of the last action, whose devices come in time."""

Foresee = Callable[[int], Forecast | None]
"""Forecasts the plan, for so many days; None if it could not be."""


def days_ahead(run: PlanRun) -> int:
    """How far the forecast of a plan reaches: a month beyond its last day, from three months to a year."""
    last = max((step.next_at for step in run.progress.steps if step.next_at is not None), default=None)
    ahead = timedelta() if last is None else last - run.workspace.now() + _AFTERWARDS
    return min(max(ahead.days, LEAST_DAYS), MOST_DAYS)


def is_worth_keeping(run: PlanRun) -> bool:
    """Whether performing it begins a plan on a real fleet. While an earlier run of the same plan is under way, a
    forecast is of what is left of that one."""
    workspace = run.workspace
    return not (workspace.is_virtual or run.progress.id or is_under_way(workspace, run.plan))


def keep_what_is_said(run: PlanRun, foresee: Foresee) -> KeptForecast | None:
    """Keep the forecast of a plan before it is begun; None for one that is not worth keeping.

    Refuses with ``not-permitted`` before ``foresee`` makes it.
    """
    if not is_worth_keeping(run):
        return None
    workspace = run.workspace
    for action in ("plan.begin", "plan.keep-forecast"):
        workspace.audit.permit(action)
    said = foresee(days_ahead(run))
    return None if said is None else workspace.kept_forecasts.keep(said)


def foreseen(
    run: PlanRun, days: int, *, progress: Callable[[float], None] | None = None, executor: Executor | None = None
) -> Forecast:
    """The forecast of a plan, made here and now, or by an executor; ``progress`` is told the share that is done."""
    until = run.workspace.now() + timedelta(days=days)
    plans = [PlanFile(run.plan, run.folder)]
    return forecasts(run.workspace, until, plans, executor=executor, progress=progress)[0]
