"""``certfleet task export``."""

from __future__ import annotations

from pathlib import Path

import click

from ..store.inventory.sources import ExportFormat
from .frame.answer import emit, say
from .frame.file_writing import check_target, drafted
from .frame.parameters import FILE, id_argument
from .frame.session import Session, pass_session
from .phrases import title


@click.command()
@id_argument
@click.argument("pfx", type=FILE, metavar="PFX_FILE")
@click.option("--password-output", type=FILE, required=True, help="Write the file's new password into this file.")
@click.option("--force", is_flag=True, help="Overwrite the files.")
@pass_session
def export(session: Session, id: int, pfx: Path, password_output: Path, force: bool) -> None:
    """Write what support needs for task ID: the new certificate with its chain and private key as PFX (PKCS #12), under
    a new strong password, which goes into a file of its own. Both are their owner's alone; send them on two different
    ways."""
    for path in (pfx, password_output):
        check_target(path, force=force, workspace=session.path)
    if pfx.resolve() == password_output.resolve():
        raise click.UsageError("The password goes into a file of its own.")
    with session.open() as workspace:
        task, password = workspace.tasks.for_support(id)
        assert task.certificate_id is not None
        entry = workspace.inventory.get(task.certificate_id)
        data = workspace.inventory.export(entry.id, ExportFormat.PKCS12, password=password)
    with (
        drafted(password_output, f"{password}\n".encode(), force=force, private=True) as put_password,
        drafted(pfx, data, force=force, private=True) as put_pfx,
    ):
        put_password()
        put_pfx()
    if session.json:
        names = {"file": str(pfx), "password_file": str(password_output)}
        emit({"task_id": id, "certificate_id": entry.id, **names})
    else:
        say(f"exported {title(entry)} as PFX to {pfx}, its password to {password_output}")
        say("send them to support on two different ways, delete both, and mark the task done")
