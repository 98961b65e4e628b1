"""Forecasts: a copy of a workspace in memory is run ahead by the same rules and the same simulator."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ...store.model.device import DeviceState
from ...store.model.forecast import Forecast, ForecastAssumptions, RefusedStep
from ...store.persistence.copies.memory import MemoryEngine
from ...store.workspace import Workspace
from ..engine.memory.reading import Reading
from ..engine.shards.shards import Shards
from ..engine.simulator import RunProgress, Simulator
from ..engine.windows.issuers import CertificateIssuer, PaperIssuer
from ..plans.plan import Plan, name_of
from ..plans.running import Outcome, PlanRun, RefusedAction, is_under_way, run_plan
from .copying import ForecastCopy, forecast_copy
from .fleet_watch import FleetWatch
from .outcome import PlanOutcome, outcome_of, start_of

RESTING = (
    "out",
    "stranded",
    "device_days_lost",
    "renewals",
    "enrollments",
    "peak_renewals",
    "peak_enrollments",
    "days",
)
"""The figures of a forecast that rest on habits."""

Progress = Callable[[RunProgress], None]


class PlanFile(NamedTuple):
    """A plan, and the folder of the files that it names."""

    plan: Plan
    folder: Path | None = None


def run_ahead(
    basis: MemoryEngine,
    user: str,
    until: datetime,
    plan: PlanFile | None = None,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    reading: Reading | None = None,
    executor: Executor | None = None,
) -> Forecast:
    """The same from what ``copying.basis_of`` gave, perhaps in another process; the processes of an ``executor`` play
    the devices."""
    copy = forecast_copy(basis, user, seed)
    with copy.workspace as workspace:
        about = assumptions_of(copy, seed)
        return watched_run(
            workspace, until, plan, about, issuer=PaperIssuer(), progress=progress, reading=reading, executor=executor
        )


def watched_run(
    workspace: Workspace,
    until: datetime,
    plan: PlanFile | None,
    assumptions: ForecastAssumptions,
    *,
    issuer: CertificateIssuer | None = None,
    progress: Progress | None = None,
    reading: Reading | None = None,
    executor: Executor | None = None,
) -> Forecast:
    """Run a workspace itself, and say what happened. That of a forecast is a copy; with an ``executor`` its devices are
    played by other processes, with certificates on paper."""
    watch, start = FleetWatch(), start_of(workspace)
    shards = None if executor is None else Shards(executor, watch)
    with Simulator(workspace, issuer=issuer, observer=watch, shards=shards, reading=reading) as simulator:
        if plan is None:
            simulator.run(until, progress=progress)
            told = PlanOutcome()
        else:
            again = not is_under_way(workspace, plan.plan)  # otherwise it goes on with what is left
            run = PlanRun(workspace, plan.plan, folder=plan.folder, again=again)
            told = _told(plan.plan, run_plan(simulator, run, until, progress=progress))
        waiting = simulator.states()[DeviceState.RE_ENROLLMENT_REQUIRED]
    return outcome_of(workspace, watch, start, told, assumptions, waiting)


def _told(plan: Plan, outcomes: list[Outcome]) -> PlanOutcome:
    refused = tuple(
        RefusedStep(at=one.at, action=name_of(one.action), line=one.action.line, code=one.code, message=one.message)
        for one in outcomes
        if isinstance(one, RefusedAction)
    )
    return PlanOutcome(plan.name, plan.title, len(outcomes) - len(refused), refused)


def assumptions_of(copy: ForecastCopy, seed: int) -> ForecastAssumptions:
    """What a forecast rests on that nobody knows."""
    rests = bool(copy.drawn_habits or seed)
    return ForecastAssumptions(
        seed=seed,
        drawn_habits=copy.drawn_habits,
        taken_for_gone=copy.taken_for_gone,
        assumed_ends=copy.assumed_ends,
        resting=RESTING if rests else (),
        endpoints=len(copy.workspace.endpoints.list()),
    )
