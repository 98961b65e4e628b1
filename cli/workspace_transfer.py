"""``certfleet workspace export`` and ``import``."""

from __future__ import annotations

from pathlib import Path

import click

from ..store.certificates.files import read_input
from ..store.workspace import Workspace
from .frame.answer import emit, say
from .frame.file_writing import check_target
from .frame.parameters import FILE
from .frame.session import Session, pass_session

MAX_EXPORT = 4 * 1024**3


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Overwrite the file.")
@pass_session
def export(session: Session, file: Path, force: bool) -> None:
    """Write the whole workspace to FILE, as JSON that TinyDB opens. Secrets stay encrypted in it; the key
    file is not in it, so keep that as well."""
    check_target(file, force=force, workspace=session.path)
    with session.open() as workspace:
        workspace.export_json(file)
        counts = workspace.counts()
        key_file = workspace.vault.key_file if workspace.vault.protection == "key file" else None
    if session.json:
        emit({"file": str(file), "counts": counts, "key_file": key_file and str(key_file)})
        return
    say(f"exported {counts['certificates']} certificates and all that belongs to them to {file}")
    if key_file is not None:
        say(f"note: private keys and passwords in it need the key file {key_file}; keep a copy apart from it")


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--key-file", type=FILE, help="The key file of the workspace that was exported.")
@pass_session
def import_export(session: Session, file: Path, key_file: Path | None) -> None:
    """Make the workspace out of an export. It must not be there yet; --workspace says where it comes to be."""
    report = Workspace.import_json(read_input(file, MAX_EXPORT), session.path, key_file=key_file)
    if session.json:
        emit({"workspace": str(session.path), "counts": report.counts})
    else:
        say(f"imported {report.counts['certificates']} certificates into the workspace {session.path}")
