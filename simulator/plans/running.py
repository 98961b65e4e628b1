"""Carrying out a plan in a workspace: what is due at a time, and when to look again.

The same for a real fleet, a simulated one and a copy of either: ``PlanRun`` does what is due, ``run_plan`` moves a
simulator from one action to the next. What has been done is stored in the transaction that did it, so a run that was
killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ...store.errors import CANNOT_WRITE, Refusal
from ...store.impact.freezes import freeze_notes
from ...store.model.audit import Actor
from ...store.words import day, plural
from ...store.workspace import Workspace
from .actions import ActionContext, MakeLike, carry_out
from .new_certificate import make_like
from .plan import AnyAction, Plan, Renew, RenewInRings, name_of
from .progress import PlanProgress, PlanStep, StepState, latest_run, plan_runs
from .renewing import next_working_day, open_ring, renew, tell_held

if TYPE_CHECKING:  # the simulator itself carries out the acts of a scenario
    from ..engine.simulator import RunProgress, Simulator


class Performed(Struct, frozen=True, kw_only=True):
    """An action, or a part of one, that was carried out. ``number`` is its place in the plan, from 1."""

    number: int
    action: AnyAction
    at: datetime
    said: str


class RefusedAction(Struct, frozen=True, kw_only=True):
    """An action that was refused, with the refusal's code. The plan goes on without it."""

    number: int
    action: AnyAction
    at: datetime
    code: str
    message: str
    hint: str | None = None


Outcome = Performed | RefusedAction


