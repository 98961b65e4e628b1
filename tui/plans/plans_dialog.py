"""The plans that were begun: how far each is, what waits for a person, and going on, pausing or stopping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from ...simulator.plans.handling import mark_done, pause, resume, stop
from ...simulator.plans.progress import PlanProgress, PlanStep, StepState, plan_runs
from ...simulator.plans.words import waits_text
from ...store.printable import printable
from ...store.words import minute, plural
from ..components.key_hints import KeyHints
from ..components.text_styles import Tone
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note
from ..dialogs.question import Question
from ..lists.columns import Column
from ..lists.fixed_table import FixedTable
from ..lists.list_table import ListTable
from ..shell.keys.hints import with_keys
from ..shell.keys.keys import bound, keyed
from .go_on_question import GoOnQuestion
from .plan_file_dialog import PlanFileDialog

_TONES = {
    StepState.DONE: Tone.DIM,
    StepState.STOPPED: Tone.DIM,
    StepState.REFUSED: Tone.EXPIRED,
    StepState.HELD: Tone.EXPIRING,
    StepState.DUE: Tone.PENDING,
    StepState.ASKS: Tone.PENDING,
}


def _over(run: PlanProgress) -> str:
    return f"{sum(step.state.is_over for step in run.steps)} of {len(run.steps)}"


def _state(run: PlanProgress) -> str:
    if run.ended_at is not None:
        return "stopped" if any(step.state is StepState.STOPPED for step in run.steps) else "ended"
    if run.paused_at is not None:
        return "paused"
    if waiting := sum(step.state.is_a_persons for step in run.steps):
        return f"{waiting} {'waits' if waiting == 1 else 'wait'} for you"
    if any(step.state is StepState.HELD for step in run.steps):
        return "a ring is held"
    return "goes on"


_COLUMNS = (
    Column[PlanProgress]("name", "Plan", lambda run: printable(run.name), width=16, grow=1),
    Column[PlanProgress]("state", "State", _state, width=16),
    Column[PlanProgress]("over", "Over", _over, width=8, keep=2),
    Column[PlanProgress](
        "next", "Next", lambda run: "-" if run.next_at is None else minute(run.next_at), width=16, keep=1
    ),
)


class _StepRow(NamedTuple):
    """An action of the run under the cursor, by its number."""

    id: int
    step: PlanStep


def _when(row: _StepRow) -> str:
    at = row.step.at if row.step.due_at is None else row.step.due_at
    return "-" if at is None else minute(at)


def _said(step: PlanStep) -> str:
    """What was said of a step, with the console's keys."""
    said = waits_text(step) or "; ".join(dict.fromkeys(part for part in (step.what, step.said) if part))
    return with_keys(said)


_STEP_COLUMNS = (
    Column[_StepRow]("id", "#", lambda row: str(row.id), width=3, right=True),
    Column[_StepRow]("state", "State", lambda row: row.step.state.value, width=8),
    Column[_StepRow]("when", "When", _when, width=16, keep=1),
    Column[_StepRow]("what", "What it does", lambda row: printable(row.step.what), width=20, grow=1),
)


def _step_tone(row: _StepRow) -> Tone | None:
    return _TONES.get(row.step.state)


_KEYS = (
    "{open} carries on",
    "{new} opens a plan file",
    "{select} marks what you did",
    "{run} pauses, resumes",
    "{delete} stops it",
)


