"""The course of a scenario: events happen, and objectives are judged, when the clock reaches their time.

The simulator asks ``next_turn`` where a window must end, and calls ``take_turns`` there. Each turn is one transaction
that stores that it was taken, so a simulator that was killed goes on where it was.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ...store.errors import CANNOT_WRITE, Refusal
from ...store.model.audit import Actor
from ...store.model.forecast import Forecast, ForecastAssumptions
from ...store.workspace import Workspace
from ..engine.state.outages import begin_outage
from ..forecast.outcome import PlanOutcome, outcome_of
from ..plans.actions import ActionContext, carry_out
from ..plans.plan import Renew
from ..plans.progress import PlanStep
from ..plans.renewing import renew
from .conditions import ConditionJudgement, Situation, judge
from .reading import read_scenario
from .record import (
    PEOPLE,
    JudgedObjective,
    PreventedEvent,
    ScenarioProgress,
    ToldText,
    acts_since,
    find_progress,
    progress_of,
    scenario_table,
)
from .scenario import Act, BeginOutage, Objective, Scenario, ScenarioEvent
from .standings import watch_of
from .undone import lines_that_count

_SEEN = ForecastAssumptions(seed=0, drawn_habits=0, taken_for_gone=0, assumed_ends=0, resting=())


class CourseTurn(Struct, frozen=True, kw_only=True):
    """Something at a time after the start: an event, or the judgement of an objective by its number."""

    after: timedelta
    event: ScenarioEvent | None = None
    objective: int = 0


def turns_of(scenario: Scenario) -> list[CourseTurn]:
    """The turns in their order. What is judged at a time is judged before anything happens at it."""
    judged = [CourseTurn(after=one.by, objective=number) for number, one in enumerate(scenario.objectives)]
    events = [CourseTurn(after=one.after, event=one) for one in scenario.events]
    return sorted((*judged, *events), key=lambda turn: turn.after)


def scenario_of(workspace: Workspace) -> Scenario:
    """The scenario of a workspace, from its stored text. Refuses with ``no-scenario``."""
    progress = progress_of(workspace)
    return read_scenario(progress.text, progress.name)


def next_turn(workspace: Workspace) -> datetime | None:
    """When something is due next."""
    progress = find_progress(workspace)
    return None if progress is None else progress.next_at


def take_turns(workspace: Workspace) -> bool:
    """Take the turns that are due by the workspace's time; returns whether there were any."""
    progress = find_progress(workspace)
    if progress is None or progress.next_at is None or progress.next_at > workspace.now():
        return False
    scenario = read_scenario(progress.text, progress.name)
    turns = turns_of(scenario)
    while progress.next_at is not None and progress.next_at <= workspace.now():
        progress = _take(workspace, scenario, turns)
    return True


def _take(workspace: Workspace, scenario: Scenario, turns: list[CourseTurn]) -> ScenarioProgress:
    table = scenario_table(workspace)
    with workspace.moments.none_kept(), workspace.database.transaction():
        progress = table.get(1)  # another process may have taken the turn
        if progress.next_at is None or progress.next_at > workspace.now():
            return progress
        turn, now = turns[progress.taken], workspace.now()
        if turn.event is None:
            found = judged_now(workspace, scenario.objectives[turn.objective], progress)
            one = JudgedObjective(number=turn.objective, at=now, met=found.met, said=found.said)
            progress = replace(progress, judged=(*progress.judged, one))
        else:
            if (refusal := perform(workspace, turn.event)) is not None:
                prevented = PreventedEvent(line=turn.event.line, at=now, code=refusal.code, message=refusal.message)
                progress = replace(progress, prevented=(*progress.prevented, prevented))
            if turn.event.text:
                progress = replace(progress, told=(*progress.told, ToldText(at=now, text=turn.event.text)))
        taken = progress.taken + 1
        following = progress.started_at + turns[taken].after if taken < len(turns) else None
        progress = replace(progress, taken=taken, next_at=following)
        table.put([progress])
    return progress


def perform(workspace: Workspace, event: ScenarioEvent) -> Refusal | None:
    """Let somebody act. An act that is refused, because the person has changed what it is about, doesn't happen; the
    refusal is returned."""
    if event.act is None:
        return None
    person = Actor(f"{PEOPLE}{event.by or 'somebody'}", workspace.actor.origin, None)
    with workspace.acting_as(person), workspace.database.transaction():
        try:
            with workspace.database.attempt():
                carry_out_act(workspace, event.act)
        except Refusal as refusal:
            if refusal.code in CANNOT_WRITE:
                raise
            return refusal
    return None


def carry_out_act(workspace: Workspace, act: Act) -> None:
    """Carry an act out at once; refuses as its use case does."""
    match act:
        case BeginOutage():
            begin_outage(workspace, act.service, act.length)
        case Renew():
            renew(workspace, act, PlanStep(), workspace.now())
        case _:
            carry_out(act, ActionContext(workspace))


def judged_now(workspace: Workspace, objective: Objective, progress: ScenarioProgress) -> ConditionJudgement:
    """Judge an objective as things are now."""
    situation = Situation(
        workspace,
        progress.started_at,
        lambda: happened(workspace, progress),
        lambda: lines_that_count(workspace, acts_since(workspace, progress)[::-1]),
    )
    return judge(objective.condition, situation)


def happened(workspace: Workspace, progress: ScenarioProgress, named: str = "what you did") -> Forecast:
    """What has happened since the scenario began, in the figures of a forecast."""
    return outcome_of(workspace, watch_of(workspace), progress.base, PlanOutcome(name=named), _SEEN)
