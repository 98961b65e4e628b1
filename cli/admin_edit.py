"""``certfleet admin add``, ``remove``, ``password``, ``role`` and ``unlock``."""

from __future__ import annotations

from pathlib import Path

import click

from ..store.model.account import Role
from ..store.printable import printable
from .frame.answer import emit, say
from .frame.parameters import FILE, TEXT, Words
from .frame.passwords import ask, interactive, password_needed, read_password_file
from .frame.session import Session, pass_session

name_argument = click.argument("name", type=TEXT)
password_option = click.option(
    "--password-file", type=FILE, help="Read the password from this file; - is standard input. Else it is asked for."
)


@click.command()
@name_argument
@click.option("--role", type=Words(list(Role)), required=True, help="What the account may do.")
@password_option
@pass_session
def add(session: Session, name: str, role: Role, password_file: Path | None) -> None:
    """Add an account. A viewer looks, an operator works with certificates and devices, an administrator does
    everything."""
    with session.open(create=True) as workspace:
        name = workspace.accounts.check_new(name)
        account = workspace.accounts.add(name, role, _new_password(name, password_file))
        if session.json:
            emit({"account": workspace.accounts.as_json(account)})
        else:
            say(f"added {account.name}, {account.role}")


@click.command()
@name_argument
@pass_session
def remove(session: Session, name: str) -> None:
    """Remove an account and end its sessions. The last administrator goes last."""
    with session.open() as workspace:
        account = workspace.accounts.remove(name)
        if session.json:
            emit({"removed": [workspace.accounts.as_json(account)]})
        else:
            say(f"removed {account.name}")


@click.command()
@name_argument
@password_option
@pass_session
def password(session: Session, name: str, password_file: Path | None) -> None:
    """Set an account's password. Its sessions end, and where it was locked it may log in again."""
    with session.open() as workspace:
        name = workspace.accounts.get(name).name
        account = workspace.accounts.set_password(name, _new_password(name, password_file))
        if session.json:
            emit({"account": workspace.accounts.as_json(account)})
        else:
            say(f"new password for {account.name}; its sessions have ended")


@click.command()
@name_argument
@click.argument("role", type=Words(list(Role)))
@pass_session
def role(session: Session, name: str, role: Role) -> None:
    """Give an account another role, which its open sessions have at once."""
    with session.open() as workspace:
        account = workspace.accounts.set_role(name, role)
        if session.json:
            emit({"account": workspace.accounts.as_json(account)})
        else:
            say(f"{account.name} is {account.role}")


@click.command()
@name_argument
@pass_session
def unlock(session: Session, name: str) -> None:
    """Let an account in again that failed logins have locked."""
    with session.open() as workspace:
        account = workspace.accounts.unlock(name)
        if session.json:
            emit({"account": workspace.accounts.as_json(account)})
        else:
            say(f"{account.name} may log in")


def _new_password(name: str, file: Path | None) -> str:
    if file is not None:
        return read_password_file(file)
    if not interactive():
        raise password_needed(f"the new password of {name} is needed", "--password-file")
    return ask(f"New password of {printable(name)}", confirm=True)
