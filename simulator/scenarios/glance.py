"""A glance at a scenario: the time, the points, and what is open, without judging anything.

It only reads, and costs little: for what is shown all the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from ...store.errors import Refusal
from ...store.model.audit import SYSTEM, AuditLine
from ...store.workspace import Workspace
from .acts import is_an_act
from .reading import read_scenario
from .record import HINT, PEOPLE, ScenarioProgress, find_progress, lines_since, times_back
from .scenario import Objective

_read_scenario = lru_cache(maxsize=8)(read_scenario)


class ScenarioGlance(Struct, frozen=True, kw_only=True):
    """Where somebody is. ``open`` are the objectives that are not judged yet, by their numbers; ``went_back`` is how
    often they went back to an earlier moment, ``last_act`` what they did last."""

    title: str
    now: datetime
    ends_at: datetime
    over: bool
    points: int
    most: int
    hints: int
    hints_left: int
    went_back: int
    met: int
    missed: int
    open: dict[int, Objective]
    last_act: AuditLine | None


def glance(workspace: Workspace) -> ScenarioGlance | None:
    """The scenario of a workspace; None without one, or if this release can't read it."""
    progress = find_progress(workspace)
    if progress is None:
        return None
    try:
        return glance_of(progress, workspace.now(), list(lines_since(workspace, progress)))
    except Refusal:
        return None


def glance_of(progress: ScenarioProgress, now: datetime, lines: Sequence[AuditLine]) -> ScenarioGlance:
    """The same from the records themselves; ``lines`` are the audit lines since the start, the newest first."""
    scenario = _read_scenario(progress.text, progress.name)
    taken = min(sum(line.action == HINT for line in lines), len(scenario.hints))
    judged = {one.number: one.met for one in progress.judged}
    reached = sum(scenario.objectives[number].points for number, met in judged.items() if met)
    return ScenarioGlance(
        title=scenario.title,
        now=now,
        ends_at=progress.ends_at,
        over=progress.next_at is None and now >= progress.ends_at,
        points=max(0, reached - sum(hint.cost for hint in scenario.hints[:taken])),
        most=scenario.points,
        hints=taken,
        hints_left=len(scenario.hints) - taken,
        went_back=times_back(filter(_is_own, lines)),
        met=sum(judged.values()),
        missed=len(judged) - sum(judged.values()),
        open={number + 1: one for number, one in enumerate(scenario.objectives) if number not in judged},
        last_act=next((line for line in lines if _is_own(line) and is_an_act(line)), None),
    )


def _is_own(line: AuditLine) -> bool:
    return line.user != SYSTEM.user and not line.user.startswith(PEOPLE)
