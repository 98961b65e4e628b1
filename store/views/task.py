"""A follow-up task: when and by whom it was done."""

from __future__ import annotations

from ..model.task import Task
from ..words import minute


def done_text(task: Task) -> str | None:
    """``2026-03-01 09:30 by ann``; None while it is open."""
    return None if task.done_at is None else f"{minute(task.done_at)} by {task.done_by}"
