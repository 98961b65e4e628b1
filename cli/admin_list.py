"""``certfleet admin list`` and ``sessions``."""

from __future__ import annotations

from datetime import datetime

import click

from ..store.accounts.accounts import ListedAccount
from ..store.accounts.logins import OpenSession
from .frame.answer import emit, say
from .frame.session import Session, pass_session
from .frame.tables import Cell, Column, table

ACCOUNTS = (
    Column("ACCOUNT", least=12),
    Column("ROLE"),
    Column("STATE", least=8),
    Column("LAST LOGIN (UTC)"),
    Column("PASSWORD SET"),
    Column("ADDED BY", least=8),
)
SESSIONS = (
    Column("ID", right=True),
    Column("ACCOUNT", least=12),
    Column("ROLE"),
    Column("FROM", least=8),
    Column("SINCE (UTC)"),
    Column("LAST USED"),
    Column("ENDS"),
)


@click.command("list")
@pass_session
def list_accounts(session: Session) -> None:
    """List the accounts with their roles. Neither passwords nor what is kept of them are shown anywhere."""
    with session.open() as workspace:
        accounts = [workspace.accounts.listed(account) for account in workspace.accounts.list()]
    if session.json:
        emit({"accounts": accounts})
    elif accounts:
        table(ACCOUNTS, [_account(account) for account in accounts])
    else:
        say("no account; `certfleet admin add NAME --role administrator` adds one")


@click.command()
@pass_session
def sessions(session: Session) -> None:
    """List who is logged in, from where, and when each session ends unless it is used."""
    with session.open() as workspace:
        open_sessions = workspace.logins.sessions()
    if session.json:
        emit({"sessions": open_sessions})
    elif open_sessions:
        table(SESSIONS, [_session(one) for one in open_sessions])
    else:
        say("nobody is logged in")


def _account(account: ListedAccount) -> list[str | Cell]:
    locked = account.locked_until
    return [
        account.name,
        account.role.value,
        Cell("") if locked is None else Cell(f"locked until {locked:%H:%M}", "bold red"),
        _time(account.last_login_at),
        f"{account.password_at:%Y-%m-%d}",
        account.created_by,
    ]


def _session(session: OpenSession) -> list[str | Cell]:
    return [
        str(session.id),
        session.account,
        session.role.value,
        session.origin or "-",
        _time(session.opened_at),
        f"{session.used_at:%H:%M}",
        _time(session.ends_at),
    ]


def _time(at: datetime | None) -> str:
    return "-" if at is None else f"{at:%Y-%m-%d %H:%M}"
