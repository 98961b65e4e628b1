"""Playing a scenario before anybody else does: from its start, by nobody and by its own solution, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from ...store.words import plural
from ...store.workspace import Workspace
from .handing_over import all_files
from .rerun import RunResult, run_acts, run_solution, starting_point
from .scenario import Scenario
from .starting import clock_start, start_scenario


class TrialPlay(Struct, frozen=True, kw_only=True):
    """How a scenario ends if nobody acts (``idle``), and by its own solution (``best``)."""

    idle: RunResult
    best: RunResult

    @property
    def is_sound(self) -> bool:
        """Whether each event happens if nobody acts, and no action of the solution is refused."""
        return not self.idle.prevented and not self.best.refused


def trial_play(scenario: Scenario, text: str, *, progress: Callable[[int, int], None] | None = None) -> TrialPlay:
    """Start a scenario in a workspace in memory and play it twice; ``text`` is that of its file, ``progress`` is told
    how many of how many devices have been enrolled. Refuses with ``scenario-cannot-start``."""
    with Workspace.open(None, start=clock_start(scenario)) as workspace:
        start_scenario(workspace, scenario, text, progress=progress)
        point = starting_point(workspace, all_files(workspace))
        assert point is not None  # its start was just kept
        return TrialPlay(idle=run_acts(point, ()), best=run_solution(point, scenario.solution))


def trial_play_lines(found: TrialPlay, scenario: Scenario) -> Iterator[str]:
    """What a trainer wants to know of it."""
    yield from _run_lines("doing nothing", found.idle, scenario)
    yield from (
        f"line {one.line}: the event doesn't happen even if nobody acts: {one.code}: {one.message}"
        for one in found.idle.prevented
    )
    yield from _run_lines("the best way known", found.best, scenario)
    yield from (f"  its action {one.number} is refused: {one.message}" for one in found.best.refused)
    if found.idle.points >= found.best.points:
        yield "nobody has to do anything: the best way known gets no more than doing nothing"


def _run_lines(who: str, run: RunResult, scenario: Scenario) -> Iterator[str]:
    yield f"{who} gets {run.points} of {plural(scenario.points, 'point')}"
    for number, (one, said) in enumerate(zip(scenario.objectives, run.said, strict=True), 1):
        yield f"  {number}  {'met' if number in run.met else 'missed'}: {one.title} ({plural(one.points, 'point')})"
        if number not in run.met:
            yield f"     {said}"


def trial_play_document(found: TrialPlay) -> dict[str, Any]:
    """The same as JSON types."""
    return {
        "idle": {**_run_document(found.idle), "events_refused": found.idle.prevented},
        "best": {**_run_document(found.best), "actions_refused": found.best.refused},
    }


def _run_document(run: RunResult) -> dict[str, Any]:
    return {"points": run.points, "met": list(run.met), "said": list(run.said)}
