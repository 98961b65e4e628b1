"""A plan and its progress: in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ...store.durations import duration_text
from ...store.words import argument, minute, plural
from .action_words import action_text, devices_text
from .plan import (
    AnyAction,
    Plan,
    RenewInRings,
    Ring,
    name_of,
)
from .progress import PlanProgress, PlanStep, StepState
from .running import LeftToPerson, Outcome, Performed, RefusedAction
from .table_reading import Mistake
from .values import share_text
from .writing import action_fields, ring_fields


def when_text(action: AnyAction) -> str:
    """``2026-12-01 08:00`` or ``after 14d``."""
    return minute(action.at) if action.at is not None else f"after {duration_text(action.due(_START) - _START)}"


_START = datetime(2000, 1, 1)  # noqa: DTZ001 - only the difference from it counts


def ring_text(ring: Ring) -> str:
    """``pilot: 24 named devices; the next one after 3d, if at most 5% fail``."""
    whom = f"{share_text(ring.share)} of the devices" if ring.share is not None else devices_text(ring.choice)
    return (
        f"{ring.name}: {whom}; then {duration_text(ring.within)} to answer, at most {share_text(ring.most_misses)} fail"
    )


def plan_lines(plan: Plan) -> Iterator[str]:
    """A plan, an action a line, with its rings below."""
    if plan.title:
        yield plan.title
    width = max((len(when_text(action)) for action in plan.actions), default=0)
    for number, action in enumerate(plan.actions, 1):
        yield f"{number:>3}  {when_text(action):<{width}}  {action_text(action)}"
        if isinstance(action, RenewInRings):
            yield from (f"{'':>{width + 9}}{ring_text(ring)}" for ring in action.rings)


def action_document(action: AnyAction) -> dict[str, Any]:
    """An action with the fields and values that a file has."""
    document = {"line": action.line, **action_fields(action)}
    if isinstance(action, RenewInRings):
        document["rings"] = [ring_fields(ring) for ring in action.rings]
    return document


def plan_document(plan: Plan) -> dict[str, Any]:
    """A plan as JSON types."""
    actions = [action_document(action) for action in plan.actions]
    return {"name": plan.name, "title": plan.title, "digest": plan.digest, "actions": actions}


def outcome_text(outcome: Outcome) -> str:
    """``2026-01-06 08:00  1 refresh-authority: CA group group-2 requested …``."""
    match outcome:
        case Performed():
            said = outcome.said
        case LeftToPerson():
            said = f"{_WAITS[outcome.state]}{outcome.said}"
        case _:
            said = f"refused: {outcome.code}: {outcome.message}"
    return f"{minute(outcome.at)}  {outcome.number} {name_of(outcome.action)}: {said}"


_WAITS = {StepState.DUE: "do this now: ", StepState.ASKS: "waits for your word: "}


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON types; ``refused`` has the error of a refused action, ``waits`` is ``due`` or ``asks`` if a
    person has to do it or to agree."""
    document: dict[str, Any] = {
        "number": outcome.number,
        "line": outcome.action.line,
        "do": name_of(outcome.action),
        "at": outcome.at,
    }
    if not isinstance(outcome, RefusedAction):
        waits = outcome.state.value if isinstance(outcome, LeftToPerson) else None
        return {**document, "said": outcome.said, "waits": waits, "refused": None}
    error = {"code": outcome.code, "message": outcome.message, "hint": outcome.hint}
    return {**document, "said": "", "waits": None, "refused": error}


def mistake_text(mistake: Mistake) -> str:
    """``line 7: 'isuer' is not a field of the action renew. Did you mean issuer?``."""
    where = f"line {mistake.line}: " if mistake.line else ""
    return f"{where}{mistake.message}{f'. {mistake.hint}' if mistake.hint else ''}"


