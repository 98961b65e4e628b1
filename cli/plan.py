"""``certfleet plan``: check, show and run a plan file, and see how far it is."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import click

from ..simulator.engine.simulator import RunProgress, Simulator
from ..simulator.plans.checking import doubts
from ..simulator.plans.progress import PlanProgress, latest_run, plan_runs
from ..simulator.plans.reading import PlanInvalid, load_plan
from ..simulator.plans.running import Outcome, PlanRun, RefusedAction, run_plan
from ..simulator.plans.table_reading import Mistake
from ..simulator.plans.words import (
    count_text,
    mistake_text,
    outcome_document,
    outcome_text,
    plan_document,
    plan_lines,
    run_document,
    run_lines,
)
from ..store.errors import Refusal
from ..store.words import moment, plural
from ..store.workspace import Workspace
from .frame.answer import Answer
from .frame.changing import Preview
from .frame.command import command
from .frame.interruption import stop_on_signal
from .frame.parameters import DURATION, FILE, TEXT, workers_option
from .frame.progress import run_progress
from .frame.session import Session
from .notice_delivery import delivering

file_argument = click.argument("file", type=FILE)


@command(examples=["certfleet plan check rotation.toml"])
@file_argument
@click.option("--no-workspace", is_flag=True, help="Look at the file only.")
def check(session: Session, file: Path, no_workspace: bool) -> Answer:
    """Check a plan FILE: name every mistake by its line, and whatever it names that the workspace doesn't know, such as
    a CA group or a certificate. Exits with 1 if there is anything."""
    try:
        plan = load_plan(file)
    except PlanInvalid as refusal:
        return _mistakes(None, refusal.mistakes, "can't be run")
    found: list[Mistake] = []
    if not no_workspace:
        found = doubts(session.open(), plan, folder=file.parent)
    if found:
        return _mistakes(plan_document(plan), tuple(found), "would not be carried out as written")
    said = f"{file}: {plural(len(plan.actions), 'action')}, no mistake found"
    return Answer({"plan": plan_document(plan), "mistakes": []}, said)


def _mistakes(plan: dict[str, object] | None, mistakes: tuple[Mistake, ...], how: str) -> Answer:
    lines = [mistake_text(mistake) for mistake in mistakes]
    return Answer(
        {"plan": plan, "mistakes": mistakes}, [*lines, f"{plural(len(lines), 'mistake')}: it {how}"], status=1
    )


@command(examples=["certfleet plan show rotation.toml"])
@file_argument
def show(session: Session, file: Path) -> Answer:
    """Show what a plan FILE does, an action a line."""
    plan = load_plan(file)
    return Answer({"plan": plan_document(plan)}, plan_lines(plan))


@command(
    examples=[
        "certfleet plan run rotation.toml",
        "certfleet plan run rotation.toml --for 7d --dry-run",
        "certfleet plan run rotation.toml --for 7d",
    ],
    changes=True,
    compares=False,
)
@file_argument
@click.option("--for", "duration", type=DURATION, metavar="90d", help="Simulate this long, and carry it out meanwhile.")
@click.option("--open-held", is_flag=True, help="First open the ring that is held because too many devices failed.")
@click.option("--again", is_flag=True, help="Begin a new run, even if there is one already.")
@workers_option
def run(session: Session, file: Path, duration: timedelta | None, open_held: bool, again: bool, workers: int) -> Answer:
    """Carry out a plan FILE: what is due by now, or with --for what becomes due while a simulated fleet lives on.

    On a real fleet, call it as often as its actions need, e.g. every hour by cron: it goes on where it was. An action
    that is refused doesn't stop the plan; then the exit status is 1."""
    plan, workspace = load_plan(file), session.open()
    if duration is not None:
        workspace.moments.before_time_passes()
    plan_run = PlanRun(workspace, plan, folder=file.absolute().parent, again=again)
    opened = plan_run.open_held() if open_held else []
    if duration is None:
        outcomes, status = plan_run.perform(), 0
    else:
        outcomes, status = _simulated(session, workspace, plan_run, duration, workers)
    outcomes = [*opened, *outcomes]
    refused = any(isinstance(outcome, RefusedAction) for outcome in outcomes)
    document = {
        "run": run_document(plan_run.progress),
        "outcomes": [outcome_document(outcome) for outcome in outcomes],
        "now": workspace.now(),
    }
    lines = [*map(outcome_text, outcomes), *_ends(workspace, plan_run, outcomes)]
    session.tell_preview(Preview("plan", document, lines, status=status))
    return Answer(document, lines, status=status or int(refused))


def _simulated(
    session: Session, workspace: Workspace, plan_run: PlanRun, duration: timedelta, workers: int
) -> tuple[list[Outcome], int]:
    """Let the time pass, and carry out the plan; the exit status is that of an interruption."""
    with stop_on_signal() as stop, Simulator(workspace, workers=workers) as simulator:
        started_at = workspace.now()
        until = started_at + duration
        with (
            nullcontext() if session.is_trial else delivering(workspace) as courier,
            run_progress(started_at, until) as display,
        ):

            def tell(progress: RunProgress) -> None:
                if courier is not None:
                    courier.nudge()  # a window may have created notices
                display(progress)

            outcomes = run_plan(simulator, plan_run, until, progress=tell, stop=stop.is_asked)
    return outcomes, stop.status


def _ends(workspace: Workspace, plan_run: PlanRun, outcomes: list[Outcome]) -> list[str]:
    following = plan_run.next_at
    said = "the plan has ended" if following is None else f"next: {moment(following)}"
    return [f"{count_text(outcomes)}; it is {moment(workspace.now())}; {said}"]


@command(examples=["certfleet plan status", "certfleet plan status rotation"])
@click.argument("name", type=TEXT, required=False, metavar="[NAME]")
def status(session: Session, name: str | None) -> Answer:
    """Show how far plans are in the workspace; NAME is a plan's, which is that of its file without .toml."""
    workspace = session.open()
    if name is None:
        runs = plan_runs(workspace).all()
    else:
        found = latest_run(workspace, name.removesuffix(".toml"))
        if found is None:
            raise Refusal("plan-unknown", f"the plan {name!r} was never begun", "`certfleet plan status` shows all.")
        runs = [found]
    return Answer({"runs": [run_document(one) for one in runs]}, _run_lines(runs) or "no plan was begun")


def _run_lines(runs: list[PlanProgress]) -> list[str]:
    return [line for one in reversed(runs) for line in run_lines(one)]
