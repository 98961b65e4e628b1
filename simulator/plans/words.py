"""A plan and its progress: in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import singledispatch
from typing import Any

from msgspec.structs import replace

from ...store.model.device import Platform
from ...store.policies.rules import IDENTITY_TITLES
from ...store.views.platforms import platform_names
from ...store.words import length_text as shortly
from ...store.words import minute, plural
from .plan import (
    Action,
    AnyAction,
    Bind,
    Choice,
    CompleteTask,
    CreatePolicy,
    DeployPolicy,
    DeployRoot,
    ImportCertificate,
    ImportDeviceCertificates,
    ImportProfile,
    NewCertificate,
    Plan,
    RefreshAuthority,
    Renew,
    RenewApns,
    RenewInRings,
    ReplaceCertificate,
    Ring,
    SetSite,
    StartCampaign,
    UseComponent,
    name_of,
)
from .progress import PlanProgress, PlanStep
from .running import Outcome, Performed
from .table_reading import Mistake
from .values import length_text, share_text
from .writing import action_fields, ring_fields


def when_text(action: AnyAction) -> str:
    """``2026-12-01 08:00`` or ``after 14d``."""
    return minute(action.at) if action.at is not None else f"after {length_text(action.due(_START) - _START)}"


_START = datetime(2000, 1, 1)  # noqa: DTZ001 - only the difference from it counts


@singledispatch
def action_text(action: Action) -> str:
    """What an action does, in a line."""
    raise TypeError(type(action).__name__)


@action_text.register
def _(action: Renew) -> str:
    parts = [f"renew {_devices(action.choice)}"]
    if action.per_day is not None:
        parts.append(f"{action.per_day:,} a day")
    if action.working_days:
        parts.append("on working days")
    return ", ".join(parts)


@action_text.register
def _(action: RenewInRings) -> str:
    return f"renew {_devices(action.choice)} in {plural(len(action.rings), 'ring')}"


@action_text.register
def _(action: RefreshAuthority) -> str:
    named = "" if action.name is None else f" {action.name}"
    ready = f"after {length_text(action.ready_after)}" if action.ready_after else "at once"
    return f"request CA group{named}, ready {ready}"


@action_text.register
def _(action: ReplaceCertificate) -> str:
    return f"replace certificate {action.certificate} by {_new(action.new)}"


@action_text.register
def _(action: ImportCertificate) -> str:
    return f"import {_new(action.new)}"


@action_text.register
def _(action: RenewApns) -> str:
    return f"renew the push certificate ({action.need}) as {action.apple_id}"


@action_text.register
def _(action: Bind) -> str:
    named = f" {action.name}" if action.name else ""
    return f"bind certificate {action.certificate} to {action.need}{named}"


@action_text.register
def _(action: UseComponent) -> str:
    named = f" {action.name}" if action.name else ""
    return f"note that {action.need}{named} is {action.use}"


@action_text.register
def _(action: ImportProfile) -> str:
    return f"import provisioning profile {action.file}"


@action_text.register
def _(action: ImportDeviceCertificates) -> str:
    return f"import device certificates from {action.file} by {IDENTITY_TITLES[action.identity_type]}"


@action_text.register
def _(action: CreatePolicy) -> str:
    choice = action.choice if action.choice.platform else replace(action.choice, platform=(Platform.IOS,))
    return f"create VPN policy {action.name} ({action.vpn.server}) for {_devices(choice)}"


@action_text.register
def _(action: DeployPolicy) -> str:
    return f"deploy policy {action.policy} again"


@action_text.register
def _(action: DeployRoot) -> str:
    where = platform_names(action.platform) if action.platform else "all devices"
    return f"deploy certificate {action.certificate} to {where}"


@action_text.register
def _(action: StartCampaign) -> str:
    whose = platform_names(action.platform) if action.platform else "all"
    return f"ask the users of {whose} devices that need it to re-enroll"


@action_text.register
def _(action: SetSite) -> str:
    said = (f"{name.replace('_', ' ')} {_setting(value)}" for name, value in action.settings.items())
    return f"set {', '.join(said)}"


@action_text.register
def _(action: CompleteTask) -> str:
    return f"mark task {action.task} done"


def _devices(choice: Choice) -> str:
    parts = []
    if choice.devices:
        parts.append(plural(len(choice.devices), "named device"))
    if choice.issuer:
        parts.append(f"of CA group {' or '.join(choice.issuer)}")
    if choice.platform:
        parts.append(f"on {platform_names(choice.platform)}")
    if choice.search:
        parts.append(f"matching {choice.search!r}")
    if not parts:
        return "all devices"
    return " ".join(parts if choice.devices else ("devices", *parts))


def _new(new: NewCertificate) -> str:
    if new.file is not None:
        return new.file
    valid = "" if new.valid is None else f", valid for {shortly(new.valid)}"
    return f"one like {'it' if new.like is None else new.like}{valid}"


def _setting(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value) or "none"


def ring_text(ring: Ring) -> str:
    """``pilot: 24 named devices; the next one after 3d, if at most 5% fail``."""
    whom = f"{share_text(ring.share)} of the devices" if ring.share is not None else _devices(ring.choice)
    return (
        f"{ring.name}: {whom}; then {length_text(ring.within)} to answer, at most {share_text(ring.most_misses)} fail"
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
    said = outcome.said if isinstance(outcome, Performed) else f"refused: {outcome.code}: {outcome.message}"
    return f"{minute(outcome.at)}  {outcome.number} {name_of(outcome.action)}: {said}"


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON types; ``refused`` has the error of a refused action."""
    document: dict[str, Any] = {
        "number": outcome.number,
        "line": outcome.action.line,
        "do": name_of(outcome.action),
        "at": outcome.at,
    }
    if isinstance(outcome, Performed):
        return {**document, "said": outcome.said, "refused": None}
    error = {"code": outcome.code, "message": outcome.message, "hint": outcome.hint}
    return {**document, "said": "", "refused": error}


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
        "steps": [_step_document(number, step) for number, step in enumerate(run.steps, 1)],
    }


def _step_document(number: int, step: PlanStep) -> dict[str, Any]:
    return {
        "number": number,
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
    yield f"{run.name}, begun {minute(run.started_at)} UTC: {state}"
    for number, step in enumerate(run.steps, 1):
        when = "" if step.at is None else f"  {minute(step.at)}"
        after = "" if step.due_at is None else f"next {minute(step.due_at)}"
        yield f"{number:>3}  {step.state:<7}{when}  {'; '.join(part for part in (step.said, after) if part)}"


def count_text(outcomes: Iterable[Outcome]) -> str:
    """``3 actions carried out, 1 refused``."""
    found = list(outcomes)
    refused = sum(not isinstance(outcome, Performed) for outcome in found)
    said = f"{plural(len(found) - refused, 'step')} carried out"
    return f"{said}, {refused} refused" if refused else said
