"""Logging in and out, and the account behind a token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from ..audit import AuditTrail
from ..errors import CANNOT_WRITE, Refusal
from ..model.account import Account, AccountSession, LoginFailures, PasswordHash, Role
from ..model.audit import SYSTEM, Actor
from ..persistence.database import Database
from ..words import second
from .account_tables import AccountTables
from .accounts import wall_now
from .lockout import Strangers, after_failure, locked_until
from .names import folded
from .passwords import hash_password, is_outdated, turn, verify_password
from .session_timeout import SessionTimeout, ends_at, is_over

NOTED_EVERY = timedelta(minutes=1)


class OpenSession(Struct, frozen=True, kw_only=True):
    """An open session. ``ends_at`` is when it ends if unused; ``used_at`` may be up to a minute old."""

    id: int
    account: str
    role: Role
    origin: str | None
    opened_at: datetime
    used_at: datetime
    ends_at: datetime


class _Use(NamedTuple):
    """When a session was last used in this process, and the last stored time."""

    at: datetime
    noted_at: datetime


class Logins:
    """The sessions of a workspace."""

    def __init__(self, database: Database, *, audit: AuditTrail, now: Callable[[], datetime] = wall_now) -> None:
        self._database = database
        self._records = AccountTables(database)
        self._audit = audit
        self._now = now
        self._strangers = Strangers()
        self._uses: dict[int, _Use] = {}
        self.timeout = SessionTimeout(database, audit=audit)

    def share(self, other: Logins) -> None:
        """Let another handle on the same store know the uses of sessions, and the failures, that aren't stored."""
        other._uses, other._strangers, other._now = self._uses, self._strangers, lambda: self._now()

    def login(self, name: str, password: str, *, origin: str | None = None) -> str:
        """Log in; returns the session's token, which is not stored. ``origin`` is the client's address.

        Refuses with ``login-failed``, which doesn't reveal whether the name or the password is wrong, not even by its
        timing; with ``account-locked`` for 15 minutes after 5 consecutive failures; with ``logins-busy``. Takes a tenth
        of a second or more, so don't call it inside a transaction.
        """
        self._refuse_locked(self._account(name), name)
        with turn():
            account = self._account(name)
            self._refuse_locked(account, name)  # others may have failed meanwhile
            right = verify_password(password, None if account is None else account.password)
            stronger = None
            if right and account is not None and is_outdated(account.password):
                stronger = hash_password(password)
        with self._database.transaction():
            now, current = self._now(), None if account is None else self._records.accounts.peek(account.id)
            if account is not None and current is not None:
                self._refuse_locked(current, name)
                if right and current.password == account.password:
                    return self._let_in(current, stronger, origin, now)
            replaced = right and current is not None
            if not replaced:
                self._failed(current, name, origin, now)
        if replaced:  # by another password, or by another login that hashed the same one anew
            return self.login(name, password, origin=origin)
        raise Refusal("login-failed", "the name or the password is wrong")

    def logout(self, token: str | None) -> None:
        """End a session; refuses as ``account_of``."""
        session, account = self._behind(token)
        with self._database.transaction():
            self._records.sessions.remove(session.id)
            by = Actor(account.name, session.origin)
            self._audit.record("account.logout", f"account:{account.id}", f"{account.name} logged out", by=by)
        self._uses.pop(session.id, None)

    def account_of(self, token: str | None) -> Account:
        """The current account of a session; this counts as a use of the session.

        Refuses with ``not-logged-in`` (no token, or an unknown one) or ``session-expired``. Uses are stored at most
        once a minute, and not at all in a read-only workspace.
        """
        session, account = self._behind(token)
        self._note(session, self._now())
        return account

    def sessions(self) -> tuple[OpenSession, ...]:
        """Every open session, by id."""
        now, settings = self._now(), self.timeout.get()
        with self._database.moment():
            accounts = {account.id: account for account in self._records.accounts.all()}
            sessions = [self._current(session) for session in self._records.sessions.all()]
        return tuple(
            OpenSession(
                id=session.id,
                account=accounts[session.account_id].name,
                role=accounts[session.account_id].role,
                origin=session.origin,
                opened_at=session.opened_at,
                used_at=session.used_at,
                ends_at=ends_at(session, settings),
            )
            for session in sessions
            if session.account_id in accounts and not is_over(session, settings, now)
        )

    # Logging in

    def _account(self, name: str) -> Account | None:
        self._database.catch_up()
        return self._records.find(name)

    def _refuse_locked(self, account: Account | None, name: str) -> None:
        failures = self._strangers.of(folded(name)) if account is None else account.failures
        until = locked_until(failures, self._now())
        if until is not None:
            raise Refusal(
                "account-locked",
                f"too many logins have failed; the next is possible at {second(until)} UTC",
                "An administrator can unlock the account (`certfleet admin unlock`).",
            )

    def _let_in(self, account: Account, stronger: PasswordHash | None, origin: str | None, now: datetime) -> str:
        account = replace(account, password=stronger or account.password, last_login_at=now, failures=LoginFailures())
        self._records.accounts.put([account])
        self._sweep(now)
        token = secrets.token_urlsafe(32)
        self._records.sessions.add(
            AccountSession(
                id=0, account_id=account.id, token_sha256=_sha256(token), origin=origin, opened_at=now, used_at=now
            )
        )
        by = Actor(account.name, origin)
        self._audit.record("account.login", f"account:{account.id}", f"{account.name} logged in", by=by)
        return token

    def _failed(self, account: Account | None, name: str, origin: str | None, now: datetime) -> None:
        """Record a failed login. Its audit line never contains the given name, which may be a password."""
        by = Actor(SYSTEM.user, origin)
        if account is None:
            self._strangers.failed(folded(name), now)
            for stand_in in self._records.accounts.all()[:1]:
                self._records.accounts.put([stand_in])  # unchanged, so that it takes as long as for a known name
            if line := self._strangers.line(now):
                self._audit.record("account.login-failed", "workspace:1", line, by=by)
            return
        account = replace(account, failures=after_failure(account.failures, now))
        self._records.accounts.put([account])
        record = f"account:{account.id}"
        self._audit.record("account.login-failed", record, f"login failed as {account.name}", by=by)
        if (until := account.failures.locked_until) is not None:
            said = f"account {account.name} locked until {second(until)} UTC after too many failed logins"
            self._audit.record("account.lock", record, said, by=by)

    def _sweep(self, now: datetime) -> None:
        settings = self.timeout.get()
        sessions = [self._current(session) for session in self._records.sessions.all()]
        over = {session.id for session in sessions if is_over(session, settings, now)}
        self._records.sessions.remove(*over)
        for id in self._uses.keys() - ({one.id for one in sessions} - over):
            self._uses.pop(id, None)

    # Sessions

    def _behind(self, token: str | None) -> tuple[AccountSession, Account]:
        sha256 = _sha256(token or "")
        with self._database.lock:
            self._database.catch_up()
            session = self._records.session(sha256)
            account = None if session is None else self._records.accounts.peek(session.account_id)
            settings = self.timeout.get()
        if session is None or account is None or not hmac.compare_digest(session.token_sha256, sha256):
            raise Refusal("not-logged-in", "nobody is logged in by that token", "Log in.")
        session = self._current(session)
        if is_over(session, settings, self._now()):
            raise Refusal("session-expired", "the session has ended", "Log in again.")
        return session, account

    def _current(self, session: AccountSession) -> AccountSession:
        """A session with its last use in this process, which may not be stored yet."""
        use = self._uses.get(session.id)
        return session if use is None or use.at <= session.used_at else replace(session, used_at=use.at)

    def _note(self, session: AccountSession, now: datetime) -> None:
        use = self._uses.get(session.id, _Use(session.used_at, session.used_at))
        due = now - use.noted_at >= NOTED_EVERY
        self._uses[session.id] = _Use(now, now if due else use.noted_at)
        if not due:
            return
        try:
            with self._database.transaction():
                kept = self._records.session(session.token_sha256)
                if kept is not None and kept.used_at < now:
                    self._records.sessions.change(kept, used_at=now)
        except Refusal as refusal:
            if refusal.code not in CANNOT_WRITE:
                raise


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
