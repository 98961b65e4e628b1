"""Accounts and their sessions."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ..accounts.names import folded
from ..model.account import SESSIONS, SHELL, Account, AccountSession, SessionSettings, ShellSettings
from ..persistence.database import Database
from .report import Problem

_SETTINGS: dict[int, type[msgspec.Struct]] = {SESSIONS: SessionSettings, SHELL: ShellSettings}


def check_accounts(database: Database) -> Iterator[Problem]:
    """Problems in the tables ``accounts`` and ``account_sessions``, and in the session timeout."""
    broken = [*_broken(database, "accounts", Account), *_broken(database, "account_sessions", AccountSession)]
    for row in database.engine.scan("settings"):
        if row.id in _SETTINGS:
            broken += _unfit(row.body, _SETTINGS[row.id], f"settings:{row.id}")
    yield from broken
    if broken:
        return
    names: dict[str, int] = {}
    logins: dict[str, int] = {}
    accounts = {account.id: account for account in database.engine.records("accounts", Account)}
    for account in accounts.values():
        twin = names.setdefault(folded(account.name), account.id)
        if twin != account.id:
            yield Problem("same-name", f"account:{account.id}", f"account {twin} is called {account.name} too")
        other = account.id if account.login is None else logins.setdefault(account.login, account.id)
        if other != account.id:
            yield Problem("same-login", f"account:{account.id}", f"account {other} has the login {account.login} too")
    tokens: set[str] = set()
    for session in database.engine.records("account_sessions", AccountSession):
        record = f"account-session:{session.id}"
        if session.account_id not in accounts:
            yield Problem("reference-broken", record, f"account {session.account_id} is not there")
        if session.token_sha256 in tokens:
            yield Problem("same-token", record, "another session has the same token")
        tokens.add(session.token_sha256)


def _broken(database: Database, table: str, kind: type[msgspec.Struct]) -> Iterator[Problem]:
    for row in database.engine.scan(table):
        yield from _unfit({**(row.body or {}), "id": row.id}, kind, f"{table}:{row.id}")


def _unfit(body: object, kind: type[msgspec.Struct], record: str) -> Iterator[Problem]:
    try:
        msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        yield Problem("document-invalid", record, str(error))
