"""The follow-ups: manual work outside certfleet, to be marked done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from ...store.model.task import Task, TaskKind
from ...store.outlook.dependences import at_stake
from ...store.printable import printable
from ...store.views.task import done_text, stakes_text
from ...store.words import minute
from ..components.key_hints import KeyHints
from ..components.text_styles import Tone, style_of
from ..dialogs.form_dialog import FormDialog
from ..dialogs.form_fields import Note
from ..lists.columns import Column
from ..lists.fixed_table import FixedTable
from ..lists.list_table import ListTable
from ..shell.keys.hints import without_commands
from ..shell.keys.keys import bound
from .done_question import done_question
from .support_dialog import SupportDialog

_COLUMNS = (
    Column[Task]("state", "Done", lambda task: "[x]" if task.done_at else "[ ]", width=4),
    Column[Task]("title", "What to do", lambda task: printable(_title(task)), width=30, grow=1),
    Column[Task]("opened", "Since", lambda task: minute(task.opened_at), width=16, keep=1),
    Column[Task]("id", "#", lambda task: str(task.id), width=4, right=True, keep=2),
)

_DONE, _SUPPORT = "{select} marks it done", "{export} writes the PFX and its password for support"


def _title(task: Task) -> str:
    return task.title if task.done_at or not task.assignee else f"{task.title} ({task.assignee})"


def _row_tone(task: Task) -> Tone | None:
    return Tone.DIM if task.done_at else None


class TasksDialog(FormDialog[None]):
    """All tasks with their instructions."""

    heading = "Follow-up tasks"
    confirm_label = None
    wide = True
    lists = ("tasks", "components", "certificates")
    AUTO_FOCUS = "#tasks"
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("select", "done", "Done"),
        bound("export", "support", "PFX and password"),
    ]

    def compose_form(self) -> Iterable[Widget]:
        yield FixedTable(_COLUMNS, row_tone=_row_tone, empty="Nothing to do elsewhere.", id="tasks")
        yield Note(id="task-text")
        yield KeyHints(id="task-keys")

    @property
    def table(self) -> FixedTable[Task]:
        """The tasks, open ones first."""
        return self.query_one("#tasks", FixedTable)

    def command_words(self) -> Sequence[object] | None:
        """Those that mark the task under the cursor as done."""
        task = self.table.record
        return None if task is None or task.done_at is not None else ("task", "done", task.id)

    def on_mount(self) -> None:
        self.reload()

    def reload(self) -> None:
        tasks = self.workspace.tasks.list()
        done = [task for task in reversed(tasks) if task.done_at is not None]
        self.table.set_rows([*(task for task in tasks if task.done_at is None), *done])
        support = [_SUPPORT] if any(task.kind is TaskKind.SUPPORT for task in tasks) else []
        self.query_one(KeyHints).say(*([_DONE] if tasks else []), *support)
        self._show_text()

    @on(ListTable.Highlighted, "#tasks")
    def _show_text(self) -> None:
        task = self.table.record
        if task is None:
            self.query_one("#task-text", Note).update("")
            return
        text = Text(without_commands(task.text))
        if task.done_at is None and (stakes := self._stakes(task)):
            text.append(f"\n{stakes}", style_of(self.app, Tone.EXPIRING))
        if (done := done_text(task)) is not None:
            text.append(f"\nDone {printable(done)}.", style_of(self.app, Tone.DIM))
        self.query_one("#task-text", Note).update(text)

    def _stakes(self, task: Task) -> str:
        workspace = self.workspace
        return stakes_text(at_stake(task, workspace.components.list(), workspace.impact.dependences), workspace.now())

    @on(ListTable.Opened, "#tasks")
    def _opened(self) -> None:
        self.action_done()

    def action_done(self) -> None:
        task = self.table.record
        if task is None or task.done_at is not None:
            self.show_progress("That one is done." if task else "")
        else:
            self.console.ask(done_question(self.workspace, task), self._done)

    def _done(self, task: Task) -> None:
        self.reload()
        self.table.cursor = 0  # the next open one
        self.show_progress(f"Task {task.id} is done.")

    def action_support(self) -> None:
        task = self.table.record
        if task is None or task.kind is not TaskKind.SUPPORT:
            self.show_progress("No PFX file goes with that one." if task else "")
        else:
            self.console.ask(SupportDialog(task), self.show_progress)
