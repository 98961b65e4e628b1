"""Accounts, sessions and scrape tokens: for administrators."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ...store.accounts.logins import OpenSession
from ...store.model.account import Account, Role, SessionSettings, Timeout
from ...store.views.account import AccountDocument, ScrapeTokenDocument, account_document, scrape_token_document
from ...store.workspace import Workspace
from ..product.request_fields import IN_MINUTES, words_of
from ..server.answers import DoneAnswer, HttpAnswer, answer
from ..server.calls import Body, Calls
from ..server.reading import read_by
from ..server.session import changes, reads
from ..server.surfaces import OWN

calls = Calls(OWN, tag="accounts")

_Name = Annotated[str, Meta(min_length=1, max_length=200)]
_Password = Annotated[str, Meta(max_length=2000, extra_json_schema={"format": "password"})]
AnyRole = Annotated[Role, read_by(words_of(Role))]


class AccountList(DoneAnswer, frozen=True, kw_only=True):
    """Every account, by id."""

    accounts: list[AccountDocument]


class OneAccount(DoneAnswer, frozen=True, kw_only=True):
    """An account."""

    account: AccountDocument


class SessionList(DoneAnswer, frozen=True, kw_only=True):
    """Every open session, by id."""

    sessions: list[OpenSession]


class TimeoutAnswer(DoneAnswer, frozen=True, kw_only=True):
    """When sessions end."""

    session_timeout: SessionSettings


class ScrapeTokenList(DoneAnswer, frozen=True, kw_only=True):
    """The scrape tokens, by id."""

    scrape_tokens: list[ScrapeTokenDocument]


class OneScrapeToken(DoneAnswer, frozen=True, kw_only=True):
    """A scrape token; ``token`` is its text, where it has just been made."""

    scrape_token: ScrapeTokenDocument
    token: str | None = None


class Secretive(Body, kw_only=True):
    """A body with a password, which no message shows."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class NewAccount(Secretive, kw_only=True):
    """An account to be added."""

    name: _Name
    role: AnyRole
    password: _Password

    __repr__ = Secretive.__repr__


class NewPassword(Secretive, kw_only=True):
    """A password."""

    password: _Password

    __repr__ = Secretive.__repr__


class NewRole(Body, kw_only=True):
    """A role."""

    role: AnyRole


class TimeoutChange(Body, kw_only=True):
    """What to change; missing fields keep their value. The minutes are counted from the last use, or from the login."""

    kind: Annotated[Timeout, read_by(words_of(Timeout))] | None = None
    minutes: Annotated[int, Meta(ge=1, le=43_200), IN_MINUTES] | None = None


class NewScrapeToken(Body, kw_only=True):
    """The name of a scrape token to be made."""

    name: _Name


@calls.get("/accounts", reads(AccountList, 403, action="account.list"))
def list_accounts(workspace: Workspace) -> HttpAnswer:
    """List the accounts with their roles."""
    now = workspace.accounts.now()
    return answer(AccountList, accounts=[account_document(one, now) for one in workspace.accounts.list()])


@calls.get("/accounts/{name}", reads(OneAccount, 403, 404, action="account.list"))
def get_account(workspace: Workspace, name: str) -> HttpAnswer:
    """Get an account."""
    return _account(workspace, workspace.accounts.get(name))


@calls.post("/accounts", changes(OneAccount, "account.add", 409))
def add_account(workspace: Workspace, account: NewAccount) -> HttpAnswer:
    """Add an account. Viewers can look, operators work with certificates and devices, administrators can do
    everything."""
    return _account(workspace, workspace.accounts.add(account.name, account.role, account.password))


@calls.post("/accounts/{name}/role", changes(OneAccount, "account.role", 404, 409))
def change_role(workspace: Workspace, name: str, wanted: NewRole) -> HttpAnswer:
    """Give an account another role. It applies to open sessions at once."""
    return _account(workspace, workspace.accounts.set_role(name, wanted.role))


@calls.post("/accounts/{name}/password", changes(OneAccount, "account.password", 404))
def set_password(workspace: Workspace, name: str, wanted: NewPassword) -> HttpAnswer:
    """Set an account's password. Its sessions end, and a locked account is unlocked."""
    return _account(workspace, workspace.accounts.set_password(name, wanted.password))


@calls.post("/accounts/{name}/unlock", changes(OneAccount, "account.unlock", 404))
def unlock_account(workspace: Workspace, name: str) -> HttpAnswer:
    """Unlock an account that failed logins have locked."""
    return _account(workspace, workspace.accounts.unlock(name))


@calls.delete("/accounts/{name}", changes(OneAccount, "account.remove", 404, 409))
def remove_account(workspace: Workspace, name: str) -> HttpAnswer:
    """Remove an account and end its sessions. The last administrator can be removed only when no other account is
    left."""
    return _account(workspace, workspace.accounts.remove(name))


@calls.get("/sessions", reads(SessionList, 403, action="account.list"))
def list_sessions(workspace: Workspace) -> HttpAnswer:
    """List who is logged in, from where, and when each session ends unless it is used."""
    return answer(SessionList, sessions=list(workspace.logins.sessions()))


@calls.get("/sessions/timeout", reads(TimeoutAnswer))
def get_session_timeout(workspace: Workspace) -> HttpAnswer:
    """Get when sessions end."""
    return answer(TimeoutAnswer, session_timeout=workspace.logins.timeout.get())


@calls.put("/sessions/timeout", changes(TimeoutAnswer, "account.timeout"))
def change_session_timeout(workspace: Workspace, change: TimeoutChange) -> HttpAnswer:
    """Change when sessions end, open ones included."""
    return answer(TimeoutAnswer, session_timeout=workspace.logins.timeout.set(kind=change.kind, minutes=change.minutes))


@calls.get("/scrape-tokens", reads(ScrapeTokenList, 403, action="account.list"))
def list_scrape_tokens(workspace: Workspace) -> HttpAnswer:
    """List the scrape tokens by name; the tokens themselves are shown only when they are made."""
    return answer(ScrapeTokenList, scrape_tokens=[scrape_token_document(one) for one in workspace.scrape_tokens.list()])


@calls.post("/scrape-tokens", changes(OneScrapeToken, "account.add-scrape-token", 409))
def add_scrape_token(workspace: Workspace, wanted: NewScrapeToken) -> HttpAnswer:
    """Make a scrape token, which reads `GET /metrics` and nothing else. It can't be shown again."""
    made, token = workspace.scrape_tokens.add(wanted.name)
    return answer(OneScrapeToken, scrape_token=scrape_token_document(made), token=token)


@calls.delete("/scrape-tokens/{name}", changes(OneScrapeToken, "account.revoke-scrape-token", 404))
def revoke_scrape_token(workspace: Workspace, name: str) -> HttpAnswer:
    """Revoke a scrape token: it reads nothing from now on."""
    return answer(OneScrapeToken, scrape_token=scrape_token_document(workspace.scrape_tokens.revoke(name)))


def _account(workspace: Workspace, account: Account) -> HttpAnswer:
    return answer(OneAccount, account=account_document(account, workspace.accounts.now()))
