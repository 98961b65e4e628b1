"""The conditions of objectives: what each asks, and the function that judges it on a workspace.

A condition is a struct here and a line in ``CONDITIONS``; a scenario file names it in ``check``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import singledispatch
from typing import Any

from msgspec import Struct

from ...store.checklist.checklist_row import Mark
from ...store.components.capabilities import Capability, Level
from ...store.components.needs import BOUND, BY_ID
from ...store.devices.standing import standing_of
from ...store.errors import Refusal
from ...store.model.audit import AuditLine
from ...store.model.device import Device, InstalledPolicy
from ...store.model.forecast import Forecast
from ...store.model.permissions import FAMILIES
from ...store.model.task import TaskKind
from ...store.start_by.freezes import STARTS, freeze_on
from ...store.undoing.command_lines import ACTIONS
from ...store.words import length_text, minute, plural
from ...store.workspace import Workspace
from ..plans import values
from ..plans.choosing import chosen_devices
from ..plans.plan import Choice
from ..plans.values import Reader, Unknown, share_text

_NEARLY = 0.85  # of difflib's ratio
_NAMED = 4  # rows of the checklist in a sentence
NEW = "new"
"""What stands for every CA group that was requested since the start."""


class Condition(Struct, frozen=True, kw_only=True, tag_field="check"):
    """What an objective asks of a workspace and its history since the scenario began."""


class NotStopped(Condition, frozen=True, kw_only=True, tag="not-stopped"):
    """What depends on a need was stopped for at most this long, all in all."""

    need: str
    most: timedelta = timedelta(0)


class IsBound(Condition, frozen=True, kw_only=True, tag="bound"):
    """A need has a certificate, valid for at least so long from then on, and what it is for isn't stopped."""

    need: str
    name: str = ""
    valid_for: timedelta = timedelta(0)


class HoldsGroup(Condition, frozen=True, kw_only=True, tag="holds-group"):
    """At least this share of the chosen devices has a certificate of a CA group (``new``: of one requested since the
    start)."""

    group: str = NEW
    least: float
    choice: Choice = Choice()


class InService(Condition, frozen=True, kw_only=True, tag="in-service"):
    """The server admits at least this share of the chosen devices, and they reach it."""

    least: float
    choice: Choice = Choice()


class Stranded(Condition, frozen=True, kw_only=True, tag="stranded"):
    """At most so many of the chosen devices are out of service and need a person."""

    most: int = 0
    choice: Choice = Choice()


class DeviceDaysLost(Condition, frozen=True, kw_only=True, tag="device-days-lost"):
    """At most so many device-days without these capabilities, or without any if none is named."""

    most: int = 0
    capability: tuple[Capability, ...] = ()


class TaskDone(Condition, frozen=True, kw_only=True, tag="task-done"):
    """A follow-up of this kind, or for this need, was opened, and none is open."""

    task: str


class Acted(Condition, frozen=True, kw_only=True, tag="acts"):
    """Somebody acted so, by the audit trail (``authority.refresh``; ``device`` is all of that family), at least and at
    most so many times since the start. What the scenario's own people do doesn't count, nor what was undone by going
    back to a moment."""

    action: str
    least: int = 0
    most: int | None = None


class FreezeKept(Condition, frozen=True, kw_only=True, tag="freeze-kept"):
    """At most so many times somebody started a change in a change freeze of the site: a replacement, a CA group, a
    renewal. What was undone by going back to a moment doesn't count."""

    most: int = 0


class IdentityCertificates(Condition, frozen=True, kw_only=True, tag="identity-certificates"):
    """At least so many device certificates from archives are there."""

    least: int


class PolicyInstalled(Condition, frozen=True, kw_only=True, tag="policy-installed"):
    """At least this share of the chosen devices has a VPN policy with a certificate that is valid."""

    least: float
    choice: Choice = Choice()


class ChecklistDone(Condition, frozen=True, kw_only=True, tag="checklist"):
    """At most so many rows of the checklist are missing a certificate, or are stopped or degraded."""

    most: int = 0


AnyCondition = (
    NotStopped
    | IsBound
    | HoldsGroup
    | InService
    | Stranded
    | DeviceDaysLost
    | TaskDone
    | Acted
    | FreezeKept
    | IdentityCertificates
    | PolicyInstalled
    | ChecklistDone
)


class ConditionJudgement(Struct, frozen=True):
    """Whether a condition is met, and what was found."""

    met: bool
    said: str


class Situation(Struct, frozen=True):
    """What conditions are judged on. ``happened`` says what has happened since the start; ``acts`` are the lines of
    people in the audit trail since then that still count, the oldest first."""

    workspace: Workspace
    since: datetime
    happened: Callable[[], Forecast]
    acts: Callable[[], Iterable[AuditLine]]


