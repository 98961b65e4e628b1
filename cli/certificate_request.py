"""``certfleet certificate request`` and ``requests``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from ..store.inventory.requests import KeySpec
from ..store.model.certificate import UseAs
from ..store.model.request import SigningRequest
from ..store.workspace import Workspace
from .frame.answer import emit, say
from .frame.file_writing import check_target, write_file
from .frame.parameters import FILE, ID, TEXT, Words
from .frame.session import Session, pass_session
from .frame.tables import Column, table

USES = [UseAs.SERVER, UseAs.SAML, UseAs.APNS, UseAs.SSL_LISTENER]
COLUMNS = (
    Column("ID", right=True),
    Column("SUBJECT", least=20),
    Column("KEY"),
    Column("USE AS"),
    Column("CREATED"),
    Column("ANSWERED BY"),
    Column("DESCRIPTION", least=16),
)


@click.command()
@click.option("--subject", type=TEXT, required=True, help="RFC 4514: CN=mdm.example.com,O=Example,C=DE")
@click.option("--san", "sans", type=TEXT, multiple=True, help="A host, DNS:host or IP:address; several times.")
@click.option("--key", type=Words(list(KeySpec)), default=KeySpec.RSA_2048.value, show_default=True)
@click.option("--use-as", type=Words(USES), default=UseAs.SERVER.value, show_default=True)
@click.option("--description", type=TEXT, default="", help="For the certificate that will answer.")
@click.option("--out", type=FILE, help="Write the request to this file; else to standard output.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@pass_session
def request(
    session: Session,
    subject: str,
    sans: tuple[str, ...],
    key: KeySpec,
    use_as: UseAs,
    description: str,
    out: Path | None,
    force: bool,
) -> None:
    """Make a private key, which stays in the vault, and a signing request for it. Import the answer like any
    certificate; it finds its key by itself."""
    if force and out is None:
        raise click.UsageError("--force goes with --out.")
    if out is not None:
        check_target(out, force=force, workspace=session.path)
    with session.open(create=True) as workspace:
        made = workspace.requests.create(subject=subject, sans=sans, key=key, use_as=use_as, description=description)
        pem = workspace.requests.pem(made.id)
    if out is not None:
        write_file(out, pem, force=force)
    if session.json:
        emit({"request": {**_as_json(made), "pem": pem.decode("ascii")}, "file": out and str(out)})
    else:
        if out is None:
            click.echo(pem, nl=False)
        where = f", written to {out}" if out else ""
        say(f"request #{made.id} for {made.subject}{where}", err=out is None)


@click.command()
@click.option("--pem", "pem_id", type=ID, metavar="ID", help="Print this request.")
@click.option("--cancel", "cancel_id", type=ID, metavar="ID", help="Give this request up, and its key.")
@pass_session
def requests(session: Session, pem_id: int | None, cancel_id: int | None) -> None:
    """List the signing requests: those that wait for their answer, and those that were answered."""
    if pem_id is not None and cancel_id is not None:
        raise click.UsageError("--pem and --cancel exclude each other.")
    with session.open() as workspace:
        if cancel_id is not None:
            _cancel(session, workspace, cancel_id)
        elif pem_id is not None:
            _print(session, workspace, pem_id)
        else:
            _list(session, workspace)


def _cancel(session: Session, workspace: Workspace, id: int) -> None:
    cancelled = workspace.requests.cancel(id)
    if session.json:
        emit({"cancelled": [_as_json(cancelled)]})
    else:
        say(f"cancelled request #{id} for {cancelled.subject}; its key is deleted")


def _print(session: Session, workspace: Workspace, id: int) -> None:
    pem = workspace.requests.pem(id).decode("ascii")
    if session.json:
        emit({"request": {**_as_json(workspace.requests.get(id)), "pem": pem}})
    else:
        click.echo(pem, nl=False)


def _list(session: Session, workspace: Workspace) -> None:
    found = workspace.requests.list()
    if session.json:
        emit({"requests": [_as_json(made) for made in found]})
    elif found:
        table(COLUMNS, [_row(made) for made in found])
    else:
        say("there are no signing requests")


def _row(made: SigningRequest) -> list[str]:
    return [
        str(made.id),
        made.subject,
        made.key_algorithm,
        made.use_as.value,
        f"{made.created_at:%Y-%m-%d}",
        f"#{made.completed_by}" if made.completed_by else "waiting",
        made.description,
    ]


def _as_json(made: SigningRequest) -> dict[str, Any]:
    record: dict[str, Any] = msgspec.to_builtins(made)
    return record
