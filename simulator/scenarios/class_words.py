"""A class and its report: in words, and as JSON."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...store.words import argument, length_text, minute, plural
from .class_report import ClassReport, PersonStanding
from .classroom import ClassMade
from .cost_words import act_text, cost_document, cost_text
from .standing import ScenarioStanding


def made_document(made: ClassMade, folder: Path) -> dict[str, Any]:
    """A class that was made, as JSON types."""
    people = [{"name": name, "workspace": str(folder / name)} for name in made.record.people]
    return {"scenario": made.record.scenario, "people": people, "were_there": made.were_there}


def made_lines(made: ClassMade, folder: Path) -> Iterator[str]:
    """The same in words."""
    people = made.record.people
    yield f"{folder}: a class of {people_text(len(people))}, scenario {made.record.scenario}"
    if made.were_there:
        yield f"{plural(made.were_there, 'workspace')} of them from the attempt that was interrupted"
    yield f"{people[0]} works with --workspace {shlex.quote(str(folder / people[0]))}"
    yield f"`certfleet class report {argument(folder)}` shows where everybody is"


def people_text(count: int) -> str:
    """``1 person``, ``30 people``."""
    return "1 person" if count == 1 else f"{count:,} people"


def report_document(report: ClassReport) -> dict[str, Any]:
    """A report as JSON types."""
    return {
        "scenario": report.scenario,
        "title": report.title,
        "most": report.most,
        "people": [_person_document(one) for one in report.people],
    }


def _person_document(person: PersonStanding) -> dict[str, Any]:
    now, cost = person.standing, person.costliest
    if now is None:
        return {"name": person.name, "rank": None, "unread": person.unread}
    return {
        "name": person.name,
        "rank": person.rank,
        "unread": None,
        "points": now.points,
        "now": now.now,
        "ends_at": now.ends_at,
        "over": now.over,
        "worked_seconds": int(person.worked.total_seconds()),
        "hints": now.hints,
        "hint_cost": now.hint_cost,
        "saw_solution": now.saw_solution,
        "went_back": person.went_back,
        "shared": list(person.shared),
        "mistake": None if person.mistake is None else cost_document(person.mistake),
        "costliest": None if cost is None else {"number": cost.number, "title": cost.title, "points": cost.points},
        "objectives": [
            {"number": one.number, "points": one.points, "state": one.state, "so_far": one.so_far, "said": one.said}
            for one in now.objectives
        ],
    }


def report_title(report: ClassReport) -> str:
    """The first line of a report."""
    over = sum(one.standing is not None and one.standing.over for one in report.people)
    said = f"{report.title}: {people_text(len(report.people))}, {plural(report.most, 'point')} each"
    return f"{said}; it is over for {over:,}"


def report_row(person: PersonStanding, now: ScenarioStanding) -> dict[str, str]:
    """A person as a row of a table."""
    return {
        "RANK": str(person.rank),
        "NAME": person.name,
        "POINTS": str(now.points),
        "CLOCK (UTC)": minute(now.now),
        "LEFT": "over" if now.over else length_text(max(now.ends_at, now.now) - now.now),
        "HINTS": f"{now.hints} ({now.hint_cost} less)" if now.hints else "0",
        "BACK": str(person.went_back),
        "WORKED": f"{int(person.worked.total_seconds()) // 60:,} min",
        "COST MOST": cost_most_text(person),
    }


def cost_most_text(person: PersonStanding) -> str:
    """The act, or the wait, that cost the most; without one, the missed objective with the most points."""
    if person.mistake is not None:
        return f"{act_text(person.mistake)}: {cost_text(person.mistake)}"
    missed = person.costliest
    return "-" if missed is None else f"{missed.number} ({plural(missed.points, 'point')}): {missed.title}"


def remarks(report: ClassReport) -> Iterator[str]:
    """What a trainer should know: who looked at the best way known, whose workspaces are copies, and whose can't be
    read, and why."""
    for one in report.people:
        if one.standing is not None and one.standing.saw_solution:
            yield f"{one.name} looked at the best way known before the end"
    told: set[str] = set()
    for one in report.people:
        if one.shared and one.name not in told:
            told |= {one.name, *one.shared}
            names = ", ".join((one.name, *one.shared))
            yield f"{names}: the same acts at the same second, so these are copies of one workspace"
    for one in report.people:
        if one.standing is None:
            yield f"{one.name} can't be read: {one.unread}"
