"""The debrief: what somebody did, what it led to, the points, and the best way known, run from the same start."""

from __future__ import annotations

from msgspec import Struct

from ...store.model.audit import AuditLine
from ...store.model.forecast import Forecast
from ...store.workspace import Workspace
from ..plans.plan import Plan
from .act_cost import ActCosts
from .acts import is_an_act
from .costing import Told, act_costs
from .course import happened, scenario_of
from .kept_reruns import best_run
from .record import acts_since, progress_of
from .rerun import RunResult
from .said_first import MarkedAnswer, answers
from .standing import ScenarioStanding, standing


class Debrief(Struct, frozen=True, kw_only=True):
    """The debrief. ``acts`` are the audit lines of what people did, ``went_back`` how often they went back to a moment.
    ``costs`` are those of the acts, None as long as it isn't over. They and ``best`` are None if the moment at the
    start was forgotten. ``said`` are the answers that were asked for before acts."""

    standing: ScenarioStanding
    text: str
    acts: tuple[AuditLine, ...]
    went_back: int
    happened: Forecast
    solution: Plan
    best: RunResult | None
    costs: ActCosts | None
    said: tuple[MarkedAnswer, ...] = ()


def debrief(workspace: Workspace, *, workers: int = 1, told: Told | None = None) -> Debrief:
    """The debrief as things are now; ``workers`` processes may share the runs, of which ``told`` is told. Refuses with
    ``no-scenario``."""
    now = standing(workspace)
    scenario, progress = scenario_of(workspace), progress_of(workspace)
    lines = acts_since(workspace, progress)[::-1]
    return Debrief(
        standing=now,
        text=scenario.debrief,
        acts=tuple(line for line in lines if is_an_act(line)),
        went_back=sum(line.action == "moment.go" for line in lines),
        happened=happened(workspace, progress),
        solution=scenario.solution,
        best=best_run(workspace),
        costs=act_costs(workspace, workers=workers, told=told) if now.over else None,
        said=tuple(answers(workspace)),
    )