class PlanRun:
    """A run of a plan in a workspace: the one that was begun and has not ended, otherwise a new one.

    A new one begins at its first ``perform``; ``after`` counts from then, or from ``started_at``. ``folder`` is where
    the plan's files are. ``again``: a new run, even if there is one already. Refuses with ``plan-changed`` if a run of
    an earlier version of the plan has not ended.
    """

    def __init__(
        self,
        workspace: Workspace,
        plan: Plan,
        *,
        folder: Path | None = None,
        started_at: datetime | None = None,
        again: bool = False,
        make_like: MakeLike = make_like,
    ) -> None:
        self.workspace = workspace
        self.plan = plan
        self._around = ActionContext(workspace, folder, make_like)
        self._started_at = started_at
        known = None if again else latest_run(workspace, plan.name)
        if known is not None and known.digest != plan.digest:
            if known.ended_at is None:
                raise Refusal(
                    "plan-changed",
                    f"the plan {plan.name} has changed since its run began on {day(known.started_at)}",
                    "Begin a new run with --again; actions of the earlier one are not undone.",
                )
            known = None
        self._run = known

    @property
    def progress(self) -> PlanProgress:
        """How far the run is; as it would begin now if it has not begun."""
        if self._run is not None:
            return self._run
        started_at = self._started_at or self.workspace.now()
        return PlanProgress(
            id=0,
            name=self.plan.name,
            title=self.plan.title,
            digest=self.plan.digest,
            started_at=started_at,
            begun_by=self.workspace.actor.user,
            steps=tuple(PlanStep(next_at=_first(action, started_at)) for action in self.plan.actions),
        )

    @property
    def next_at(self) -> datetime | None:
        """When something is due next; None if nothing is left to do."""
        return self.progress.next_at

    def perform(self, now: datetime | None = None) -> list[Outcome]:
        """Do what is due by ``now``, by default the workspace's time: first what was due first."""
        outcomes: list[Outcome] = []
        self._begin()
        now = now or self.workspace.now()  # a wall clock went on since the run began
        while (number := self._first_due(now)) is not None:
            outcomes += self._perform(number)
        return outcomes

    def open_held(self) -> list[Outcome]:
        """Open the next ring of every action that holds, however many have failed. Refuses with ``nothing-held``."""
        held = [number for number, step in enumerate(self.progress.steps) if step.state is StepState.HELD]
        if not held:
            raise Refusal(
                "nothing-held", f"no ring of the plan {self.plan.name} is held", "`certfleet plan status` shows it."
            )
        return [outcome for number in held for outcome in self._perform(number, anyway=True)]

    def _begin(self) -> None:
        """Store the run, so that ``after`` counts from the same time for whoever continues it."""
        if self._run is not None:
            self._run = plan_runs(self.workspace).get(self._run.id)  # another process may have gone on with it
            return
        with self.workspace.database.transaction():
            run = plan_runs(self.workspace).add(self.progress)
            self.workspace.audit.record(
                "plan.begin", f"plan-run:{run.id}", f"plan {run.name} begun: {plural(len(run.steps), 'action')}"
            )
        self._run = run

    def _first_due(self, now: datetime) -> int | None:
        due = [(step.due_at, number) for number, step in enumerate(self.progress.steps) if step.due_at is not None]
        at, number = min(due, default=(None, 0))
        return number if at is not None and at <= now else None

    def _perform(self, number: int, *, anyway: bool = False) -> list[Outcome]:
        """Carry out an action, and store that it was, in one transaction. ``anyway``: a ring that is held opens now."""
        workspace, action = self.workspace, self.plan.actions[number]
        person = Actor(f"plan {self.plan.name}", workspace.actor.origin, workspace.actor.role)
        with workspace.acting_as(person), workspace.database.transaction():
            self._run = plan_runs(workspace).get(self.progress.id)
            now, step = workspace.now(), self._run.steps[number]
            due = step.due_at
            if due is None or (due > now and not anyway):
                return []  # another process did it
            outcome: Outcome
            try:
                with workspace.database.attempt():
                    after = self._carried_out(number, step, due, anyway=anyway)
                frozen = freeze_notes(workspace.site.get().freezes, now.date(), name_of(action))
                if frozen and step.state is StepState.WAITING:
                    after = replace(after, said="; ".join((after.said, *frozen)))
                outcome = Performed(number=number + 1, action=action, at=now, said=after.said)
            except Refusal as refusal:
                if refusal.code in CANNOT_WRITE:
                    raise
                after = replace(step, state=StepState.REFUSED, said=refusal.message, code=refusal.code)
                outcome = RefusedAction(
                    number=number + 1,
                    action=action,
                    at=now,
                    code=refusal.code,
                    message=refusal.message,
                    hint=refusal.hint,
                )
            is_news = after.state is not StepState.HELD or step.state is not StepState.HELD
            self._store(number, replace(after, at=now))
            if after.state is StepState.HELD and is_news:
                tell_held(workspace, self._run.id, self.plan.name, number + 1, after)
        return [outcome] if is_news else []

    def _carried_out(self, number: int, step: PlanStep, due: datetime, *, anyway: bool) -> PlanStep:
        action = self.plan.actions[number]
        if action.at is not None and action.at < self.progress.started_at:
            raise Refusal(
                "plan-action-past",
                f"its day was {day(action.at)}, before the plan began",
                "Do it by hand, or give it a later day.",
            )
        match action:
            case Renew():
                return renew(self.workspace, action, step, due)
            case RenewInRings():
                return open_ring(self.workspace, action, step, due, anyway=anyway)
            case _:
                return replace(step, state=StepState.DONE, said=carry_out(action, self._around))

    def _store(self, number: int, step: PlanStep) -> None:
        assert self._run is not None
        steps = tuple(step if place == number else known for place, known in enumerate(self._run.steps))
        ended = self.workspace.now() if all(known.state.is_over for known in steps) else None
        self._run = plan_runs(self.workspace).change(self._run, steps=steps, ended_at=ended)


def is_under_way(workspace: Workspace, plan: Plan) -> bool:
    """Whether a run of this plan, as it is now, has begun and not ended."""
    known = latest_run(workspace, plan.name)
    return known is not None and known.ended_at is None and known.digest == plan.digest


def _first(action: AnyAction, started_at: datetime) -> datetime:
    """When an action is due for the first time."""
    due = action.due(started_at)
    return next_working_day(due) if isinstance(action, Renew) and action.working_days else due


def run_plan(
    simulator: Simulator,
    run: PlanRun,
    until: datetime,
    *,
    progress: Callable[[RunProgress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    tell: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """Advance a simulated workspace to ``until``, and carry out the plan on the way.

    ``stop`` is called after each committed window and may end it early; ``tell`` is told each outcome.
    """
    workspace, outcomes, until = run.workspace, [], _whole_second(until)
    while not (stop is not None and stop()):
        for outcome in run.perform():
            outcomes.append(outcome)
            if tell is not None:
                tell(outcome)
        if workspace.now() >= until:
            break
        following = run.next_at
        upto = until if following is None else min(until, _whole_second(following))
        simulator.run(upto, progress=progress, stop=stop)
    return outcomes


def _whole_second(at: datetime) -> datetime:
    """The first whole second from a time on: the simulator's clock has no parts of one."""
    return at if not at.microsecond else at.replace(microsecond=0) + timedelta(seconds=1)
