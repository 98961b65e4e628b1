"""How far a plan is in a workspace: one record for each run of a plan, written in the transactions of its actions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ...store.persistence.records import RecordTable
from ...store.workspace import Workspace


class StepState(StrEnum):
    """The state of an action of a run. ``RUNNING``: begun, and more of it is due later. ``HELD``: a ring failed too
    often, so the next one doesn't open."""

    WAITING = "waiting"
    RUNNING = "running"
    HELD = "held"
    DONE = "done"
    REFUSED = "refused"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self in (StepState.DONE, StepState.REFUSED)


class PlanStep(Struct, frozen=True, kw_only=True):
    """An action of a run. ``at`` is when something last happened to it, and ``said`` what; it is due next at
    ``next_at``. ``code`` is that of a refusal.

    A renewal in parts has asked the devices up to ``last_device``, ``devices`` of them. One in rings has opened
    ``rings``; ``asked`` are the devices of all of them, those of the last one from ``ring_from`` on.
    """

    state: StepState = StepState.WAITING
    next_at: datetime | None = None
    at: datetime | None = None
    said: str = ""
    code: str | None = None
    devices: int = 0
    last_device: int = 0
    rings: int = 0
    ring_from: int = 0
    asked: tuple[int, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """When it is due next; None if nothing more happens to it."""
        return None if self.state.is_over else self.next_at


class PlanProgress(Struct, frozen=True, kw_only=True):
    """A run of a plan, which began at ``started_at`` on the workspace's clock. ``digest`` is ``Plan.digest``. ``steps``
    are its actions, in the order of the file."""

    id: int
    name: str
    title: str
    digest: str
    started_at: datetime
    begun_by: str
    ended_at: datetime | None = None
    steps: tuple[PlanStep, ...]

    @property
    def next_at(self) -> datetime | None:
        """When something is due next; None if nothing is left to do."""
        return min((step.due_at for step in self.steps if step.due_at is not None), default=None)


def plan_runs(workspace: Workspace) -> RecordTable[PlanProgress]:
    """The table of runs."""
    unknown = "plan-unknown", "there is no run {id} of a plan", "`certfleet plan status` shows them."
    return RecordTable(workspace.database.table("plan_runs"), PlanProgress, *unknown)


def latest_run(workspace: Workspace, name: str) -> PlanProgress | None:
    """The run of this plan that was begun last."""
    found = plan_runs(workspace).find("name", name)
    return found[-1] if found else None
