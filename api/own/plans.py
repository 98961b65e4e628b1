"""Plans: checking one, beginning it, going on with it, and how far it is."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from msgspec import Meta

from ...simulator.engine.processes.workers import executor_for
from ...simulator.forecast.beginning import foreseen, keep_what_is_said
from ...simulator.plans.checking import doubts
from ...simulator.plans.files import named_files
from ...simulator.plans.handling import begun_run, find_run, mark_done, pause, resume, stop
from ...simulator.plans.progress import PlanProgress, plan_runs
from ...simulator.plans.reading import LONGEST, PlanInvalid, read_plan
from ...simulator.plans.running import Outcome, PlanRun
from ...simulator.plans.table_reading import Mistake
from ...simulator.plans.words import outcome_document, plan_document, run_document
from ...store.errors import Refusal
from ...store.model.forecast import Forecast
from ...store.model.kept_forecast import KeptForecast
from ...store.workspace import Workspace
from ..product.request_fields import YesNo
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.session import changes, reads
from ..server.surfaces import OWN
from .mistakes import in_routes_all

calls = Calls(OWN, "/plans", tag="plans")


class PlansAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The runs of all plans, the oldest first."""

    plans: list[dict[str, Any]]


class PlanAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The run of a plan, what was carried out by the call, and the name under which its forecast was kept."""

    plan: dict[str, Any]
    outcomes: tuple[dict[str, Any], ...] = ()
    kept_forecast: str | None = None


class PlanCheckAnswer(DoneAnswer, frozen=True, kw_only=True):
    """The plan of a text, null if it can't be read, and its mistakes, each with its line."""

    plan: dict[str, Any] | None
    mistakes: list[Mistake]


class PlanText(Body, kw_only=True):
    """A plan file. ``name`` is the plan's."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^/\\\x00-\x1f]+$")] = "plan"
    text: Annotated[str, Meta(max_length=LONGEST)]


class BegunPlanText(PlanText, kw_only=True):
    """A plan file, and whether a forecast of it is kept before it begins on a real fleet."""

    forecast: YesNo = False


class Agreement(Body, kw_only=True):
    """Whether actions that stop something are carried out, too."""

    anyway: YesNo = False


class DoneAction(Body, kw_only=True):
    """The number of an action, from 1."""

    number: Annotated[int, Meta(ge=1, le=1000)]


@calls.get("", reads(PlansAnswer))
def get_plans(workspace: Workspace) -> HttpAnswer:
    """Get how far the plans are."""
    return answer(PlansAnswer, plans=[run_document(run) for run in plan_runs(workspace).all()])


@calls.get("/{name}", reads(PlanAnswer, 404))
def get_plan(workspace: Workspace, name: str) -> HttpAnswer:
    """Get how far a plan is: what was done, what is due next, what waits for a person, and why a ring is held."""
    return _answer(find_run(workspace, name))


@calls.post("/check", reads(PlanCheckAnswer))
def check_plan(workspace: Workspace, said: PlanText) -> HttpAnswer:
    """Check the text of a plan: every mistake with its line, and what the workspace doesn't know."""
    try:
        plan = read_plan(said.text, said.name)
    except PlanInvalid as refusal:
        return answer(PlanCheckAnswer, plan=None, mistakes=in_routes_all(refusal.mistakes))
    found = doubts(workspace, plan, folder=None) + _files_of(said)
    return answer(PlanCheckAnswer, plan=plan_document(plan), mistakes=in_routes_all(found))


@calls.post("", changes(PlanAnswer, "plan.begin"))
def begin_plan(workspace: Workspace, said: BegunPlanText) -> HttpAnswer:
    """Begin a plan, and carry out what is due now. On a real fleet, what stops something waits, and with `forecast` a
    process of its own makes a forecast first, which is kept: the answer waits for it, about 20 s for 100,000
    devices."""
    if files := _files_of(said):
        raise Refusal("plan-names-files", f"line {files[0].line}: {files[0].message}", files[0].hint)
    run = PlanRun(workspace, read_plan(said.text, said.name))
    kept = keep_what_is_said(run, partial(_foresee, run)) if said.forecast else None
    return _carried_out(run, kept)


def _foresee(run: PlanRun, days: int) -> Forecast:
    """By a process of its own, so that other calls don't wait."""
    with executor_for(2) as executor:  # of which it takes one
        return foreseen(run, days, executor=executor)


@calls.post("/{name}/run", changes(PlanAnswer, "plan.begin", 404))
def run_plan(workspace: Workspace, name: str, said: Agreement) -> HttpAnswer:
    """Carry out what is due of a plan that was begun."""
    return _carried_out(begun_run(workspace, name, (lambda *_: True) if said.anyway else None))


@calls.post("/{name}/done", changes(PlanAnswer, "plan.done", 404))
def plan_action_done(workspace: Workspace, name: str, said: DoneAction) -> HttpAnswer:
    """Say that an action was done which a plan left to a person."""
    return _answer(mark_done(workspace, name, said.number))


@calls.post("/{name}/pause", changes(PlanAnswer, "plan.pause", 404))
def pause_plan(workspace: Workspace, name: str) -> HttpAnswer:
    """Carry nothing out of a plan until it is resumed."""
    return _answer(pause(workspace, name))


@calls.post("/{name}/resume", changes(PlanAnswer, "plan.resume", 404))
def resume_plan(workspace: Workspace, name: str) -> HttpAnswer:
    """Go on after a pause."""
    return _answer(resume(workspace, name))


@calls.post("/{name}/stop", changes(PlanAnswer, "plan.stop", 404))
def stop_plan(workspace: Workspace, name: str) -> HttpAnswer:
    """End a plan before its last action."""
    return _answer(stop(workspace, name))


def _files_of(said: PlanText) -> list[Mistake]:
    """The actions that name files: a server doesn't read those that a client names."""
    hint = "Begin it on the command line, beside its files."
    return [
        Mistake(action.line, f"it names the file {name}, which a server doesn't read", hint)
        for action, name in named_files(read_plan(said.text, said.name))
    ]


def _carried_out(run: PlanRun, kept: KeptForecast | None = None) -> HttpAnswer:
    outcomes = run.perform()
    return _answer(run.progress, outcomes, kept)


def _answer(run: PlanProgress, outcomes: list[Outcome] | None = None, kept: KeptForecast | None = None) -> HttpAnswer:
    said = tuple(outcome_document(outcome) for outcome in outcomes or ())
    name = None if kept is None else kept.name
    return answer(PlanAnswer, plan=run_document(run), outcomes=said, kept_forecast=name)
