"""Marking a follow-up done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Static

from ...store.errors import Refusal
from ...store.impact.components import title_of as title_of_component
from ...store.model.task import Task, TaskKind
from ...store.printable import printable
from ...store.words import plural
from ..components.question import Question
from ..components.wording import title_of


class TaskDoneDialog(Question[Task]):
    """Gives the task, which is done then."""

    confirm_label = "It is done"
    grave: ClassVar[bool] = False

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._follow_up = task
        self.heading = printable(task.title)

    def compose_form(self) -> Iterable[Widget]:
        yield Static("Has it been done? It can't be opened again.", markup=False)
        yield Static(self._change(), classes="strong", markup=False)

    def _change(self) -> str:
        task = self._follow_up
        if task.kind is TaskKind.PORTAL_UPLOAD:
            return "Nothing changes by that: the answer has to be imported. Then it closes by itself."
        if task.component_id is None:
            return "Nothing else changes by that."
        rest = [one for one in self.workspace.tasks.list(done=False) if one.component_id == task.component_id]
        if len(rest) > 1:
            old = self._named(task.old_certificate_id)
            return f"{old} goes on being used until {plural(len(rest) - 1, 'other task')} of it is done, too."
        try:
            what = title_of_component(self.workspace.components.get(task.component_id))
        except Refusal:  # it was removed meanwhile
            return "Nothing else changes by that."
        new, old = self._named(task.certificate_id), self._named(task.old_certificate_id)
        return f"From then on {new} is in use as {printable(what)} in place of {old}; what that one stopped goes on."

    def _named(self, id: int | None) -> str:
        row = self.console.register.rows.get(id or 0)
        return f"#{id}" if row is None else title_of(row.certificate)

    def confirm(self) -> None:
        self.perform(lambda: self.workspace.tasks.done(self._follow_up.id), self.dismiss)
