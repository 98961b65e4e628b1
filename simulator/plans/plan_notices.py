"""The notices of a plan: once for each time that it waits for somebody. Called inside the transaction."""

from __future__ import annotations

from ...store.model.notice import Urgency
from ...store.words import argument
from ...store.workspace import Workspace
from .progress import PlanProgress, PlanStep, StepState

_SHOWS = "`certfleet plan status` shows it."


def tell_held(workspace: Workspace, run: PlanProgress, number: int, step: PlanStep) -> None:
    """Give the notice that a ring holds, once for each ring."""
    workspace.notices.tell(
        "plan-held",
        f"plan-run:{run.id}",
        f"Plan {run.name} holds before its next ring",
        f"{_sentence(step.said)} No other device is asked until fewer fail, which is checked every day. {_SHOWS}",
        workspace.now(),
        key=f"plan-held:{run.id}:{number}:{step.rings}",
        urgency=Urgency.WARNING,
    )


def tell_a_person(workspace: Workspace, run: PlanProgress, number: int, step: PlanStep) -> None:
    """Give the notice that an action waits for a person."""
    if step.state is StepState.DUE:
        title = f"Plan {run.name}: do this now"
        how = f"Then say that it is done: `certfleet plan done {argument(run.name)} {number}`."
    else:
        title = f"Plan {run.name} asks before it goes on"
        how = f"Action {number}: {step.what}. `certfleet plan run {argument(run.name)}` shows what stops, and asks."
    workspace.notices.tell(
        "plan-due",
        f"plan-run:{run.id}",
        title,
        f"{_sentence(step.said)} {how}",
        workspace.now(),
        key=f"plan-due:{run.id}:{number}:{step.state}",
        urgency=Urgency.WARNING,
    )


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."
