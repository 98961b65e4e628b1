"""The debrief: what somebody did, what it led to, the points, and the best way known, run from the same start."""

from __future__ import annotations

from msgspec import Struct

from ...store.errors import Refusal
from ...store.model.audit import AuditLine
from ...store.model.forecast import Forecast
from ...store.workspace import Workspace
from ..engine.issuers import PaperIssuer
from ..engine.simulator import Simulator
from ..moments.comparing import looked_at
from ..plans.from_audit import FOLLOWS
from ..plans.plan import Plan
from ..plans.running import PlanRun, RefusedAction, run_plan
from .course import happened, scenario_of
from .record import acts_since, progress_of, scenario_table
from .standing import ScenarioStanding, standing
from .starting import START

_NOT_AN_ACT = ("scenario.", "moment.", "workspace.", "account.", "delivery.", "vault.", "plan.", "simulation.control")
BEST = "best known"


class BestRun(Struct, frozen=True, kw_only=True):
    """The best way known, run from the start: its points, what it led to, and the actions that were refused."""

    points: int
    happened: Forecast
    refused: tuple[str, ...]


class Debrief(Struct, frozen=True, kw_only=True):
    """The debrief. ``acts`` are the audit lines of what people did, ``went_back`` how often they went back to a moment.
    ``best`` is None if the moment at the start was forgotten."""

    standing: ScenarioStanding
    text: str
    acts: tuple[AuditLine, ...]
    went_back: int
    happened: Forecast
    solution: Plan
    best: BestRun | None


def debrief(workspace: Workspace) -> Debrief:
    """The debrief as things are now. Refuses with ``no-scenario``."""
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
    )


def is_an_act(line: AuditLine) -> bool:
    """Whether a person did it, and it didn't follow from something else."""
    follows = line.action in FOLLOWS or "with the chain of" in line.summary
    return not follows and not line.action.startswith(_NOT_AN_ACT)


def best_run(workspace: Workspace) -> BestRun | None:
    """Run the best way known from the start, on a copy; None if the moment there was forgotten."""
    scenario, progress = scenario_of(workspace), progress_of(workspace)
    try:
        workspace.moments.find(START)
    except Refusal:
        return None
    with looked_at(workspace, START) as copy:
        with copy.database.transaction():  # the audit trail is that of the workspace: what is in it doesn't count here
            table = scenario_table(copy)
            table.change(progress_of(copy), last_audit=copy.audit.tail(1)[0].id)
        with Simulator(copy, issuer=PaperIssuer()) as simulator:
            outcomes = run_plan(simulator, PlanRun(copy, scenario.solution, again=True), progress.ends_at)
        refused = tuple(one.message for one in outcomes if isinstance(one, RefusedAction))
        return BestRun(points=standing(copy).points, happened=happened(copy, progress_of(copy), BEST), refused=refused)