def run_document(run: PlanProgress) -> dict[str, Any]:
    """A run of a plan as JSON types; ``devices`` of a step counts those that were asked to renew."""
    return {
        "id": run.id,
        "name": run.name,
        "title": run.title,
        "digest": run.digest,
        "started_at": run.started_at,
        "begun_by": run.begun_by,
        "ended_at": run.ended_at,
        "next_at": run.next_at,
        "paused_at": run.paused_at,
        "steps": [_step_document(number, step) for number, step in enumerate(run.steps, 1)],
    }


def _step_document(number: int, step: PlanStep) -> dict[str, Any]:
    return {
        "number": number,
        "what": step.what,
        "state": step.state,
        "at": step.at,
        "next_at": step.due_at,
        "said": step.said,
        "code": step.code,
        "devices": step.devices,
        "rings": step.rings,
    }


def run_lines(run: PlanProgress) -> Iterator[str]:
    """A run of a plan: its name and state, then a line for each action."""
    done = sum(step.state.is_over for step in run.steps)
    state = "ended" if run.ended_at is not None else f"{done} of {plural(len(run.steps), 'action')} over"
    if run.ended_at is not None and any(step.state is StepState.STOPPED for step in run.steps):
        state = "stopped"
    if run.paused_at is not None:
        state = f"{state}; paused since {minute(run.paused_at)}"
    yield f"{run.name}, begun {minute(run.started_at)} UTC: {state}"
    for number, step in enumerate(run.steps, 1):
        when = "" if step.at is None else f"  {minute(step.at)}"
        yield f"{number:>3}  {step.state:<7}{when}  {step_text(run.name, number, step)}"


def waits_text(step: PlanStep) -> str:
    """What a step that waits for a person waits for; empty for others."""
    match step.state:
        case StepState.DUE:
            return f"do this now: {step.said}"
        case StepState.ASKS:
            return f"{step.what}. {step.said}"
        case _:
            return ""


def now_text(run: PlanProgress, now: datetime) -> str:
    """``rotation: do this now: …; next 2026-12-01 08:00: renew devices …``, for whoever looks at what is to do."""
    if run.paused_at is not None:
        return f"{run.name} is paused"
    parts = [waits_text(step) for step in run.steps if step.state.is_a_persons]
    parts += [f"held: {step.said}" for step in run.steps if step.state is StepState.HELD]
    if (following := run.next_at) is not None:
        step = next(step for step in run.steps if step.due_at == following)
        when = f"{'next' if following > now else 'due since'} {minute(following)}"
        parts.append(f"{when}: {step.what}" if step.what else when)
    return f"{run.name}: {'; '.join(parts)}"


def left_out_lines(runs: Iterable[PlanProgress], now: datetime) -> Iterator[str]:
    """The plans of which something became due while a simulation went on without them."""
    for run in runs:
        if run.next_at is not None and run.next_at <= now:
            how = f"`certfleet plan run --for 7d {argument(run.name)}` lets time pass and carries it out"
            yield f"plan {run.name} was not carried out: {how}"


def step_text(name: str, number: int, step: PlanStep) -> str:
    """What was said of a step, what it waits for, and when it goes on."""
    match step.state:
        case StepState.DUE:
            return f"{waits_text(step)}; then `certfleet plan done {argument(name)} {number}`"
        case StepState.ASKS:
            return f"{waits_text(step)}. `certfleet plan run {argument(name)}` asks"
    after = "" if step.due_at is None else f"next {minute(step.due_at)}"
    return "; ".join(part for part in (step.said or step.what, after) if part)


def count_text(outcomes: Iterable[Outcome]) -> str:
    """``3 actions carried out, 1 refused``."""
    found = list(outcomes)
    refused = sum(isinstance(outcome, RefusedAction) for outcome in found)
    waiting = sum(isinstance(outcome, LeftToPerson) for outcome in found)
    parts = [f"{plural(len(found) - refused - waiting, 'step')} carried out"]
    if refused:
        parts.append(f"{refused} refused")
    if waiting:
        parts.append(f"{waiting} {'waits' if waiting == 1 else 'wait'} for you")
    return ", ".join(parts)
