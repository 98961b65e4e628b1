"""The debrief: what somebody did, what it led to, the points, and the best way known, run from the same start."""

from __future__ import annotations

from concurrent.futures import Executor

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
from .record import acts_since, progress_of, times_back
from .rerun import RunResult
from .said_first import MarkedAnswer, answers
from .standing import ScenarioStanding, standing
from .undone import lines_that_count


class Debrief(Struct, frozen=True, kw_only=True):
    """The debrief. ``acts`` are the audit lines of what people did, ``undone`` the ids of those that they undid by
    going back to a moment, ``went_back`` how often they did. ``costs`` are those of the acts, None as long as it isn't
    over. They and ``best`` are None if the moment at the start was forgotten. ``said`` are the answers that were asked
    for before acts. Until it is over, or somebody has asked for the best way known, that (``solution``, ``best``) is
    None, and ``text`` empty."""

    standing: ScenarioStanding
    text: str
    acts: tuple[AuditLine, ...]
    undone: frozenset[int]
    went_back: int
    happened: Forecast
    solution: Plan | None
    best: RunResult | None
    costs: ActCosts | None
    said: tuple[MarkedAnswer, ...] = ()


def debrief(
    workspace: Workspace, *, workers: int = 1, executor: Executor | None = None, told: Told | None = None
) -> Debrief:
    """The debrief as things are now; ``workers`` processes may share the runs, of which ``told`` is told, or an
    ``executor`` makes them all. Refuses with ``no-scenario``."""
    now = standing(workspace)
    scenario, progress = scenario_of(workspace), progress_of(workspace)
    lines, tells = acts_since(workspace, progress)[::-1], now.over or now.saw_solution
    return Debrief(
        standing=now,
        text=scenario.debrief if tells else "",
        acts=tuple(line for line in lines if is_an_act(line)),
        undone=frozenset(line.id for line in lines) - {line.id for line in lines_that_count(workspace, lines)},
        went_back=times_back(lines),
        happened=happened(workspace, progress),
        solution=scenario.solution if tells else None,
        best=best_run(workspace, executor) if tells else None,
        costs=act_costs(workspace, workers=workers, executor=executor, told=told) if now.over else None,
        said=tuple(answers(workspace)),
    )
