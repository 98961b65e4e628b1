"""Carrying out a plan in a workspace: what is due at a time, and when to look again.

The same for a real fleet, a simulated one and a copy of either: ``PlanRun`` does what is due, ``run_plan`` moves a
simulator from one action to the next. What has been done is stored in the transaction that did it, so a run that was
killed goes on where it was.

Where the clock is the wall's, what is done outside certfleet is left to a person, and so is the word for an action that
would stop something.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ...store.effects.effects import Effects
from ...store.effects.trials import NotAgreed
from ...store.errors import CANNOT_WRITE, Refusal
from ...store.model.audit import Actor
from ...store.start_by.freezes import freeze_notes
from ...store.views.effects import harm_of
from ...store.words import day, plural
from ...store.workspace import Workspace
from .action_words import action_text
from .actions import ActionContext, carry_out
from .persons import done_since, is_a_persons, persons_part
from .plan import AnyAction, Plan, Renew, RenewInRings, name_of
from .plan_notices import tell_a_person, tell_held
from .progress import BegunPlan, PlanProgress, PlanStep, StepState, begun_plans, latest_run, plan_runs
from .renewing import next_working_day, open_ring, renew

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


class LeftToPerson(Struct, frozen=True, kw_only=True):
    """An action that waits for a person: to do it (``StepState.DUE``), or to agree to what it stops (``ASKS``)."""

    number: int
    action: AnyAction
    at: datetime
    state: StepState
    said: str


Outcome = Performed | RefusedAction | LeftToPerson

Agree = Callable[[int, AnyAction, Effects], bool]
"""Asks a person whether an action may stop what it would stop; called while nobody waits for the database."""


class PlanRun:
    """A run of a plan in a workspace: the one that was begun and has not ended, otherwise a new one.

    A new one begins at its first ``perform``; ``after`` counts from then, or from ``started_at``. ``folder`` is where
    the plan's files are. ``again``: a new run, even if there is one already. ``agree`` is asked on a real fleet before
    an action that stops something; without it the action waits. Refuses with ``plan-changed`` if a run of an earlier
    version of the plan has not ended.
    """

    def __init__(
        self,
        workspace: Workspace,
        plan: Plan,
        *,
        folder: Path | None = None,
        started_at: datetime | None = None,
        again: bool = False,
        agree: Agree | None = None,
    ) -> None:
        self.workspace = workspace
        self.plan = plan
        self.folder = folder
        self._agree = agree
        self._is_real = not workspace.is_virtual
        self._around = ActionContext(workspace, folder)
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
            steps=tuple(
                PlanStep(next_at=_first(action, started_at), what=action_text(action)) for action in self.plan.actions
            ),
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
        for waiting in self._persons():
            outcomes += self._look_again(waiting)
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
            folder = "" if self.folder is None else str(self.folder)
            begun_plans(self.workspace).put([BegunPlan(id=run.id, plan=self.plan, folder=folder)])
            self.workspace.audit.record(
                "plan.begin", f"plan-run:{run.id}", f"plan {run.name} begun: {plural(len(run.steps), 'action')}"
            )
        self._run = run

    def _first_due(self, now: datetime) -> int | None:
        if self.progress.paused_at is not None:
            return None
        due = [(step.due_at, number) for number, step in enumerate(self.progress.steps) if step.due_at is not None]
        at, number = min(due, default=(None, 0))
        return number if at is not None and at <= now else None

    def _persons(self) -> list[int]:
        """The actions that wait for a person."""
        run = self.progress
        steps = enumerate(run.steps) if run.paused_at is None else ()
        return [number for number, step in steps if step.state.is_a_persons]

    def _look_again(self, number: int) -> list[Outcome]:
        """Go on with an action that waits for a person, if it was done meanwhile, or if somebody can be asked now."""
        if self.progress.steps[number].state is StepState.ASKS:
            return [] if self._agree is None else self._perform(number, asked=True)
        with self.workspace.database.transaction():
            self._run = plan_runs(self.workspace).get(self.progress.id)
            step = self._run.steps[number]
            if step.state is not StepState.DUE:
                return []
            action = self.plan.actions[number]
            said = done_since(action, self.workspace, self._run.started_at)
            if said is None:
                return []
            now = self.workspace.now()
            self._store(number, replace(step, state=StepState.DONE, said=said, at=now))
        return [Performed(number=number + 1, action=action, at=now, said=said)]

    def _perform(self, number: int, *, anyway: bool = False, asked: bool = False) -> list[Outcome]:
        """Carry out an action, and store that it was, in one transaction. ``anyway``: a ring that is held opens now.
        ``asked``: one that waits for a word is asked about again."""
        if not self._is_real:
            return self._carry_out(number, anyway=anyway)
        code: str | None = None

        def judge(effects: Effects) -> None:
            if effects.is_harmful and effects.code != code:
                raise NotAgreed(effects)

        while True:
            try:
                with self.workspace.trials.judged_by(judge):
                    return self._carry_out(number, anyway=anyway, asked=asked)
            except NotAgreed as told:
                self._run = plan_runs(self.workspace).get(self.progress.id)
                if self._agree is None or not self._agree(number + 1, self.plan.actions[number], told.effects):
                    return self._leave(number, StepState.ASKS, harm_of(told.effects))
                code = told.effects.code

    def _leave(self, number: int, state: StepState, said: str) -> list[Outcome]:
        """Leave an action to a person, and give notice of it once."""
        workspace = self.workspace
        with workspace.database.transaction():
            self._run = plan_runs(workspace).get(self.progress.id)
            step, now = self._run.steps[number], workspace.now()
            if step.state.is_over or step.state is state:
                return []
            after = replace(step, state=state, at=now, said=said)
            self._store(number, after)
            tell_a_person(workspace, self._run, number + 1, after)
        return [LeftToPerson(number=number + 1, action=self.plan.actions[number], at=now, state=state, said=said)]

    def _carry_out(self, number: int, *, anyway: bool = False, asked: bool = False) -> list[Outcome]:
        workspace, action = self.workspace, self.plan.actions[number]
        person = Actor(f"plan {self.plan.name}", workspace.actor.origin, workspace.actor.role)
        with workspace.acting_as(person), workspace.database.transaction():
            self._run = plan_runs(workspace).get(self.progress.id)
            now, step = workspace.now(), self._run.steps[number]
            due = step.next_at if asked and step.state is StepState.ASKS else step.due_at
            if due is None or (due > now and not anyway) or self._run.paused_at is not None:
                return []  # another process did it
            outcome: Outcome
            try:
                with workspace.database.attempt():
                    after = self._carried_out(number, step, due, anyway=anyway)
                frozen = freeze_notes(workspace.site.get().freezes, now.date(), name_of(action))
                if frozen and step.state is StepState.WAITING:
                    after = replace(after, said="; ".join((after.said, *frozen)))
                if after.state is StepState.DUE:
                    outcome = LeftToPerson(number=number + 1, action=action, at=now, state=after.state, said=after.said)
                else:
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
                tell_held(workspace, self._run, number + 1, after)
            if after.state is StepState.DUE:
                tell_a_person(workspace, self._run, number + 1, after)
        return [outcome] if is_news else []

    def _carried_out(self, number: int, step: PlanStep, due: datetime, *, anyway: bool) -> PlanStep:
        action = self.plan.actions[number]
        if action.at is not None and action.at < self.progress.started_at:
            raise Refusal(
                "plan-action-past",
                f"its day was {day(action.at)}, before the plan began",
                "Do it by hand, or give it a later day.",
            )
        if self._is_real and is_a_persons(action):
            if (said := done_since(action, self.workspace, self.progress.started_at)) is not None:
                return replace(step, state=StepState.DONE, said=said)
            return replace(step, state=StepState.DUE, said=persons_part(action, self.workspace))
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
