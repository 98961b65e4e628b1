"""A scenario, where somebody is in it, and its debrief: in words, and as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from ...store.components.capabilities import CAPABILITIES, Capability
from ...store.model.forecast import Forecast
from ...store.views.forecasts.forecast import stopped_text, stranded_lines
from ...store.words import length_text, minute, plural
from ..plans.words import plan_document, plan_lines
from .cost_words import cost_lines, costs_document
from .debrief import Debrief
from .rerun import RunResult
from .said_words import said_document, said_lines
from .scenario import Scenario
from .standing import ObjectiveState, ScenarioStanding


def scenario_summary(scenario: Scenario) -> dict[str, Any]:
    """A scenario in a list, as JSON types."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "about": scenario.about,
        "days": scenario.length.total_seconds() / 86_400,
        "devices": scenario.fleet.devices,
        "points": scenario.points,
        "hints": len(scenario.hints),
    }


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """A scenario as JSON types, without what would give it away."""
    objectives = [
        {"title": one.title, "points": one.points, "by": scenario.start + one.by} for one in scenario.objectives
    ]
    return {
        **scenario_summary(scenario),
        "start": scenario.start,
        "end": scenario.start + scenario.length,
        "text": scenario.text,
        "objectives": objectives,
    }


def standing_document(now: ScenarioStanding) -> dict[str, Any]:
    """Where somebody is, as JSON types."""
    return asdict(now)


def start_lines(now: ScenarioStanding) -> Iterator[str]:
    """What somebody reads at the start."""
    yield now.title
    yield ""
    yield from now.text.splitlines()
    yield ""
    yield f"It begins on {minute(now.started_at)} UTC and ends on {minute(now.ends_at)} UTC. Objectives:"
    yield from _objectives(now)
    yield "`certfleet simulate run --for 1d` lets time pass; `certfleet scenario status` shows where you are"


def files_lines(folder: Path, files: Collection[str]) -> Iterator[str]:
    """Where the files are that were handed over."""
    if files:
        yield f"Files for you in {folder}: {', '.join(files)}"
        yield "Only you may read them; delete the folder when you are done."
        yield "`certfleet scenario files` writes them again, and those that come later"


def files_document(folder: Path, files: Collection[str]) -> dict[str, Any]:
    """The same as JSON types."""
    return {"folder": str(folder) if files else None, "files": list(files)}


def standing_lines(now: ScenarioStanding) -> Iterator[str]:
    """Where somebody is."""
    left = "it is over" if now.over else f"{length_text(max(now.ends_at, now.now) - now.now)} left"
    yield f"{now.title}: {minute(now.now)} UTC, {left}"
    yield points_text(now)
    yield from _objectives(now)
    for told in now.told:
        yield f"{minute(told.at)}  {told.text}"
    if now.over:
        yield "`certfleet scenario report` shows the debrief"


def points_text(now: ScenarioStanding) -> str:
    """``40 of 100 points (2 hints: 20 less)``."""
    hints = f" ({plural(now.hints, 'hint')}: {now.hint_cost} less)" if now.hints else ""
    return f"{now.points} of {plural(now.most, 'point')}{hints}"


def _objectives(now: ScenarioStanding) -> Iterator[str]:
    for one in now.objectives:
        yield f"  {one.number}  {one.title} ({plural(one.points, 'point')}{_until(now, one.by)})"
        if one.state is ObjectiveState.OPEN:
            yield f"     open, now {'met' if one.so_far else 'not met'}: {one.said}"
        else:
            yield f"     {one.state}: {one.said}"


def _until(now: ScenarioStanding, by: datetime) -> str:
    return "" if by == now.ends_at else f", by {minute(by)}"


def debrief_document(found: Debrief) -> dict[str, Any]:
    """A debrief as JSON types."""
    best = found.best
    return {
        "status": standing_document(found.standing),
        "text": found.text,
        "acts": [
            {
                "at": one.at,
                "user": one.user,
                "action": one.action,
                "summary": one.summary,
                "undone": one.id in found.undone,
            }
            for one in found.acts
        ],
        "went_back": found.went_back,
        "happened": found.happened,
        "solution": None if found.solution is None else plan_document(found.solution),
        "best": None if best is None else _best_document(best),
        "said_first": said_document(found.said),
        "costs": None if found.costs is None else costs_document(found.costs),
    }


def _best_document(best: RunResult) -> dict[str, Any]:
    return {
        "points": best.points,
        "happened": asdict(best.happened),
        "refused": [one.message for one in best.refused],
    }


def debrief_lines(found: Debrief) -> Iterator[str]:
    """A debrief."""
    now = found.standing
    yield f"{now.title}: {points_text(now)}{'' if now.over else '; it is not over yet'}"
    yield ""
    if found.text:
        yield from found.text.splitlines()
        yield ""
    for one in now.objectives:
        points = one.points if one.state is ObjectiveState.MET else 0
        yield f"  {one.number}  {one.title}: {one.state}, {points} of {plural(one.points, 'point')}"
        yield f"     {one.said}"
        yield from (f"     {line}" for line in one.missed.splitlines())
    yield ""
    yield "What you did:" if found.acts else "You did nothing that changed anything."
    for act in found.acts:
        yield f"  {minute(act.at)}  {act.summary}{' (undone: you went back)' if act.id in found.undone else ''}"
    if found.went_back:
        yield f"  You went back to an earlier moment {plural(found.went_back, 'time')}."
    yield ""
    yield from said_lines(found.said)
    yield "What it led to:"
    yield from (f"  {line}" for line in consequence_lines(found.happened))
    yield ""
    if found.costs is not None:
        yield from cost_lines(found.costs, now)
    if found.solution is None:
        yield "What it teaches, and the best way known, are told when it is over."
        yield "`certfleet scenario report --solution` tells them now; that is noted, for a class's report too."
        return
    if now.saw_solution:
        yield "You looked at this before it was over."
    yield from (line if number == 0 else f"  {line}" for number, line in enumerate(plan_lines(found.solution)))
    if found.best is None:
        yield "It can't be run from the start: the moment there was forgotten."
        return
    yield f"It gets {found.best.points} of {plural(now.most, 'point')}."
    yield from (f"  refused: {one.message}" for one in found.best.refused)


def consequence_lines(happened: Forecast) -> Iterator[str]:
    """What something led to, by cause."""
    for one in happened.events:
        yield f"{minute(one.at)}  {stopped_text(one)}: {'works again' if one.recovers else one.level} ({one.cause})"
    for id, days in happened.device_days_lost.items():
        yield f"{days:,.1f} device-days without {CAPABILITIES[Capability(id)]}"
    if happened.stranded:
        yield from stranded_lines(happened)
    if not happened.events and not happened.device_days_lost and not happened.stranded:
        yield "nothing stopped, and no device is out of service"
