"""``certfleet plan``: check, show and run a plan file, and see how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import click

from ...simulator.engine.simulator import RunProgress
from ...simulator.forecast.beginning import foreseen, keep_what_is_said
from ...simulator.plans.action_words import action_text
from ...simulator.plans.checking import doubts
from ...simulator.plans.handling import begun_run, find_run, go_on
from ...simulator.plans.plan import AnyAction
from ...simulator.plans.progress import PlanProgress, plan_runs
from ...simulator.plans.reading import PlanInvalid, load_plan
from ...simulator.plans.running import Agree, Outcome, PlanRun, RefusedAction, run_plan
from ...simulator.plans.table_reading import Mistake
from ...simulator.plans.words import (
    count_text,
    mistake_text,
    outcome_document,
    outcome_text,
    plan_document,
    plan_lines,
    run_document,
    run_lines,
)
from ...store.effects.effects import Effects
from ...store.model.forecast import Forecast
from ...store.model.kept_forecast import KeptForecast
from ...store.outlook.horizons import check_forecast
from ...store.words import argument, moment, plural
from ...store.workspace import Workspace
from ..frame.answer import Answer
from ..frame.changing import Preview, agrees
from ..frame.command import command
from ..frame.interruption import stop_on_signal
from ..frame.parameters import DURATION, FILE, TEXT, yes_option
from ..frame.passwords import interactive
from ..frame.progress import progress, run_progress
from ..frame.session import Session
from ..frame.simulating import simulating
from ..frame.spreading import hands, spreading_options
from ..notice.delivery import delivering

_STEPS = 1000  # of the progress of a forecast

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
@click.argument("file", type=FILE, required=False, metavar="[FILE]")
@click.option("--for", "duration", type=DURATION, metavar="90d", help="Simulate this long, and carry it out meanwhile.")
@click.option("--open-held", is_flag=True, help="First open the ring that is held because too many devices failed.")
@click.option("--again", is_flag=True, help="Begin a new run, even if there is one already.")
@click.option(
    "--forecast/--no-forecast",
    default=True,
    show_default=True,
    help="When it begins on a real fleet, keep a forecast of it (`certfleet forecast-review`).",
)
@yes_option
@spreading_options()
def run(
    session: Session,
    file: Path | None,
    duration: timedelta | None,
    open_held: bool,
    again: bool,
    forecast: bool,
    workers: int,
) -> Answer:
    """Carry out a plan FILE: what is due by now, or with --for what becomes due while a simulated fleet lives on. The
    name of a plan that was begun goes on with that plan as it was then.

    On a real fleet, call it without FILE as often as actions are due, e.g. every hour by cron: it goes on with every
    plan that was begun. What has to be done outside certfleet is said when it is due. Before an action that stops
    something you are asked, unless --yes is given; if nobody is there, it waits. An action that is refused doesn't
    stop the plan; then the exit status is 1."""
    if file is None:
        if duration is not None or open_held or again:
            raise click.UsageError("Name a plan with --for, --open-held and --again.")
        return _all_of_them(session)
    if session.is_trial and duration is not None:
        check_forecast(duration)
    workspace = session.open()
    plan_run = _plan_run(session, workspace, file, again=again)
    if duration is not None:
        workspace.moments.before_time_passes()
    kept = _kept(session, plan_run) if forecast and duration is None else None
    opened = plan_run.open_held() if open_held else []
    if duration is None:
        outcomes, status = plan_run.perform(), 0
    else:
        outcomes, status = _simulated(session, workspace, plan_run, duration, workers)
    outcomes = [*opened, *outcomes]
    document = {
        "run": run_document(plan_run.progress),
        "outcomes": [outcome_document(outcome) for outcome in outcomes],
        "now": workspace.now(),
        "kept_forecast": None if kept is None else kept.name,
    }
    lines = [*map(outcome_text, outcomes), *_ends(workspace, plan_run, outcomes)]
    if kept is not None:
        lines.append(f"its forecast is kept as {kept.name}: `certfleet forecast-review` shows what comes of it")
    session.tell_preview(Preview("plan", document, lines, status=status))
    return Answer(document, lines, status=status or _status(outcomes))


def _kept(session: Session, plan_run: PlanRun) -> KeptForecast | None:
    """The forecast of a plan that begins now on a real fleet."""
    if session.is_trial:
        return None

    def foresee(days: int) -> Forecast:
        with progress(_STEPS, "forecasting") as advance:
            return foreseen(plan_run, days, progress=lambda done: advance(int(done * _STEPS)))

    return keep_what_is_said(plan_run, foresee)


def _plan_run(session: Session, workspace: Workspace, file: Path, *, again: bool) -> PlanRun:
    """The run of a plan file, or of a plan that was begun by this name."""
    agree = _agree(session)
    if not file.suffix and not again and not file.is_file():
        return begun_run(workspace, str(file), agree)
    return PlanRun(workspace, load_plan(file), folder=file.absolute().parent, again=again, agree=agree)


def _all_of_them(session: Session) -> Answer:
    workspace = session.open()
    if workspace.is_virtual:
        raise click.UsageError("Name a plan. In a simulated workspace --for lets time pass meanwhile.")
    found = go_on(workspace, _agree(session))
    lines, outcomes = [], [outcome for _, part in found for outcome in part]
    for known, part in found:
        lines += [f"{known.name}: {outcome_text(outcome)}" for outcome in part]
    document = {
        "runs": [
            {"run": run_document(known), "outcomes": [outcome_document(outcome) for outcome in part]}
            for known, part in found
        ],
        "now": workspace.now(),
    }
    following = min((known.next_at for known, _ in found if known.next_at is not None), default=None)
    said = "no plan is under way" if not found else count_text(outcomes)
    lines.append(said if following is None else f"{said}; next: {moment(following)}")
    session.tell_preview(Preview("plan", document, lines))
    return Answer(document, lines, status=_status(outcomes))


def _status(outcomes: Sequence[Outcome]) -> int:
    return int(any(isinstance(outcome, RefusedAction) for outcome in outcomes))


def _agree(session: Session) -> Agree | None:
    """Asks the person at the terminal before something stops; None if nobody is there."""
    if session.yes:
        return lambda number, action, effects: True
    if not interactive():
        return None

    def ask(number: int, action: AnyAction, effects: Effects) -> bool:
        return agrees(effects, f"action {number}: {action_text(action)}")

    return ask


def _simulated(
    session: Session, workspace: Workspace, plan_run: PlanRun, duration: timedelta, workers: int
) -> tuple[list[Outcome], int]:
    """Let the time pass, and carry out the plan; the exit status is that of an interruption."""
    with hands(workers) as by, stop_on_signal() as stop, simulating(workspace, by, stop) as simulator:
        if simulator is None:
            return [], stop.status
        started_at = workspace.now()
        until = started_at + duration
        with (
            nullcontext() if session.is_trial else delivering(workspace) as courier,
            run_progress(started_at, until) as display,
        ):

            def tell(told: RunProgress) -> None:
                if courier is not None:
                    courier.nudge()  # a window may have created notices
                display(told)

            outcomes = run_plan(simulator, plan_run, until, progress=tell, stop=stop.is_asked)
    return outcomes, stop.status


def _ends(workspace: Workspace, plan_run: PlanRun, outcomes: list[Outcome]) -> list[str]:
    following, run = plan_run.next_at, plan_run.progress
    said = "the plan has ended" if following is None else f"next: {moment(following)}"
    if run.ended_at is not None and not outcomes:
        said = f"{said}; --again begins it anew"
    if run.paused_at is not None:
        said = f"the plan is paused: `certfleet plan resume {argument(run.name)}`"
    elif following is None and run.ended_at is None:
        said = f"the rest waits for you: `certfleet plan status {argument(run.name)}`"
    return [f"{count_text(outcomes)}; it is {moment(workspace.now())}; {said}"]


@command(examples=["certfleet plan status", "certfleet plan status rotation"])
@click.argument("name", type=TEXT, required=False, metavar="[NAME]")
def status(session: Session, name: str | None) -> Answer:
    """Show how far plans are in the workspace; NAME is a plan's, which is that of its file without .toml."""
    workspace = session.open()
    runs = plan_runs(workspace).all() if name is None else [find_run(workspace, name)]
    return Answer({"runs": [run_document(one) for one in runs]}, _run_lines(runs) or "no plan was begun")


def _run_lines(runs: list[PlanProgress]) -> list[str]:
    return [line for one in reversed(runs) for line in run_lines(one)]
