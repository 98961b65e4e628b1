"""What the key of the scenario does: start one, show the objectives, take a hint, show the debrief."""

from __future__ import annotations

import shlex
from pathlib import Path

from ...simulator.scenarios.course import scenario_of
from ...simulator.scenarios.handing_over import folder_beside
from ...simulator.scenarios.scenario import Hint, Scenario
from ...simulator.scenarios.standing import ScenarioStanding, see_solution, standing
from ...store.printable import printable
from ...store.workspace import Workspace
from ..dialogs.details_dialog import DetailsDialog
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from ..shell.console_app import ConsoleApp
from ..shell.keys.hints import hint_of
from ..shell.page import Page
from .objectives_dialog import HINT, ObjectivesDialog, hint_question
from .start_dialog import StartScenarioDialog


def open_scenario(console: ConsoleApp) -> None:
    """Without a scenario, offer to start one; else show its objectives, or the debrief once it is over."""
    page, glance = console.screen, console.scenario.glance
    if glance is None:
        console.ask(StartScenarioDialog(), lambda folder: _offer(console, folder))
    elif glance.over:
        _show_debrief(console)
    elif isinstance(page, Page):
        page.do(
            lambda: (standing(console.workspace), scenario_of(console.workspace)),
            lambda found: _show_objectives(console, *found),
            lambda refusal: console.note(f"{refusal.message}. {hint_of(refusal) or ''}"),
        )


def _offer(console: ConsoleApp, folder: Path) -> None:
    """A scenario has been started in a new workspace."""
    files = folder_beside(folder)
    handed = [Note(f"Files for you are in {printable(str(files))}.")] if files.exists() else []
    question = Question[bool](
        "It begins",
        "Open it",
        Note(f"The scenario begins in the workspace {printable(str(folder))}."),
        *handed,
        Note(f"Later: certfleet --workspace {printable(shlex.quote(str(folder)))}", "quiet"),
        no="Later",
        grave=False,
    )
    console.ask(question, lambda _: _leave_for(console, folder))


def _leave_for(console: ConsoleApp, folder: Path) -> None:
    console.following = folder
    console.exit()


def _show_objectives(console: ConsoleApp, now: ScenarioStanding, scenario: Scenario) -> None:
    def wanted(wish: str) -> None:
        if wish == HINT:
            question = hint_question(console.workspace, now, scenario.hints[now.hints])
            console.ask(question, lambda hint: _show_hint(console, hint))
        else:
            early = Question[bool](
                "Debrief",
                "Show it",
                Note("It is not over yet, and the debrief tells the best way that is known."),
                Note("That you looked is noted, also for the report of a class.", "quiet"),
                job=lambda: _see(console.workspace),
                grave=False,
                command=("scenario", "report", "--solution"),
            )
            early.changes = False  # it leaves a note, and nothing else
            console.ask(early, lambda _: _show_debrief(console))

    console.ask(ObjectivesDialog(now, scenario), wanted)


def _see(workspace: Workspace) -> bool:
    see_solution(workspace)
    return True


def _show_hint(console: ConsoleApp, hint: Hint) -> None:
    console.poll_now()
    console.push_screen(DetailsDialog[None]("Hint", Note(printable(hint.text))))


def _show_debrief(console: ConsoleApp) -> None:
    if console.current_mode != "debrief":
        console.visit(lambda: console.switch_mode("debrief"))
