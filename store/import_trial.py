"""Trying the import of a workspace: its contents, and what would be stopped in it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import BinaryIO, cast

from msgspec.structs import replace

from .check.report import CheckReport
from .clock import StoredClock
from .copying import checked_copy
from .effects.effects import Effects, Undo
from .persistence.database import Database
from .persistence.schema import INDEXES
from .persistence.sqlite.engine import SqliteEngine
from .persistence.storage import EngineStorage
from .workspace import Workspace


def try_import(source: BinaryIO, target: Path, *, key_file: Path | None = None) -> tuple[Effects, CheckReport]:
    """The effects of ``Workspace.import_json``, with the report of its check. Nothing stays.

    Refuses as the import does. Tasks and notices are only those that opening it creates, not the ones in the export.
    """
    with (
        checked_copy(source, target, key_file=key_file) as checked,
        closing(Database(SqliteEngine(checked.file, INDEXES), INDEXES)) as copy,
    ):
        clock = (copy.table("workspace").get(doc_id=1) or {})["clock"]
        start = None if clock["kind"] == "wall" else StoredClock(lambda: clock).now()
        with Workspace.open(None, start=start) as workspace, workspace.trials.together(from_nothing=True) as found:
            rows = ((table, row) for table in copy.engine.tables() for row in copy.engine.scan(table))
            cast(EngineStorage, workspace.database.storage).replace(rows)
            workspace.settle()
            effects = found()
        held = [copy.engine.count(table) for table in ("tasks", "notices")]
    undo = Undo(possible=True, how=f"remove the folder {target}")
    return (
        replace(effects, tasks=effects.tasks[held[0] :], notices=effects.notices[held[1] :], undo=undo),
        checked.report,
    )
