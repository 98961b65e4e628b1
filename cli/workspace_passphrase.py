"""``certfleet workspace passphrase``."""

from __future__ import annotations

from pathlib import Path

import click

from .frame.answer import emit, say
from .frame.parameters import FILE
from .frame.passwords import ask, interactive, password_needed, read_password_file
from .frame.session import Session, pass_session


@click.command()
@click.option("--new-passphrase-file", "file", type=FILE, help="Read the new one from this file; - is standard input.")
@click.option("--remove", is_flag=True, help="Go back to a key file in the workspace's folder.")
@pass_session
def passphrase(session: Session, file: Path | None, remove: bool) -> None:
    """Protect private keys and passwords by a passphrase, or by another one. The present one is asked for, or
    read from the file that CERTFLEET_PASSPHRASE_FILE names."""
    if remove and file is not None:
        raise click.UsageError("--remove and --new-passphrase-file exclude each other.")
    with session.open(create=True) as workspace:
        if remove:
            workspace.change_passphrase(None)
        else:
            workspace.vault.unlock()  # the present passphrase first, then the new one
            workspace.change_passphrase(_new(file))
        protection = workspace.vault.protection
    if session.json:
        emit({"protection": protection})
    else:
        say(f"private keys and passwords are protected by a {protection} now")


def _new(file: Path | None) -> str:
    if file is not None:
        return read_password_file(file)
    if not interactive():
        raise password_needed("the new passphrase is needed", "--new-passphrase-file")
    return ask("New passphrase", confirm=True)
