"""``certfleet task list`` and ``done``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click
import msgspec

from ..store.impact.components import title_of
from ..store.model.task import Task
from ..store.workspace import Workspace
from .frame.answer import emit, say
from .frame.parameters import id_argument
from .frame.session import Session, pass_session
from .frame.tables import Across, Cell, Column, table

COLUMNS = (Column("ID", right=True), Column("TASK", least=30), Column("OPENED (UTC)"), Column("DONE", least=10))


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="And those that are done.")
@pass_session
def list_tasks(session: Session, everything: bool) -> None:
    """List the follow-ups that wait to be done, oldest first. Until one is done, what it is about goes on with the old
    certificate."""
    with session.open() as workspace:
        tasks = workspace.tasks.list(done=everything)
    if session.json:
        emit({"tasks": [task_as_json(task) for task in tasks]})
    elif tasks:
        table(COLUMNS, [line for task in tasks for line in _lines(task)])
    else:
        say("there are no tasks" if everything else "nothing waits to be done")


@click.command()
@id_argument
@pass_session
def done(session: Session, id: int) -> None:
    """Mark task ID done: what it is about uses the new certificate from now on."""
    with session.open() as workspace:
        task = workspace.tasks.done(id)
        if session.json:
            emit({"task": task_as_json(task)})
            return
        say(f"done: task {task.id}: {task.title}")
        for sentence in _what_follows(workspace, task):
            say(sentence)


def task_as_json(task: Task) -> dict[str, Any]:
    """A task as programs get it."""
    record: dict[str, Any] = msgspec.to_builtins(task)
    return record


def _lines(task: Task) -> Iterator[Sequence[str | Cell] | Across]:
    finished = "-" if task.done_at is None else f"{task.done_at:%Y-%m-%d} by {task.done_by}"
    yield [str(task.id), task.title, f"{task.opened_at:%Y-%m-%d %H:%M}", finished]
    if task.done_at is None:
        yield Across(task.text, indent=2)


def _what_follows(workspace: Workspace, task: Task) -> Iterator[str]:
    component = next((one for one in workspace.components.list() if one.id == task.component_id), None)
    if component is None or component.certificate_id is None:
        return
    others = [other.id for other in workspace.tasks.list(done=False) if other.component_id == component.id]
    if others:
        waiting = ", ".join(str(id) for id in others)
        yield f"{title_of(component)} goes on with #{component.served_id} until task {waiting} is done"
    else:
        yield f"{title_of(component)} uses #{component.served_id}"
