"""The tables of accounts and their sessions."""

from __future__ import annotations

from ..audit import AuditTrail
from ..model.account import Account, AccountSession
from ..model.documents import from_document, to_document
from ..persistence.database import Database
from ..persistence.engine import Row
from .names import folded


class AccountTables:
    """Reads and writes accounts and sessions; writing needs a transaction."""

    def __init__(self, database: Database) -> None:
        self._accounts = database.table("accounts")
        self._sessions = database.table("account_sessions")

    # Accounts

    def all(self) -> list[Account]:
        """Every account, by id."""
        return sorted((from_document(found, Account) for found in self._accounts), key=lambda account: account.id)

    def find(self, name: str) -> Account | None:
        """The account of a name, ignoring case and width."""
        wanted = folded(name)
        same = [account for account in self.all() if folded(account.name) == wanted]
        return same[0] if same else None

    def get(self, id: int) -> Account | None:
        """The account of an id."""
        document = self._accounts.get(doc_id=id)
        return None if document is None else from_document(document, Account)

    def add(self, account: Account) -> int:
        """Add an account; returns its id."""
        return self._accounts.insert(to_document(account))

    def put(self, account: Account) -> None:
        """Write an existing account, even if it is unchanged."""
        self._accounts.write([Row(account.id, to_document(account))])

    def remove(self, id: int) -> None:
        """Delete an account with its sessions."""
        self.end_sessions_of(id)
        self._accounts.remove(doc_ids=[id])

    # Sessions

    def sessions(self) -> list[AccountSession]:
        """Every session, by id, including ended ones."""
        return sorted((from_document(found, AccountSession) for found in self._sessions), key=lambda found: found.id)

    def session(self, token_sha256: str) -> AccountSession | None:
        """The session of a token."""
        for document in self._sessions.find("token_sha256", token_sha256):
            return from_document(document, AccountSession)
        return None

    def open_session(self, session: AccountSession) -> None:
        """Add a session."""
        self._sessions.insert(to_document(session))

    def put_session(self, session: AccountSession) -> None:
        """Write an existing session."""
        self._sessions.write([Row(session.id, to_document(session))])

    def end_sessions(self, ids: list[int]) -> None:
        """Delete sessions."""
        self._sessions.remove(doc_ids=ids)

    def end_sessions_of(self, account_id: int) -> int:
        """Delete the sessions of an account; returns how many."""
        ids = [document.doc_id for document in self._sessions.find("account_id", account_id)]
        self.end_sessions(ids)
        return len(ids)


def end_all_sessions(database: Database, audit: AuditTrail) -> None:
    """Delete all sessions in a copy: their tokens belong to the original."""
    records = AccountTables(database)
    if sessions := records.sessions():
        with database.transaction():
            records.end_sessions([session.id for session in sessions])
            said = f"{len(sessions):,} session{'' if len(sessions) == 1 else 's'} of the original ended"
            audit.record("account.end-sessions", "workspace:1", said)
