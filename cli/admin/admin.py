"""``certfleet admin``: accounts, roles and sessions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ...store.accounts.logins import OpenSession
from ...store.accounts.session_timeout import timeout_text
from ...store.model.account import Account, Role, SessionSettings, Timeout
from ...store.printable import printable
from ...store.views.account import LOCKED_STYLE, account_document, lock_text
from ...store.words import day, hour, minute
from ...store.workspace import Workspace
from ..frame.answer import Answer
from ..frame.command import command
from ..frame.parameters import TEXT, EnumChoice, NumberOf, password_file_option
from ..frame.passwords import new_password
from ..frame.session import Session
from ..frame.tables import RICH_STYLES, Cell, Listing

name_argument = click.argument("name", type=TEXT)
password_option = password_file_option("the new password")


@command("list", examples=["certfleet admin list"], lists="accounts")
def list_accounts(session: Session) -> Answer:
    """List the accounts with their roles. Passwords are never shown, nor their hashes."""
    accounts = session.open().accounts
    found, now = accounts.list(), accounts.now()
    return Answer(
        {"accounts": [account_document(account, now) for account in found]},
        Listing(
            (_account_row(account, now) for account in found),
            least={"ACCOUNT": 12, "STATE": 8, "ADDED BY": 8},
            none="no account; `certfleet admin add NAME --role administrator` adds one",
        ),
    )


def _account_row(account: Account, now: datetime) -> dict[str, str | Cell]:
    return {
        "ACCOUNT": account.name,
        "ROLE": account.role.value,
        "UNIX LOGIN": account.login or "-",
        "STATE": Cell(lock_text(account, now), RICH_STYLES[LOCKED_STYLE]),
        "LAST LOGIN (UTC)": _time(account.last_login_at),
        "PASSWORD SET": day(account.password_at),
        "ADDED BY": account.created_by,
    }


@command(examples=["certfleet admin add ann --role operator --password-file pw"], changes=True)
@name_argument
@click.option("--role", type=EnumChoice(list(Role)), required=True, help="What the account may do.")
@password_option
def add(session: Session, name: str, role: Role, password_file: Path | None) -> Answer:
    """Add an account. Viewers can look, operators work with certificates and devices, administrators can do
    everything. Prompts for the password, or reads --password-file."""
    workspace = session.open(create=True)
    name = workspace.accounts.check_new(name)
    account = workspace.accounts.add(name, role, _new_password(name, password_file))
    return _changed(workspace, account, f"added {account.name}, {account.role}")


@command(examples=["certfleet admin remove ann"], changes=True)
@name_argument
def remove(session: Session, name: str) -> Answer:
    """Remove an account and end its sessions. The last administrator can be removed only when no other account is
    left."""
    accounts = session.open().accounts
    account = accounts.remove(name)
    return Answer({"removed": [account_document(account, accounts.now())]}, f"removed {account.name}")


@command(examples=["certfleet admin password ann --password-file pw"], changes=True)
@name_argument
@password_option
def password(session: Session, name: str, password_file: Path | None) -> Answer:
    """Set an account's password. Its sessions end, and a locked account is unlocked. Prompts for the password, or reads
    --password-file."""
    workspace = session.open()
    name = workspace.accounts.get(name).name
    account = workspace.accounts.set_password(name, _new_password(name, password_file))
    return _changed(workspace, account, f"new password for {account.name}; its sessions have ended")


@command(examples=["certfleet admin role ann viewer"], changes=True)
@name_argument
@click.argument("role", type=EnumChoice(list(Role)))
def role(session: Session, name: str, role: Role) -> Answer:
    """Give an account another role. It applies to open sessions at once."""
    workspace = session.open()
    account = workspace.accounts.set_role(name, role)
    return _changed(workspace, account, f"{account.name} is {account.role}")


@command(examples=["certfleet admin unlock ann"], changes=True)
@name_argument
def unlock(session: Session, name: str) -> Answer:
    """Unlock an account that failed logins have locked."""
    workspace = session.open()
    account = workspace.accounts.unlock(name)
    return _changed(workspace, account, f"{account.name} may log in")


def _new_password(name: str, file: Path | None) -> str:
    return new_password(f"New password of {printable(name)}", f"the new password of {name} is needed", file)


def _changed(workspace: Workspace, account: Account, said: str) -> Answer:
    return Answer({"account": account_document(account, workspace.accounts.now())}, said)


@command(examples=["certfleet admin sessions"], lists="sessions")
def sessions(session: Session) -> Answer:
    """List who is logged in, from where, and when each session ends unless it is used."""
    found = session.open().logins.sessions()
    return Answer(
        {"sessions": found},
        Listing(
            (_session_row(one) for one in found),
            right=("ID",),
            least={"ACCOUNT": 12, "FROM": 8},
            none="nobody is logged in",
        ),
    )


def _session_row(session: OpenSession) -> dict[str, str | Cell]:
    return {
        "ID": str(session.id),
        "ACCOUNT": session.account,
        "ROLE": session.role.value,
        "FROM": session.origin or "-",
        "SINCE (UTC)": _time(session.opened_at),
        "LAST USED": hour(session.used_at),
        "ENDS": _time(session.ends_at),
    }


def _time(at: datetime | None) -> str:
    return "-" if at is None else minute(at)


@command("show", examples=["certfleet admin timeout show"])
def show_timeout(session: Session) -> Answer:
    """Show when sessions end."""
    return _timeout(session.open().logins.timeout.get())


@command("set", examples=["certfleet admin timeout set --kind inactivity --minutes 30"], changes=True)
@click.option("--kind", type=EnumChoice(list(Timeout)), help="Counted from the last use, or from the login.")
@click.option("--minutes", type=NumberOf("min", 1, 43_200), metavar="N", help="1 minute to 30 days.")
def set_timeout(session: Session, kind: Timeout | None, minutes: int | None) -> Answer:
    """Change when sessions end, open ones included. What is not given stays as it is."""
    if kind is None and minutes is None:
        raise click.UsageError("Give --kind or --minutes.")
    return _timeout(session.open().logins.timeout.set(kind=kind, minutes=minutes))


def _timeout(settings: SessionSettings) -> Answer:
    return Answer({"timeout": settings}, timeout_text(settings))
