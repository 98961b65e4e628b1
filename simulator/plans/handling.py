"""Going on with plans that were begun: one by its name, or all of a real fleet; pausing, stopping, marking done."""

from __future__ import annotations

from pathlib import Path

from ...store.errors import Refusal
from ...store.persistence.records import RecordTable
from ...store.words import argument
from ...store.workspace import Workspace
from .progress import PlanProgress, PlanStep, StepState, begun_plans, latest_run, plan_runs, under_way
from .running import Agree, Outcome, PlanRun

_SHOWS = "`certfleet plan status` shows all."
_ACTION = "plan.begin"
"""Who may begin a plan may go on with it."""


def find_run(workspace: Workspace, name: str) -> PlanProgress:
    """The newest run of this plan. Refuses with ``plan-unknown``."""
    found = latest_run(workspace, name.removesuffix(".toml"))
    if found is None:
        raise Refusal("plan-unknown", f"the plan {name!r} was never begun", _SHOWS)
    return found


def begun_run(workspace: Workspace, name: str, agree: Agree | None = None) -> PlanRun:
    """The run of a plan that was begun, by its name. Refuses with ``plan-unknown``."""
    found = find_run(workspace, name)
    kept = begun_plans(workspace).get(found.id)
    folder = Path(kept.folder) if kept.folder else None
    return PlanRun(workspace, kept.plan, folder=folder, agree=agree)


def go_on(workspace: Workspace, agree: Agree | None = None) -> list[tuple[PlanProgress, list[Outcome]]]:
    """Do what is due of every plan that is under way on a real fleet; what stops something waits without ``agree``.

    Only for a person who may begin plans: refuses with ``not-permitted``.
    """
    workspace.audit.permit(_ACTION)
    found = []
    for run in under_way(workspace):
        if begun_plans(workspace).peek(run.id) is not None and not workspace.is_virtual:
            known = begun_run(workspace, run.name, agree)
            outcomes = known.perform()
            found.append((known.progress, outcomes))
    return found


def pause(workspace: Workspace, name: str) -> PlanProgress:
    """Carry nothing out until ``resume``. Refuses with ``plan-unknown`` and ``plan-over``."""
    with workspace.database.transaction():
        table, run = _open(workspace, name)
        if run.paused_at is None:
            run = table.change(run, paused_at=workspace.now())
            _log(workspace, "plan.pause", run, "paused")
    return run


def resume(workspace: Workspace, name: str) -> PlanProgress:
    """Go on after a pause: what became due meanwhile is done at the next occasion. Refuses as ``pause``."""
    with workspace.database.transaction():
        table, run = _open(workspace, name)
        if run.paused_at is not None:
            run = table.change(run, paused_at=None)
            _log(workspace, "plan.resume", run, "goes on")
    return run


def stop(workspace: Workspace, name: str) -> PlanProgress:
    """End a run: what is left of it is not carried out. Refuses as ``pause``."""
    with workspace.database.transaction():
        table, run = _open(workspace, name)
        now = workspace.now()
        steps = tuple(step if step.state.is_over else _stopped(step) for step in run.steps)
        run = table.change(run, steps=steps, ended_at=now, paused_at=None)
        left = sum(step.state is StepState.STOPPED for step in steps)
        _log(workspace, "plan.stop", run, f"stopped before {left} of its actions were over")
    return run


def mark_done(workspace: Workspace, name: str, number: int) -> PlanProgress:
    """A person has done an action that was due. Refuses as ``pause``, and with ``plan-action-not-due``."""
    with workspace.database.transaction():
        table, run = _open(workspace, name)
        step = run.steps[number - 1] if 0 < number <= len(run.steps) else None
        if step is None or not step.state.is_a_persons:
            raise Refusal(
                "plan-action-not-due",
                f"action {number} of the plan {run.name} waits for nobody",
                f"`certfleet plan status {argument(run.name)}` shows what does.",
            )
        done = PlanStep(
            state=StepState.DONE, at=workspace.now(), said=f"done by {workspace.actor.user}", what=step.what
        )
        steps = tuple(done if place == number else known for place, known in enumerate(run.steps, 1))
        ended = workspace.now() if all(known.state.is_over for known in steps) else None
        run = table.change(run, steps=steps, ended_at=ended)
        _log(workspace, "plan.done", run, f"action {number} done: {step.what}")
    return run


def _open(workspace: Workspace, name: str) -> tuple[RecordTable[PlanProgress], PlanProgress]:
    run = find_run(workspace, name)
    if run.ended_at is not None:
        raise Refusal(
            "plan-over", f"the plan {run.name} has ended", f"`certfleet plan status {argument(run.name)}` shows it."
        )
    return plan_runs(workspace), run


def _stopped(step: PlanStep) -> PlanStep:
    return PlanStep(
        state=StepState.STOPPED, at=step.at, said=step.said, what=step.what, devices=step.devices, rings=step.rings
    )


def _log(workspace: Workspace, action: str, run: PlanProgress, said: str) -> None:
    workspace.audit.record(action, f"plan-run:{run.id}", f"plan {run.name} {said}")