class PlansDialog(FormDialog[None]):
    """The newest run of each plan, those that are under way first; below, the actions of the one under the cursor."""

    heading = "Plans"
    confirm_label = None
    wide = True
    lists = ("plan_runs", "plans")
    AUTO_FOCUS = "#plans"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("new", "file", "Open a plan file"),
        bound("select", "done", "Done"),
        bound("run", "pause", "Pause"),
        bound("delete", "stop", "Stop"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shown: int | None = None  # the run whose actions are shown

    def compose_form(self) -> Iterable[Widget]:
        empty = keyed("No plan was begun. {new} opens a plan file: it is checked and shown first.")
        tone = lambda run: Tone.DIM if run.ended_at is not None else None  # noqa: E731 - as a table takes it
        yield FixedTable(_COLUMNS, row_tone=tone, empty=empty, id="plans")
        yield FixedTable(_STEP_COLUMNS, row_tone=_step_tone, empty="", id="plan-steps")
        yield Note(id="plan-says")
        if self.workspace.is_virtual:
            yield Note("The simulator carries out no plan: let time pass, then Enter.", "quiet")
        yield KeyHints(*_KEYS)

    @property
    def table(self) -> FixedTable[PlanProgress]:
        """The runs."""
        return self.query_one("#plans", FixedTable)

    def on_mount(self) -> None:
        self.reload()

    def reload(self) -> None:
        newest = {run.name: run for run in plan_runs(self.workspace).all()}
        self.table.set_rows(sorted(newest.values(), key=lambda run: (run.ended_at is not None, -run.id)))
        self._show_steps()

    @on(ListTable.Highlighted, "#plans")
    def _show_steps(self) -> None:
        run, table = self.table.record, self.query_one("#plan-steps", FixedTable)
        rows = [] if run is None else [_StepRow(number, step) for number, step in enumerate(run.steps, 1)]
        table.set_rows(rows)
        table.display = bool(rows)
        if self._shown != (shown := None if run is None else run.id):
            self._shown = shown
            waiting = next((row.id for row in rows if not row.step.state.is_over), 1)
            table.cursor = waiting - 1 if rows else 0
        self._show_said()

    @on(ListTable.Highlighted, "#plan-steps")
    def _show_said(self) -> None:
        row = self.query_one("#plan-steps", FixedTable).record
        self.query_one("#plan-says", Note).update("" if row is None else _said(row.step))

    # Actions

    def _chosen(self) -> PlanProgress | None:
        """The run under the cursor; tells why not if it has ended."""
        run = self.table.record
        if run is None:
            self.show_progress(keyed("No plan was begun: {new} opens a plan file."))
        elif run.ended_at is not None:
            self.show_progress("That one has ended.")
        else:
            return run
        return None

    def action_file(self) -> None:
        self.console.ask(PlanFileDialog(), self._told)

    @on(ListTable.Opened, "#plans")
    def _opened(self) -> None:
        self.action_go_on()

    def command_words(self) -> Sequence[object] | None:
        """Those that go on with the plan under the cursor."""
        run = self.table.record
        return None if run is None or run.ended_at is not None else ("plan", "run", run.name)

    def action_go_on(self) -> None:
        if (run := self._chosen()) is None:
            return
        if run.paused_at is not None:
            self.show_progress(keyed("It is paused: {run} resumes it."))
        elif self.workspace.is_virtual and (run.next_at is None or run.next_at > self.workspace.now()):
            self.show_progress("Nothing is due yet: let time pass first.")
        else:
            self.console.ask(GoOnQuestion(run), self._told)

    def action_pause(self) -> None:
        if (run := self._chosen()) is not None:
            change = pause if run.paused_at is None else resume
            self._ask_nothing(lambda: change(self.workspace, run.name), "Paused." if change is pause else "It goes on.")

    def action_stop(self) -> None:
        if (run := self._chosen()) is not None:
            left = sum(not step.state.is_over for step in run.steps)
            question = Question(
                f"Stop plan {printable(run.name)}?",
                "Stop it",
                Note(f"{plural(left, 'action')} of it will not be carried out. What was done stays."),
                job=lambda: stop(self.workspace, run.name),
            )
            self.console.ask(question, lambda _: self._told(f"Plan {printable(run.name)} is stopped."))

    def action_done(self) -> None:
        if (run := self._chosen()) is None:
            return
        waiting = [(number, step) for number, step in enumerate(run.steps, 1) if step.state is StepState.DUE]
        if not waiting:
            self.show_progress("No action of it waits for you to do something.")
            return
        here: _StepRow | None = self.query_one("#plan-steps", FixedTable).record
        number, step = next((one for one in waiting if here is not None and one[0] == here.id), waiting[0])
        question = Question(
            f"Has action {number} been done?",
            "It is done",
            Note(f"{with_keys(step.said)}."),
            job=lambda: mark_done(self.workspace, run.name, number),
            command=("plan", "done", run.name, number),
            grave=False,
        )
        self.console.ask(question, lambda _: self._told(f"Action {number} is done."))

    def _ask_nothing(self, change: Callable[[], object], said: str) -> None:
        self.perform(change, lambda _: self._told(said), saying="Working …")

    def _told(self, said: str) -> None:
        self._shown = None
        self.reload()
        self.show_progress(said)
