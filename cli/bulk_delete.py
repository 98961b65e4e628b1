"""``certfleet bulk delete``."""

from __future__ import annotations

from pathlib import Path

import click

from ..store.certificates.files import read_input
from ..store.certificates.limits import MAX_BULK_CREDENTIALS
from ..store.model.bulk import IdentityType
from .bulk_options import identity_type_option
from .frame.answer import emit, progress, say
from .frame.parameters import FILE
from .frame.session import Session, pass_session
from .frame.tables import Column, table

COLUMNS = (Column("LINE", right=True), Column("IDENTITY", least=16), Column("WHY", least=30, wraps=True))


@click.command()
@click.argument("file", type=FILE, metavar="FILE")
@identity_type_option
@pass_session
def delete(session: Session, file: Path, identity_type: IdentityType) -> None:
    """Delete the certificates of the identities in a text file, one a line. Each is judged alone; the answer names
    those that were refused, and why. What devices have installed changes with their next check-in."""
    data = read_input(file, MAX_BULK_CREDENTIALS)
    with session.open() as workspace, progress(data.count(b"\n") + 1, "Deleting") as advance:
        results = workspace.bulk.delete(data, identity_type=identity_type, progress=lambda done, total: advance(done))
    refused = [(result, result.refusal) for result in results if result.refusal is not None]
    deleted = [result.record for result in results if result.record is not None]
    if session.json:
        emit(
            {
                "deleted": [
                    {"id": record.id, "identity_type": record.identity_type, "identity": record.identity}
                    for record in deleted
                ],
                "refused": [
                    {
                        "line": result.line,
                        "identity": result.identity,
                        "code": refusal.code,
                        "message": refusal.message,
                    }
                    for result, refusal in refused
                ],
                "total": len(results),
            }
        )
        return
    if refused:
        rows = [[str(one.line), one.identity, f"{refusal.code}: {refusal.message}"] for one, refusal in refused]
        table(COLUMNS, rows)
    said = f"{len(deleted):,} deleted" + (f", {len(refused):,} refused" if refused else "")
    say(f"{len(results):,} identit{'y' if len(results) == 1 else 'ies'}: {said}")