@singledispatch
def judge(condition: Condition, on: Situation) -> ConditionJudgement:
    """Judge a condition now."""
    raise TypeError(type(condition).__name__)


@judge.register
def _(condition: NotStopped, on: Situation) -> ConditionJudgement:
    now, stopped = on.workspace.now(), timedelta(0)
    spans = sorted(
        (max(one.since, on.since), min(one.until or now, now))
        for one in on.workspace.impact.interruptions().list()
        if one.need == condition.need and one.level == Level.STOPPED and (one.until is None or one.until > on.since)
    )
    reached = on.since
    for since, until in spans:
        stopped += max(timedelta(0), until - max(since, reached))
        reached = max(reached, until)
    title = BY_ID[condition.need].title
    said = f"{title}: stopped for {length_text(stopped)}" if stopped else f"{title}: never stopped"
    return ConditionJudgement(stopped <= condition.most, said)


@judge.register
def _(condition: IsBound, on: Situation) -> ConditionJudgement:
    workspace, title = on.workspace, BY_ID[condition.need].title
    component = workspace.components.find(condition.need, condition.name)
    if component is None or component.certificate_id is None:
        return ConditionJudgement(False, f"{title}: no certificate")
    entry, now = workspace.inventory.get(component.certificate_id), workspace.now()
    if any(one.need == condition.need and one.level is Level.STOPPED for one in workspace.impact.consequences()):
        return ConditionJudgement(False, f"{title}: stopped")
    left = entry.not_after - now
    said = f"{title}: certificate {entry.id}, valid for {length_text(max(left, timedelta(0)))}"
    return ConditionJudgement(left > timedelta(0) and left >= condition.valid_for, said)


@judge.register
def _(condition: HoldsGroup, on: Situation) -> ConditionJudgement:
    devices = _devices(on.workspace, condition.choice)
    groups = [one for one in on.workspace.authorities.groups() if one.requested_at >= on.since]
    wanted = {one.name for one in groups} if condition.group == NEW else {condition.group}
    holding = sum(device.issuer_group in wanted and device.state.is_admitted for device in devices)
    what = "a new CA group" if condition.group == NEW else f"CA group {condition.group}"
    return _share(holding, len(devices), condition.least, f"hold a certificate of {what}")


@judge.register
def _(condition: InService, on: Situation) -> ConditionJudgement:
    devices = _devices(on.workspace, condition.choice)
    served = sum(standing_of(device).in_service for device in devices)
    return _share(served, len(devices), condition.least, "are in service")


@judge.register
def _(condition: Stranded, on: Situation) -> ConditionJudgement:
    out = sum(standing_of(device).out is not None for device in _devices(on.workspace, condition.choice))
    return ConditionJudgement(out <= condition.most, f"{plural(out, 'stranded device')}")


@judge.register
def _(condition: DeviceDaysLost, on: Situation) -> ConditionJudgement:
    lost = on.happened().device_days_lost
    days = sum(lost.get(one.value, 0.0) for one in condition.capability or tuple(Capability))
    return ConditionJudgement(days <= condition.most, f"{days:,.1f} device-days lost")


@judge.register
def _(condition: TaskDone, on: Situation) -> ConditionJudgement:
    tasks = [one for one in on.workspace.tasks.list() if condition.task in (one.kind, one.need)]
    if any(one.done_at is None for one in tasks):
        return ConditionJudgement(False, "a follow-up is open")
    done = any(one.done_at is not None and one.done_at > on.since for one in tasks)
    return ConditionJudgement(done, "the follow-up is done" if done else "there was no follow-up yet")


@judge.register
def _(condition: Acted, on: Situation) -> ConditionJudgement:
    actions = [one.action for one in on.acts()]
    count = sum(one == condition.action or one.startswith(f"{condition.action}.") for one in actions)
    fits = count >= condition.least and (condition.most is None or count <= condition.most)
    return ConditionJudgement(fits, f"{condition.action}: {plural(count, 'time')}")


@judge.register
def _(condition: FreezeKept, on: Situation) -> ConditionJudgement:
    freezes = on.workspace.site.get().freezes
    started = [one for one in on.acts() if one.action in STARTS and freeze_on(freezes, one.at.date()) is not None]
    said = f"{plural(len(started), 'change')} started in a change freeze"
    named = "; ".join(f"{minute(one.at)} {one.summary}" for one in started[:_NAMED])
    return ConditionJudgement(len(started) <= condition.most, f"{said}: {named}" if started else said)


@judge.register
def _(condition: IdentityCertificates, on: Situation) -> ConditionJudgement:
    count = on.workspace.bulk.count()
    return ConditionJudgement(count >= condition.least, f"{plural(count, 'device certificate')} from archives")


