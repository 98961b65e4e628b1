"""``certfleet certificate import`` of many files, each judged alone; and an import's result for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ..store.certificates.files import read_input
from ..store.errors import Refusal
from ..store.inventory.sources import CertificateSource, ImportResult, OnConflict
from ..store.model.certificate import Certificate, UseAs
from ..store.printable import printable
from ..store.workspace import Workspace
from .frame.answer import emit, progress, say
from .frame.session import Session
from .phrases import import_sentences
from .sources import certificate_source

Outcome = ImportResult | Refusal


def import_files(session: Session, files: Sequence[Path], use_as: UseAs | None, on_conflict: OnConflict) -> None:
    """Import every file that can be; the others are told with their reason. Exits with 1 where one is refused."""
    outcomes: list[tuple[Path, Outcome]] = []
    with session.open(create=True) as workspace:
        with progress(len(files), "Importing") as advance:
            for file, outcome in _outcomes(workspace, files, use_as, on_conflict):
                outcomes.append((file, outcome))
                advance(len(outcomes))
        if session.json:
            emit(outcomes_as_json(workspace, outcomes))
        else:
            for file, outcome in outcomes:
                _tell(file, outcome, workspace)
    if any(isinstance(outcome, Refusal) for _, outcome in outcomes):
        click.get_current_context().exit(1)


def _outcomes(
    workspace: Workspace, files: Sequence[Path], use_as: UseAs | None, on_conflict: OnConflict
) -> Iterator[tuple[Path, Outcome]]:
    """Each file and what came of it; files that can't be read first."""
    readable: list[Path] = []

    def sources() -> Iterator[CertificateSource]:
        for file in files:
            try:
                source = certificate_source(read_input(file), file, None, None)
            except Refusal as refusal:
                unreadable.append((file, refusal))
            else:
                readable.append(file)
                yield source

    unreadable: list[tuple[Path, Outcome]] = []
    outcomes = workspace.inventory.import_all(sources(), use_as=use_as, on_conflict=on_conflict)
    for number, outcome in enumerate(outcomes):
        yield readable[number], outcome
    yield from unreadable


def _tell(file: Path, outcome: Outcome, workspace: Workspace) -> None:
    if isinstance(outcome, Refusal):
        say(f"error: {outcome.code}: {printable(str(file))}: {outcome.message}", err=True)
        if outcome.hint:
            say(f"hint: {outcome.hint}", err=True)
        return
    for sentence in import_sentences(outcome, workspace.now()):
        say(f"{printable(str(file))}: {sentence}")


def result_as_json(workspace: Workspace, result: ImportResult) -> dict[str, Any]:
    """What an import did, as programs get it."""

    def records(entries: Iterable[Certificate]) -> list[dict[str, Any]]:
        return [workspace.inventory.as_json(entry) for entry in entries]

    return {
        "imported": records(result.imported),
        "linked": records(result.linked),
        "also_in_file": list(result.also_in_file),
        "deleted": records(result.deleted),
        "notes": list(result.notes),
    }


def outcomes_as_json(workspace: Workspace, outcomes: Sequence[tuple[Path, Outcome]]) -> dict[str, Any]:
    """The same for many files: everything together, and ``refused`` with the file and the reason of each."""
    together: dict[str, Any] = {name: [] for name in ("imported", "linked", "also_in_file", "deleted", "notes")}
    refused = []
    for file, outcome in outcomes:
        if isinstance(outcome, Refusal):
            refused.append({"file": str(file), "code": outcome.code, "message": outcome.message, "hint": outcome.hint})
        else:
            for name, values in result_as_json(workspace, outcome).items():
                together[name] += values
    return {**together, "refused": refused}
