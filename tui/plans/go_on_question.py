"""The question before a plan goes on, with what its due actions would take down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from textual.widget import Widget

from ...simulator.plans.handling import begun_run
from ...simulator.plans.plan import AnyAction
from ...simulator.plans.progress import PlanProgress, StepState
from ...simulator.plans.running import Outcome
from ...simulator.plans.words import count_text
from ...store.effects.effects import Effects
from ...store.effects.trials import NotAgreed
from ...store.printable import printable
from ...store.words import plural
from ...store.workspace import Workspace
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from ..dialogs.trial_copy import TrialCopy

_SHOWN = 8


class GoOnQuestion(Question[str]):
    """Returns what was done. The person agrees to the difference that is shown."""

    def __init__(self, run: PlanProgress) -> None:
        words = ("plan", "run", run.name)
        super().__init__(
            f"Go on with plan {printable(run.name)}?", "Go on", doing="Carrying it out …", grave=False, command=words
        )
        self._plan, self.changes = run, True
        self._copy = TrialCopy(lambda: self.workspace)

    def compose_form(self) -> Iterable[Widget]:
        now = self.workspace.now()
        due = [
            step
            for step in self._plan.steps
            if step.state is StepState.ASKS or (step.due_at is not None and step.due_at <= now)
        ]
        yield Note(f"{plural(len(due), 'action')} to carry out now." if due else "Nothing is due now.")
        yield from (Note(printable(step.what), "item") for step in due[:_SHOWN])
        if len(due) > _SHOWN:
            yield Note(f"and {len(due) - _SHOWN:,} more", "item quiet")

    def work(self) -> str:
        outcomes = begun_run(self.workspace, self._plan.name, self._agree).perform()
        return f"{count_text(outcomes)}."

    def _agree(self, number: int, action: AnyAction, effects: Effects) -> bool:
        """What was shown is agreed to; otherwise the dialog shows it, and asks."""
        if effects.code not in self.seen:
            raise NotAgreed(effects)
        return True

    def try_out(self, change: Callable[..., object], stop: threading.Event) -> Effects | None:
        def carry_out(workspace: Workspace) -> list[Outcome]:
            return begun_run(workspace, self._plan.name, lambda *_: True).perform()

        return self._copy.carry_out(carry_out, stop)

    def on_unmount(self) -> None:
        threading.Thread(target=self._copy.close, daemon=True).start()  # it waits for the trial that runs
