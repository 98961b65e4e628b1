"""``certfleet bulk import``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..simulator.engine.workers import MOST_WORKERS, executor_for
from ..store.bulk.archive import open_archive
from ..store.bulk.results import BulkResult, FileResult, Outcome, counted
from ..store.model.bulk import IdentityType
from ..store.workspace import Workspace
from .bulk_options import identity_type_option
from .frame.answer import emit, progress, say
from .frame.interruption import stopping
from .frame.parameters import FILE, TEXT
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table

COLUMNS = (
    Column("FILE", least=16),
    Column("RESULT"),
    Column("WHY", least=30, wraps=True),
)
STYLES = {Outcome.REPLACED: "yellow", Outcome.REFUSED: "red"}


@click.command("import")
@click.argument("archive", type=FILE, metavar="ZIP")
@identity_type_option
@click.option("--credentials", type=TEXT, metavar="NAME", help="The credential file in it; else its only text file.")
@click.option(
    "--workers", type=click.IntRange(1, MOST_WORKERS), default=1, show_default=True, help="Processes that read files."
)
@click.pass_context
@pass_session
def import_archive(
    session: Session,
    context: click.Context,
    archive: Path,
    identity_type: IdentityType,
    credentials: str | None,
    workers: int,
) -> None:
    """Import a .zip of PKCS #12 files named after devices (IDENTITY.p12), with a text file of their passwords: a line
    IDENTITY.p12=PASSWORD for each. Every file is judged alone; the answer names those that were refused, and why.
    Interrupted, the same command goes on; what is there already stays as it is."""
    with (
        open_archive(archive, credentials=credentials) as opened,
        session.open(create=True) as workspace,
    ):
        with (
            executor_for(workers) as executor,
            progress(len(opened.files), "Importing") as advance,
            stopping(attached=False) as stop,
        ):
            results = workspace.bulk.import_files(
                opened,
                identity_type,
                executor=executor,
                progress=lambda done, total: advance(done),
                stop=stop.is_asked,
            )
            result = BulkResult(results=tuple(results), total=len(opened.files), notes=opened.notes)
        if session.json:
            emit(_as_json(workspace, result))
        else:
            _tell(result)
    if stop.signal:
        context.exit(128 + stop.signal)


def _tell(result: BulkResult) -> None:
    rows = [_row(one) for one in result.results if one.outcome in STYLES or one.notes]
    if rows:
        table(COLUMNS, rows)
    for note in result.notes:
        say(f"note: {note}")
    files = f"{result.total:,} file{'' if result.total == 1 else 's'}"
    say(f"{files}: {counted(one.outcome for one in result.results)}")
    if result.stopped:
        say(f"stopped after {len(result.results):,}; the same command goes on from there")


def _row(one: FileResult) -> list[str | Cell]:
    if one.refusal is not None:
        why = f"{one.refusal.code}: {one.refusal.message}"
    elif one.replaced is not None:
        why = " ".join((f"Before: {one.replaced.subject}, until {one.replaced.not_after:%Y-%m-%d}.", *one.notes))
    else:
        why = " ".join(one.notes)
    return [one.file, Cell(one.outcome.value, STYLES.get(one.outcome, "")), why]


def _as_json(workspace: Workspace, result: BulkResult) -> dict[str, Any]:
    together = {
        name: [_taken_as_json(workspace, one) for one in result.with_outcome(outcome)]
        for name, outcome in (
            ("imported", Outcome.IMPORTED),
            ("replaced", Outcome.REPLACED),
            ("already_there", Outcome.ALREADY_THERE),
        )
    }
    refused = [
        {"file": one.file, "identity": one.identity, "code": one.refusal.code, "message": one.refusal.message}
        for one in result.results
        if one.refusal is not None
    ]
    return {
        **together,
        "refused": refused,
        "total": result.total,
        "stopped": result.stopped,
        "notes": list(result.notes),
    }


def _taken_as_json(workspace: Workspace, one: FileResult) -> dict[str, Any]:
    assert one.record is not None
    return {"file": one.file, **workspace.bulk.as_json(one.record), "notes": list(one.notes)}
