"""A follow-up task: what stops and when unless it is done, and when and by whom it was done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..inventory.status import days_until
from ..model.task import Task
from ..outlook.dependences import Dependence
from ..words import days_text, minute


def done_text(task: Task) -> str | None:
    """``2026-03-01 09:30 by ann``; None while it is open."""
    return None if task.done_at is None else f"{minute(task.done_at)} by {task.done_by}"


def stakes_text(depends: Sequence[Dependence], now: datetime) -> str:
    """What stops and when unless a task is done; ``depends`` are those of ``at_stake``. Empty if nothing does."""
    seen = list(dict.fromkeys(effect.seen for one in depends for effect in one.effects))
    if not seen:
        return ""
    at = min(one.at for one in depends)
    if at <= now:
        return f"Until this is done, since {minute(at)} UTC: {'; '.join(seen)}."
    return f"Unless this is done before {minute(at)} UTC ({days_text(days_until(at, now))}): {'; '.join(seen)}."
