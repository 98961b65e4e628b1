"""Trying the import of a workspace: its contents, and what would be stopped in it."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from .check.report import CheckReport
from .clock import StoredClock
from .copying import read_copy
from .effects.effects import Effects, Undo
from .folder import check_holds_nothing_else
from .workspace import Workspace


def try_import(data: bytes, target: Path, *, key_file: Path | None = None) -> tuple[Effects, CheckReport]:
    """The effects of ``Workspace.import_json``, with the report of its check. Nothing is written.

    Refuses as the import does. Tasks and notices are only those that opening it creates, not the ones in the export.
    """
    check_holds_nothing_else(target)
    checked = read_copy(data, target, key_file=key_file)
    clock = checked.content["workspace"]["1"]["clock"]
    start = None if clock["kind"] == "wall" else StoredClock(lambda: clock).now()
    with Workspace.open(None, start=start) as workspace, workspace.trials.together(from_nothing=True) as found:
        workspace.database.storage.write(checked.content)
        workspace.settle()
        effects = found()
    held = [len(checked.content.get(table, ())) for table in ("tasks", "notices")]
    undo = Undo(possible=True, how=f"remove the folder {target}")
    return (
        replace(effects, tasks=effects.tasks[held[0] :], notices=effects.notices[held[1] :], undo=undo),
        checked.report,
    )