@judge.register
def _(condition: PolicyInstalled, on: Situation) -> ConditionJudgement:
    now, bulk = on.workspace.now(), {one.id: one for one in on.workspace.bulk.list()}
    entries = {one.id: one for one in on.workspace.inventory.list()}

    def works(one: InstalledPolicy) -> bool:
        held = entries.get(one.entry_id or 0) if one.certificate_id is None else bulk.get(one.certificate_id)
        is_right = held is not None and held.fingerprint_sha256 == one.fingerprint_sha256
        return one.is_installed and held is not None and is_right and held.not_before <= now < held.not_after

    devices = _devices(on.workspace, condition.choice)
    ready = sum(any(map(works, device.policies)) for device in devices)
    return _share(ready, len(devices), condition.least, "have the VPN policy with a valid certificate")


@judge.register
def _(condition: ChecklistDone, on: Situation) -> ConditionJudgement:
    rows = on.workspace.impact.checklist()
    open_rows = [row for row in rows if row.status == Mark.MISSING or row.level is not Level.FINE]
    named = ", ".join(dict.fromkeys(row.need.id for row in open_rows[:_NAMED]))
    more = f" and {len(open_rows) - _NAMED} more" if len(open_rows) > _NAMED else ""
    said = f"{plural(len(open_rows), 'row')} of the checklist missing or stopped"
    return ConditionJudgement(len(open_rows) <= condition.most, f"{said}: {named}{more}" if open_rows else said)


def _devices(workspace: Workspace, choice: Choice) -> list[Device]:
    """The chosen devices, without those whose owners have got others in their place."""
    try:
        devices = chosen_devices(workspace, choice)
    except Refusal:  # a CA group that doesn't exist yet
        return []
    return [device for device in devices if device.habits is None or device.habits.replaced_by is None]


def _share(count: int, of: int, least: float, what: str) -> ConditionJudgement:
    part = count / of if of else 0.0
    return ConditionJudgement(
        part >= least, f"{count:,} of {plural(of, 'device')} ({share_text(round(part, 3))}) {what}"
    )


class ConditionKind(Struct, frozen=True):
    """A condition in a file: its struct, its fields, and those that it can't do without."""

    struct: Any
    fields: Mapping[str, Reader]
    needed: tuple[str, ...] = ()


_NEED, _BOUND_NEED = values.name_in(BY_ID, "need"), values.name_in(BOUND, "component")


def _task(value: Any) -> str:
    task, known = values.text(value).lower(), [*map(str, TaskKind), *BY_ID]
    if task not in known:
        raise Unknown(task, "kind of follow-up, and no need", known)
    return task


def _action(value: Any) -> str:
    """An action, or a family of them. Not all actions are known here, so only what is nearly a known one is wrong."""
    action = values.text(value).lower()
    family = action.partition(".")[0]
    if family not in FAMILIES:
        raise Unknown(family, "kind of action", FAMILIES)
    if action not in ACTIONS and get_close_matches(action, ACTIONS, n=1, cutoff=_NEARLY):
        raise Unknown(action, "action", sorted(ACTIONS))
    return action


def _capabilities(value: Any) -> tuple[Capability, ...]:
    known = [str(one.value) for one in Capability]
    for part in values.texts(value):
        if part not in known:
            raise Unknown(part, "capability", known)
    return tuple(map(Capability, values.texts(value)))


CHOICE: Mapping[str, Reader] = {"platform": values.platforms, "search": values.device_filter}
"""The fields that choose devices."""

_COUNT = values.number(0, 1_000_000)

CONDITIONS: Mapping[str, ConditionKind] = {
    kind.struct.__struct_config__.tag: kind
    for kind in (
        ConditionKind(NotStopped, {"need": _NEED, "most": values.length}, ("need",)),
        ConditionKind(IsBound, {"need": _BOUND_NEED, "name": values.any_text, "valid_for": values.length}, ("need",)),
        ConditionKind(HoldsGroup, {"group": values.text, "least": values.share, **CHOICE}, ("least",)),
        ConditionKind(InService, {"least": values.share, **CHOICE}, ("least",)),
        ConditionKind(Stranded, {"most": _COUNT, **CHOICE}),
        ConditionKind(DeviceDaysLost, {"most": _COUNT, "capability": _capabilities}),
        ConditionKind(TaskDone, {"task": _task}, ("task",)),
        ConditionKind(Acted, {"action": _action, "least": _COUNT, "most": _COUNT}, ("action",)),
        ConditionKind(FreezeKept, {"most": _COUNT}),
        ConditionKind(IdentityCertificates, {"least": _COUNT}, ("least",)),
        ConditionKind(PolicyInstalled, {"least": values.share, **CHOICE}, ("least",)),
        ConditionKind(ChecklistDone, {"most": _COUNT}),
    )
}
"""Every condition by its name in a file."""
