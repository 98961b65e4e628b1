"""The objectives of a scenario, what was told, and its hints, whose cost is told before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.widget import Widget

from ...simulator.scenarios.scenario import Hint, Scenario
from ...simulator.scenarios.standing import ObjectiveStanding, ObjectiveState, ScenarioStanding, take_hint
from ...simulator.scenarios.words import points_text
from ...store.printable import printable
from ...store.words import length_text, minute, plural
from ...store.workspace import Workspace
from ..components.text_styles import Tone
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import Note
from ..dialogs.question import Question

HINT, DEBRIEF = "hint", "debrief"
_TONES = {ObjectiveState.MET: Tone.VALID, ObjectiveState.MISSED: Tone.EXPIRED, ObjectiveState.OPEN: Tone.PENDING}


class ObjectivesDialog(DetailsDialog[str]):
    """Closes with ``HINT`` or ``DEBRIEF`` if that is wanted next."""

    def __init__(self, now: ScenarioStanding, scenario: Scenario) -> None:
        wishes, buttons = {"follow": DEBRIEF}, {"follow": "Debrief"}
        if now.hints_left:
            cost = scenario.hints[now.hints].cost
            wishes["hint"], buttons["hint"] = HINT, f"Hint, {plural(cost, 'point')}"
        super().__init__(
            printable(now.title),
            *_parts(now, scenario.hints[: now.hints]),
            wishes=wishes,
            buttons=buttons,
            scrolls=True,
        )


def hint_question(workspace: Workspace, now: ScenarioStanding, hint: Hint) -> Question[Hint]:
    """Asks whether the hint is worth its points."""
    question = Question(
        "Hint",
        "Take it",
        Note(f"The next hint costs {plural(hint.cost, 'point')}, also if you go back to a moment before it."),
        Note(f"You have {points_text(now)}; {plural(now.hints_left, 'hint')} left.", "quiet"),
        job=lambda: take_hint(workspace),
        told=lambda taken: f"the hint costs {plural(taken.cost, 'point')}",
        grave=False,
        command=("scenario", "hint"),
    )
    question.changes = False  # it takes points, and nothing else
    return question


def _parts(now: ScenarioStanding, hints: Iterable[Hint]) -> Iterator[Widget]:
    left = "it is over" if now.over else f"{length_text(max(now.ends_at, now.now) - now.now)} left"
    yield Note([(points_text(now), Tone.STRONG), f", {left}, until {minute(now.ends_at)} UTC"])
    yield Note()
    for one in now.objectives:
        yield from _objective(now, one)
    if hints := list(hints):
        yield Note()
        for number, hint in enumerate(hints, 1):
            yield Note([(f"Hint {number}  ", Tone.STRONG), printable(hint.text)])
    if now.told:
        yield Note()
        for told in now.told:
            yield Note([(f"{minute(told.at)}  ", Tone.DIM), printable(told.text)])
    for paragraph in now.text.strip().split("\n\n"):
        yield Note()
        yield Note(printable(" ".join(paragraph.split())), "quiet")


def _objective(now: ScenarioStanding, one: ObjectiveStanding) -> Iterator[Widget]:
    until = "" if one.by == now.ends_at else f", by {minute(one.by)}"
    state = str(one.state)
    if one.state is ObjectiveState.OPEN:
        state = "open, now met" if one.so_far else "open, now not met"
    yield Note([f"{one.number}  {printable(one.title)} ({plural(one.points, 'point')}{until})"])
    yield Note([(state, _TONES[one.state]), f": {printable(one.said)}"], "item")
