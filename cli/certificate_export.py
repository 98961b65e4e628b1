"""``certfleet certificate export``."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import click

from ..store.errors import Refusal
from ..store.inventory.sources import ExportFormat
from .frame.answer import emit, say
from .frame.file_writing import check_target, write_file
from .frame.parameters import FILE, Words, id_argument
from .frame.passwords import ask, interactive, password_needed, read_password_file
from .frame.session import Session, pass_session
from .phrases import title

TEXT_FORMATS = (ExportFormat.PEM, ExportFormat.CHAIN)


@click.command()
@id_argument
@click.option(
    "--format",
    "form",
    type=Words(list(ExportFormat)),
    default=ExportFormat.PEM.value,
    show_default=True,
    help="PKCS #12 takes the chain and the private key along.",
)
@click.option("--out", type=FILE, help="Write to this file; else to standard output.")
@click.option("--password-file", type=FILE, help="The password for PKCS #12; - is standard input.")
@click.option("--legacy", is_flag=True, help="PKCS #12 with 3DES and SHA-1, for old readers.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@pass_session
def export(
    session: Session,
    id: int,
    form: ExportFormat,
    out: Path | None,
    password_file: Path | None,
    legacy: bool,
    force: bool,
) -> None:
    """Write an entry as a file."""
    if form is not ExportFormat.PKCS12 and (legacy or password_file is not None):
        raise click.UsageError("--password-file and --legacy go with --format pkcs12.")
    if force and out is None:
        raise click.UsageError("--force goes with --out.")
    if out is not None:
        check_target(out, force=force, workspace=session.path)
    elif form not in TEXT_FORMATS and not session.json and sys.stdout.isatty():
        raise Refusal(
            "binary-to-terminal", f"{form} is not for a terminal", "Add --out FILE, or send it through a pipe."
        )
    with session.open() as workspace:
        entry = workspace.inventory.get(id)
        password = _password(password_file) if form is ExportFormat.PKCS12 else None
        data = workspace.inventory.export(id, form, password=password, legacy=legacy)
    if out is not None:
        write_file(out, data, force=force, private=form is ExportFormat.PKCS12)
    if session.json:
        emit({"id": id, "format": form, "file": out and str(out), **_content(form, None if out else data)})
    elif out is not None:
        say(f"exported {title(entry)} as {form} to {out}")
    else:
        click.echo(data, nl=False)


def _password(file: Path | None) -> str:
    if file is not None:
        return read_password_file(file)
    if not interactive():
        raise password_needed("a PKCS #12 file needs a password", "--password-file")
    return ask("Password for the new file", confirm=True)


def _content(form: ExportFormat, data: bytes | None) -> dict[str, str | None]:
    if data is None:
        return {"encoding": None, "content": None}
    if form in TEXT_FORMATS:
        return {"encoding": "text", "content": data.decode("ascii")}
    return {"encoding": "base64", "content": base64.b64encode(data).decode("ascii")}
