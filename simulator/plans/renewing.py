"""The renewals of a plan, in parts: so many devices a day, or ring by ring."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from ...store.devices.common_traits import failing_renewals
from ...store.devices.results import SecurityActionResult
from ...store.devices.schedule.chance import draw
from ...store.views.common_traits import failing_line
from ...store.words import plural
from ...store.workspace import Workspace
from .choosing import check_known, chosen_ids
from .plan import Renew, RenewInRings, Ring
from .progress import PlanStep, StepState

DAY = timedelta(days=1)
_SATURDAY = 5
_RING = 811  # the question "in which ring", among those that ``draw`` answers
_PARTS = 1_000_000


def next_working_day(at: datetime) -> datetime:
    """The same time on the next Monday, if it is a Saturday or Sunday (UTC)."""
    return at if at.weekday() < _SATURDAY else at + (7 - at.weekday()) * DAY


def renew(workspace: Workspace, action: Renew, step: PlanStep, due: datetime) -> PlanStep:
    """Ask the devices whose turn it is. Days that passed without a call are not made up for."""
    now = workspace.now()
    ids = chosen_ids(workspace, action.choice)
    if not ids:
        check_known(workspace, action.choice)
    if action.per_day is None:
        result = workspace.devices.renew(ids)
        return replace(step, state=StepState.DONE, said=_asked(result), devices=len(ids))
    waiting = sorted(id for id in ids if id > step.last_device)
    today, later = waiting[: action.per_day], waiting[action.per_day :]
    result = workspace.devices.renew(today)
    following = due + ((now - due) // DAY + 1) * DAY
    return replace(
        step,
        state=StepState.RUNNING if later else StepState.DONE,
        next_at=next_working_day(following) if action.working_days else following,
        said=f"{_asked(result)}; {f'{len(later):,} to come' if later else 'that was all'}",
        devices=step.devices + len(today),
        last_device=today[-1] if today else step.last_device,
    )


def _asked(result: SecurityActionResult) -> str:
    said = f"certificate renewal pending for {plural(len(result.pending), 'device')}"
    return f"{said}, refused for {len(result.refused):,}" if result.refused else said


def open_ring(
    workspace: Workspace, action: RenewInRings, step: PlanStep, due: datetime, *, anyway: bool = False
) -> PlanStep:
    """Open the next ring if the last one failed seldom enough, or ``anyway``; otherwise hold, and look again a day
    later."""
    now = workspace.now()
    if step.rings:
        ring = action.rings[step.rings - 1]
        reason = why_held(workspace, ring, step)
        if step.rings == len(action.rings):
            said = "all rings have been opened" + (f"; in the last one: {reason}" if reason else "")
            return replace(step, state=StepState.DONE, next_at=None, said=said)
        if reason is not None and not anyway:
            said = f"ring {action.rings[step.rings].name} doesn't open: {reason} in ring {ring.name}"
            return replace(step, state=StepState.HELD, next_at=due + ((now - due) // DAY + 1) * DAY, said=said)
    ring = action.rings[step.rings]
    before = set(step.asked)
    ids = [id for id in _members(workspace, action, step.rings) if id not in before]
    result = workspace.devices.renew(ids)
    return replace(
        step,
        state=StepState.RUNNING,
        next_at=now + ring.within if ids else now,
        said=f"ring {ring.name} opened: {_asked(result)}",
        devices=step.devices + len(ids),
        rings=step.rings + 1,
        ring_from=len(step.asked),
        asked=(*step.asked, *ids),
    )


def _members(workspace: Workspace, action: RenewInRings, place: int) -> list[int]:
    """The devices of a ring, those of earlier rings included if they belong to both."""
    ring, everybody = action.rings[place], chosen_ids(workspace, action.choice)
    if ring.share is not None:
        below = sum(earlier.share or 0 for earlier in action.rings[:place])
        first, last = round(below * _PARTS), round((below + ring.share) * _PARTS)
        return [id for id in everybody if first <= draw(id, _RING) % _PARTS < last]
    inside = set(chosen_ids(workspace, ring.choice))
    return [id for id in everybody if id in inside]


def why_held(workspace: Workspace, ring: Ring, step: PlanStep) -> str | None:
    """Why no ring may open after this one, the last one so far; None if one may.

    Misses are devices whose last answer was an error, among those that have answered.
    """
    devices = workspace.devices.records.all(step.asked[step.ring_from :])
    newest = workspace.authorities.rotation().newest
    found = failing_renewals(devices, "" if newest is None else newest.name)
    if not found.answered and any(device.renewal is not None for device in devices):
        return "no device has answered yet"
    if found.common is not None:
        return failing_line(found)
    if found.failing > ring.most_misses * found.answered:
        return f"{found.failing:,} of {plural(found.answered, 'device')} that answered failed"
    return None
