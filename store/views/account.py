"""An account: its document, and whether it may log in."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from ..accounts.lockout import locked_until
from ..model.account import Account, ScrapeToken
from ..words import hour
from .documents import document, document_type
from .styles import Style

LOCKED_STYLE = Style.CRITICAL

AccountDocument = document_type(
    "AccountDocument",
    Account,
    "An account without its password hash. ``locked_until`` is None if it may log in.",
    first=("id", "name", "role", "login", "created_at", "created_by", "password_at", "last_login_at"),
    without=("password", "failures"),
    locked_until=datetime | None,
)

ScrapeTokenDocument = document_type(
    "ScrapeTokenDocument", ScrapeToken, "A scrape token without its hash.", without=("token_sha256",)
)


def scrape_token_document(token: ScrapeToken) -> Struct:
    """The document of a scrape token."""
    return document(ScrapeTokenDocument, token)


def account_document(account: Account, now: datetime) -> Struct:
    """The document of an account; ``now`` is the machine's time, not the workspace's."""
    return document(AccountDocument, account, locked_until=locked_until(account.failures, now))


def lock_text(account: Account, now: datetime) -> str:
    """``locked until 09:30``; empty if the account may log in."""
    until = locked_until(account.failures, now)
    return "" if until is None else f"locked until {hour(until)}"
