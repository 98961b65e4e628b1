"""The tables of accounts and their sessions."""

from __future__ import annotations

from ..audit import AuditTrail
from ..model.account import Account, AccountSession
from ..persistence.database import Database
from ..persistence.records import RecordTable
from ..words import plural
from .names import folded


class AccountTables:
    """Reads and writes accounts and sessions; writing needs a transaction."""

    def __init__(self, database: Database) -> None:
        self.accounts = RecordTable(database.table("accounts"), Account)
        self.sessions = RecordTable(database.table("account_sessions"), AccountSession)

    def find(self, name: str) -> Account | None:
        """The account of a name, ignoring case and width."""
        wanted = folded(name)
        return next((account for account in self.accounts.all() if folded(account.name) == wanted), None)

    def remove(self, id: int) -> None:
        """Delete an account with its sessions."""
        self.end_sessions_of(id)
        self.accounts.remove(id)

    def session(self, token_sha256: str) -> AccountSession | None:
        """The session of a token."""
        return self.sessions.first("token_sha256", token_sha256)

    def end_sessions_of(self, account_id: int) -> int:
        """Delete the sessions of an account; returns how many."""
        ids = [session.id for session in self.sessions.find("account_id", account_id)]
        self.sessions.remove(*ids)
        return len(ids)


def end_all_sessions(database: Database, audit: AuditTrail) -> None:
    """Delete all sessions in a copy: their tokens belong to the original."""
    records = AccountTables(database)
    if sessions := records.sessions.all():
        with database.transaction():
            records.sessions.remove(*(session.id for session in sessions))
            said = f"{plural(len(sessions), 'session')} of the original ended"
            audit.record("account.end-sessions", "workspace:1", said)
