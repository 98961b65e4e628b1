"""The use cases of administering accounts. Each is one transaction with its audit line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec.structs import replace

from ..audit import AuditTrail
from ..errors import Refusal
from ..model.account import Account, LoginFailures, PasswordHash, Role
from ..model.audit import Person
from ..persistence.database import Database
from ..words import argument
from .account_tables import AccountTables
from .names import checked_name
from .passwords import check_password, hash_password, turn


def wall_now() -> datetime:
    """The machine's time, UTC: accounts don't follow a virtual clock."""
    return datetime.now(UTC)


class Accounts:
    """The accounts of a workspace. Names are case-insensitive.

    Every method that takes the name of an account refuses with ``account-unknown``.
    """

    def __init__(
        self,
        database: Database,
        *,
        audit: AuditTrail,
        actor: Person,
        now: Callable[[], datetime] = wall_now,
    ) -> None:
        self._database = database
        self._records = AccountTables(database)
        self._audit = audit
        self._actor = actor
        self._now = now

    # Reading

    def list(self) -> tuple[Account, ...]:
        """Every account, by id."""
        return tuple(self._records.accounts.all())

    def get(self, name: str) -> Account:
        """One account."""
        account = self._records.find(name)
        if account is None:
            raise Refusal("account-unknown", f"there is no account {name!r}", "`certfleet admin list` shows them.")
        return account

    def now(self) -> datetime:
        """The time that accounts go by."""
        return self._now()

    # Changing

    def check_new(self, name: str) -> str:
        """The normalised name of a new account; refuses with ``account-name-invalid`` or ``account-exists``."""
        name = checked_name(name)
        if (known := self._records.find(name)) is not None:
            raise Refusal("account-exists", f"there is an account {known.name} already", "Choose another name.")
        return name

    def add(self, name: str, role: Role, password: str) -> Account:
        """Add an account; refuses as ``check_new``, or with ``password-not-accepted``."""
        self._audit.permit("account.add")
        name = self.check_new(name)
        kept = _hashed(password)
        with self._database.transaction():
            self.check_new(name)
            now = self._now()
            account = Account(
                id=0,
                name=name,
                role=role,
                password=kept,
                password_at=now,
                created_at=now,
                created_by=self._actor.user,
            )
            account = self._records.accounts.add(account)
            self._log("add", account, f"account {name} added, {_role(role)}")
        return account

    def remove(self, name: str) -> Account:
        """Remove an account and end its sessions.

        Refuses with ``last-administrator`` while there are other accounts.
        """
        self._audit.permit("account.remove")
        with self._database.transaction():
            account = self.get(name)
            self._keep_an_administrator(account)
            self._records.remove(account.id)
            self._log("remove", account, f"account {account.name} removed")
        return account

    def set_password(self, name: str, password: str) -> Account:
        """Set a password, end the account's sessions, and unlock it.

        Refuses with ``password-not-accepted``.
        """
        self._audit.permit("account.password")
        self.get(name)
        kept = _hashed(password)
        with self._database.transaction():
            account = replace(self.get(name), password=kept, password_at=self._now(), failures=LoginFailures())
            self._records.accounts.put([account])
            self._records.end_sessions_of(account.id)
            self._log("password", account, f"new password for account {account.name}")
        return account

    def set_role(self, name: str, role: Role) -> Account:
        """Change an account's role, also for its open sessions.

        Refuses with ``last-administrator`` while there are other accounts.
        """
        self._audit.permit("account.role")
        with self._database.transaction():
            before = self.get(name)
            if before.role is role:
                return before
            self._keep_an_administrator(before)
            account = replace(before, role=role)
            self._records.accounts.put([account])
            self._log("role", account, f"account {account.name} is {_role(role)} now, not {_role(before.role)}")
        return account

    def set_login(self, name: str, login: str | None) -> Account:
        """Give the person of a Unix login the account's role at the shell; None ends that.

        Refuses with ``login-taken`` if another account is mapped to it.
        """
        self._audit.permit("account.login")
        with self._database.transaction():
            before = self.get(name)
            if before.login == login:
                return before
            other = None if login is None else self._records.accounts.first("login", login)
            if other is not None:
                hint = f"`certfleet admin shell unmap {argument(other.name)}` ends that."
                raise Refusal("login-taken", f"the login {login} is that of account {other.name}", hint)
            account = replace(before, login=login)
            self._records.accounts.put([account])
            said = (
                f"mapped to the Unix login {login}" if login else f"no longer mapped to the Unix login {before.login}"
            )
            self._log("login", account, f"account {account.name} {said}")
        return account

    def unlock(self, name: str) -> Account:
        """Unlock an account and forget its failed logins."""
        self._audit.permit("account.unlock")
        with self._database.transaction():
            account = self.get(name)
            if account.failures == LoginFailures():
                return account
            account = replace(account, failures=LoginFailures())
            self._records.accounts.put([account])
            self._log("unlock", account, f"account {account.name} unlocked")
        return account

    def _keep_an_administrator(self, going: Account) -> None:
        others = [account.role for account in self._records.accounts.all() if account.id != going.id]
        if going.role is Role.ADMINISTRATOR and others and Role.ADMINISTRATOR not in others:
            raise Refusal(
                "last-administrator",
                f"{going.name} is the only administrator",
                "Make another account an administrator first.",
            )

    def _log(self, action: str, account: Account, summary: str) -> None:
        self._audit.record(f"account.{action}", f"account:{account.id}", summary)


def _hashed(password: str) -> PasswordHash:
    """The hash of a new password; slow, so call it outside a transaction."""
    check_password(password)
    with turn():
        return hash_password(password)


def _role(role: Role) -> str:
    return f"{'a' if role is Role.VIEWER else 'an'} {role}"
