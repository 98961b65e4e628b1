"""Where somebody is in a scenario: the time, the points, what is open, what they were told; and its hints."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ...store.errors import Refusal
from ...store.words import minute, plural
from ...store.workspace import Workspace
from .course import judged_now, scenario_of, take_turns
from .record import HINT, SOLUTION, ScenarioProgress, ToldText, progress_of, times
from .scenario import Hint, Scenario


class ObjectiveState(StrEnum):
    """The state of an objective: judged, or still open."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"


class ObjectiveStanding(Struct, frozen=True, kw_only=True):
    """An objective. ``so_far`` is whether it would be met now; ``said`` is what was found, when it was judged or now.
    ``missed`` is what the debrief says to somebody who missed it, empty for others."""

    number: int
    title: str
    points: int
    by: datetime
    state: ObjectiveState
    so_far: bool
    said: str
    missed: str = ""


class ScenarioStanding(Struct, frozen=True, kw_only=True):
    """Where somebody is. ``points`` are those of the objectives that are met, less what hints cost (``hint_cost``), not
    below 0, of ``most``. ``saw_solution``: they looked at the best way known before the end."""

    name: str
    title: str
    text: str
    now: datetime
    started_at: datetime
    ends_at: datetime
    over: bool
    points: int
    most: int
    hints: int
    hints_left: int
    hint_cost: int
    saw_solution: bool
    objectives: tuple[ObjectiveStanding, ...]
    told: tuple[ToldText, ...]


def standing(workspace: Workspace) -> ScenarioStanding:
    """Where the person is now. Refuses with ``no-scenario``."""
    take_turns(workspace)
    progress, scenario = progress_of(workspace), scenario_of(workspace)
    objectives = _objectives(workspace, scenario, progress)
    taken = min(times(workspace, HINT), len(scenario.hints))
    cost = sum(hint.cost for hint in scenario.hints[:taken])
    return ScenarioStanding(
        name=scenario.name,
        title=scenario.title,
        text=scenario.text,
        now=workspace.now(),
        started_at=progress.started_at,
        ends_at=progress.ends_at,
        over=progress.next_at is None and workspace.now() >= progress.ends_at,
        points=max(0, sum(one.points for one in objectives if one.state is ObjectiveState.MET) - cost),
        most=scenario.points,
        hints=taken,
        hints_left=len(scenario.hints) - taken,
        hint_cost=cost,
        saw_solution=times(workspace, SOLUTION) > 0,
        objectives=objectives,
        told=progress.told,
    )


def _objectives(workspace: Workspace, scenario: Scenario, progress: ScenarioProgress) -> tuple[ObjectiveStanding, ...]:
    judged = {one.number: one for one in progress.judged}
    found = []
    for number, one in enumerate(scenario.objectives):
        known = judged.get(number)
        if known is None:
            now = judged_now(workspace, one, progress)
            state, met, said = ObjectiveState.OPEN, now.met, now.said
        else:
            state, met, said = (ObjectiveState.MET if known.met else ObjectiveState.MISSED), known.met, known.said
        found.append(
            ObjectiveStanding(
                number=number + 1,
                title=one.title,
                points=one.points,
                by=progress.started_at + one.by,
                state=state,
                so_far=met,
                said=said,
                missed=one.missed if state is ObjectiveState.MISSED else "",
            )
        )
    return tuple(found)


def take_hint(workspace: Workspace) -> Hint:
    """The next hint; its cost counts from then on, even if somebody goes back to a moment before. Refuses with
    ``no-scenario`` or ``no-hint``."""
    with workspace.moments.none_kept(), workspace.database.transaction():
        scenario, taken = scenario_of(workspace), times(workspace, HINT)
        if taken >= len(scenario.hints):
            said = f"all {plural(len(scenario.hints), 'hint')} have been given" if scenario.hints else "it has no hints"
            raise Refusal("no-hint", said, "`certfleet scenario report --solution` tells the best way known.")
        hint = scenario.hints[taken]
        workspace.audit.record(HINT, "scenario:1", f"hint {taken + 1} of {len(scenario.hints)}, {hint.cost} points")
    return hint


def see_solution(workspace: Workspace) -> None:
    """Let the debrief tell the best way known before the end, which is noted for good. Refuses with ``no-scenario``."""
    if (now := standing(workspace)).over or now.saw_solution:
        return
    with workspace.moments.none_kept(), workspace.database.transaction():
        said = f"looked at the best way known at {minute(now.now)}, with {now.points} of {plural(now.most, 'point')}"
        workspace.audit.record(SOLUTION, "scenario:1", said)
