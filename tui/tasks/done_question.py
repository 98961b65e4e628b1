"""Marking a follow-up done."""

from __future__ import annotations

from ...store.components.naming import title_of as title_of_component
from ...store.errors import Refusal
from ...store.model.task import Task, TaskKind
from ...store.printable import printable
from ...store.views.certificate import certificate_title
from ...store.words import plural
from ...store.workspace import Workspace
from ..dialogs.form_fields import Note
from ..dialogs.question import Question


def done_question(workspace: Workspace, task: Task) -> Question[Task]:
    """Returns the finished task."""
    return Question(
        printable(task.title),
        "It is done",
        Note("Has it been done? It can't be opened again."),
        Note(_change(workspace, task), "strong"),
        job=lambda: workspace.tasks.done(task.id),
        grave=False,
    )


def _change(workspace: Workspace, task: Task) -> str:
    if task.kind is TaskKind.PORTAL_UPLOAD:
        return "Nothing changes by that: the answer has to be imported. Then it closes by itself."
    if task.component_id is None:
        return "Nothing else changes by that."
    new, old = (_named(workspace, id) for id in (task.certificate_id, task.old_certificate_id))
    rest = [one for one in workspace.tasks.list(done=False) if one.component_id == task.component_id]
    if len(rest) > 1:
        return f"{old} goes on being used until {plural(len(rest) - 1, 'other task')} of it is done, too."
    try:
        what = title_of_component(workspace.components.get(task.component_id))
    except Refusal:  # it was removed meanwhile
        return "Nothing else changes by that."
    return f"From then on {new} is in use as {printable(what)} in place of {old}; what that one stopped goes on."


def _named(workspace: Workspace, id: int | None) -> str:
    try:
        return certificate_title(workspace.inventory.get(id or 0))
    except Refusal:
        return f"#{id}"
