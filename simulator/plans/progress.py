"""How far a plan is in a workspace: one record for each run of a plan, written in the transactions of its actions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ...store.persistence.records import RecordTable
from ...store.workspace import Workspace
from .plan import Plan


class StepState(StrEnum):
    """The state of an action of a run. ``RUNNING``: begun, and more of it is due later. ``HELD``: a ring failed too
    often, so the next one doesn't open. ``DUE``: on a real fleet a person has to do it. ``ASKS``: it would stop
    something, and waits for a person's word. ``STOPPED``: the run was stopped before it."""

    WAITING = "waiting"
    RUNNING = "running"
    HELD = "held"
    DUE = "due"
    ASKS = "asks"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self in (StepState.DONE, StepState.REFUSED, StepState.STOPPED)

    @property
    def is_a_persons(self) -> bool:
        """Whether it waits for a person."""
        return self in (StepState.DUE, StepState.ASKS)


class PlanStep(Struct, frozen=True, kw_only=True):
    """An action of a run. ``at`` is when something last happened to it, and ``said`` what; it is due next at
    ``next_at``. ``code`` is that of a refusal. ``what`` it does is told when the run begins.

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
    what: str = ""

    @property
    def due_at(self) -> datetime | None:
        """When it is due next; None if nothing more happens to it by itself."""
        return None if self.state.is_over or self.state.is_a_persons else self.next_at


class PlanProgress(Struct, frozen=True, kw_only=True):
    """A run of a plan, which began at ``started_at`` on the workspace's clock. ``digest`` is ``Plan.digest``. ``steps``
    are its actions, in the order of the file. While it is paused, since ``paused_at``, nothing is carried out."""

    id: int
    name: str
    title: str
    digest: str
    started_at: datetime
    begun_by: str
    ended_at: datetime | None = None
    steps: tuple[PlanStep, ...]
    paused_at: datetime | None = None

    @property
    def next_at(self) -> datetime | None:
        """When something is due next; None if nothing is left to do, or while it is paused."""
        if self.paused_at is not None:
            return None
        return min((step.due_at for step in self.steps if step.due_at is not None), default=None)


class BegunPlan(Struct, frozen=True, kw_only=True):
    """The plan of a run, for whoever goes on with it. ``id`` is the run's, ``folder`` that of the files it names."""

    id: int
    plan: Plan
    folder: str = ""


def begun_plans(workspace: Workspace) -> RecordTable[BegunPlan]:
    """The table of the plans of runs."""
    unknown = "plan-unknown", "the plan of run {id} is not kept here", "`certfleet plan run FILE` goes on with it."
    return RecordTable(workspace.database.table("plans"), BegunPlan, *unknown)


def plan_runs(workspace: Workspace) -> RecordTable[PlanProgress]:
    """The table of runs."""
    unknown = "plan-unknown", "there is no run {id} of a plan", "`certfleet plan status` shows them."
    return RecordTable(workspace.database.table("plan_runs"), PlanProgress, *unknown)


def under_way(workspace: Workspace) -> list[PlanProgress]:
    """The runs that have not ended, each the newest of its plan."""
    newest = {run.name: run for run in plan_runs(workspace).all()}
    return [run for run in newest.values() if run.ended_at is None]


def latest_run(workspace: Workspace, name: str) -> PlanProgress | None:
    """The run of this plan that was begun last."""
    found = plan_runs(workspace).find("name", name)
    return found[-1] if found else None
