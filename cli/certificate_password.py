"""``certfleet certificate password``."""

from __future__ import annotations

import sys

import click

from ..store.errors import Refusal
from ..store.printable import printable
from .frame.answer import emit
from .frame.parameters import id_argument
from .frame.passwords import interactive
from .frame.session import Session, pass_session
from .phrases import title


@click.command()
@id_argument
@click.option("--yes", is_flag=True, help="Don't ask.")
@pass_session
def password(session: Session, id: int, yes: bool) -> None:
    """Show the password of the keystore that an entry came in. It leaves an audit line."""
    with session.open() as workspace:
        entry = workspace.inventory.get(id)
        if not yes:
            _confirm(f"Show the keystore password of {title(entry)}? It leaves an audit line")
        revealed = workspace.inventory.reveal_password(id)
    if session.json:
        emit({"id": id, "password": revealed})
    else:
        click.echo(printable(revealed) if sys.stdout.isatty() else revealed)


def _confirm(question: str) -> None:
    if not interactive():
        raise Refusal("confirmation-needed", "a password is shown only when that is confirmed", "Add --yes.")
    if not click.confirm(printable(question), err=True):
        raise Refusal("not-confirmed", "nothing was shown")
