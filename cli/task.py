"""``certfleet task``: what must be done elsewhere after a replacement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click

from ..store.components.naming import title_of
from ..store.consequences.landscape import Landscape
from ..store.file_writing import check_target, drafted
from ..store.inventory.sources import ExportFormat
from ..store.model.task import Task
from ..store.outlook.awaiting import still_used, waits_for
from ..store.outlook.dependences import at_stake
from ..store.served.seen_certificates import lagging, lagging_words
from ..store.views.certificate import certificate_title
from ..store.views.task import done_text, stakes_text
from ..store.words import minute
from ..store.workspace import Workspace
from .frame.answer import Answer, Aside, Content, Secret
from .frame.command import command
from .frame.output_file import OutputFile, file_argument, force_option, named_once, output_option, unless_standard
from .frame.parameters import STANDARD, TARGET, id_argument
from .frame.session import Session
from .frame.tables import Listing


@command("list", examples=["certfleet task list --all"], lists="tasks")
@click.option("--all", "everything", is_flag=True, help="Include tasks that are done.")
def list_tasks(session: Session, everything: bool) -> Answer:
    """List the open follow-ups, oldest first. Until one is done, its component keeps using the old certificate."""
    workspace = session.open()
    tasks, landscape = workspace.tasks.list(done=everything), workspace.impact.landscape()
    return Answer(
        {"tasks": tasks},
        Listing(
            map(_row, tasks),
            right=("ID",),
            least={"TASK": 30, "DONE": 10},
            none="there are no tasks" if everything else "there is nothing to do",
            notes=["" if task.done_at is not None else _note(workspace, task, landscape) for task in tasks],
        ),
    )


def _note(workspace: Workspace, task: Task, landscape: Landscape) -> str:
    """What to do, what stops unless it is done, and what the endpoints show of it."""
    component = next((one for one in landscape.components if one.id == task.component_id), None)
    behind = () if component is None else lagging(component, landscape.seen.get(component.id, ()))
    stakes = stakes_text(at_stake(task, landscape.components, workspace.impact.dependences), workspace.now())
    seen = f"Seen: {lagging_words(behind)}." if behind else ""
    return " ".join(part for part in (task.text, stakes, seen) if part)


def _row(task: Task) -> dict[str, str]:
    return {
        "ID": str(task.id),
        "TASK": task.title,
        "OPENED (UTC)": minute(task.opened_at),
        "DONE": done_text(task) or (f"no, with {task.assignee}" if task.assignee else "-"),
    }


@command(examples=["certfleet task done 1"], changes=True)
@id_argument
def done(session: Session, id: int) -> Answer:
    """Mark task ID done: its component uses the new certificate from now on."""
    workspace = session.open()
    task = workspace.tasks.done(id)
    return Answer({"task": task}, [f"done: task {task.id}: {task.title}", _what_follows(workspace, task)])


def _what_follows(workspace: Workspace, task: Task) -> Iterator[str]:
    component = next((one for one in workspace.components.list() if one.id == task.component_id), None)
    if component is None or component.certificate_id is None:
        return
    others = [other.id for other in workspace.tasks.list(done=False) if other.component_id == component.id]
    if others:
        waiting = ", ".join(str(id) for id in others)
        yield f"{title_of(component)} keeps using #{component.served_id} until task {waiting} is done"
    else:
        landscape = workspace.impact.landscape()
        if landscape.served_id(component) == component.certificate_id:
            yield f"{title_of(component)} uses #{component.certificate_id}"
        else:
            used, until = still_used(landscape, component), waits_for(landscape, component)
            yield f"{title_of(component)} goes on with {used} until {until}"


@command(examples=["certfleet task export 3 gateway.pfx --password-output gateway.password"])
@id_argument
@file_argument("PFX_FILE")
@output_option
@click.option(
    "--password-output", type=TARGET, metavar="FILE", required=True, help="Write the new password into this file."
)
@force_option
def export(
    session: Session, id: int, file: Path | None, path: Path | None, password_output: Path, force: bool
) -> Answer:
    """Write what support needs for task ID: the new certificate with its chain and private key as PFX (PKCS #12), and
    its new strong password in a file of its own. Only you can read the two files; send them separately."""
    pfx = named_once(file, path)
    if pfx.resolve() == password_output.resolve():
        raise click.UsageError("The password needs a file of its own.")
    output = OutputFile(session, unless_standard(pfx), force)
    output.check(binary="a PFX file", private=True)
    if password_output != STANDARD:
        check_target(password_output, force=force, workspace=session.path, private=True)
    workspace = session.open()
    task, password = workspace.tasks.for_support(id)
    assert task.certificate_id is not None
    entry = workspace.inventory.get(task.certificate_id)
    data = workspace.inventory.export(entry.id, ExportFormat.PKCS12, password=password)
    with ExitStack() as drafts:
        contents = ((password_output, f"{password}\n".encode()), (pfx, data))
        ready = [
            drafts.enter_context(drafted(target, content, force=force, private=True))
            for target, content in contents
            if target != STANDARD
        ]
        for put in ready:
            put()
    place = {"file": str(pfx)} if output.path else output.fields(data, binary=True)
    document: dict[str, object] = {"task_id": id, "certificate_id": entry.id, **place}
    said = [
        f"exported {certificate_title(entry)} as PFX to {_place(pfx)}, its password to {_place(password_output)}",
        f"send them to support separately, delete both, and mark the task done: `certfleet task done {id}`",
    ]
    if pfx == STANDARD:
        return Answer({**document, "password_file": str(password_output)}, [Content(data), *map(Aside, said)])
    if password_output == STANDARD:
        return Answer({**document, "password_file": None, "password": password}, [Secret(password), *map(Aside, said)])
    return Answer({**document, "password_file": str(password_output)}, said)


def _place(target: Path) -> str:
    return "standard output" if target == STANDARD else str(target)
