"""What people at the machine's shell may do: the role of the account that is mapped to their Unix login."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from ..audit import AuditTrail
from ..errors import Refusal
from ..model.account import SHELL, Account, Role, ShellSettings
from ..model.audit import Actor
from ..persistence.database import Database
from ..persistence.engine import Row
from .account_tables import AccountTables


class ShellAccess:
    """The roles at the shell of the workspace in ``path``.

    The owner of its folder and root aren't limited, because the files are theirs; somebody who acts as an account
    (``--as``) is, whoever they are.
    """

    def __init__(self, database: Database, path: Path | None) -> None:
        self._database = database
        self._records = AccountTables(database)
        self._table = database.table("settings")
        self._path = path

    def role_of(self, person: Actor) -> Role | None:
        """The role of a person; None for somebody who may do everything.

        Refuses with ``not-permitted`` whoever acts as an account and isn't the owner, and with ``account-unknown``.
        """
        if person.account is not None:
            return self._account(person.account).role
        if person.login is None or self._owns_files():
            return person.role
        mapped = self._records.accounts.first("login", person.login)
        return self.get().others if mapped is None else mapped.role

    def _account(self, name: str) -> Account:
        if not self._owns_files():
            raise Refusal(
                "not-permitted",
                f"only the owner of the workspace's files may act as the account {name}",
                "Your own login says who you are: name no account.",
            )
        account = self._records.find(name)
        if account is None:
            hint = "`certfleet admin list` shows them."
            raise Refusal("account-unknown", f"there is no account {name!r} to act as", hint)
        return account

    def _owns_files(self) -> bool:
        if os.geteuid() == 0 or self._path is None:
            return True
        try:
            return self._path.stat().st_uid == os.geteuid()
        except OSError:
            return False

    def get(self) -> ShellSettings:
        """The settings."""
        document = self._table.get(doc_id=SHELL)
        return ShellSettings() if document is None else msgspec.convert(dict(document), ShellSettings)

    def set(self, audit: AuditTrail, others: Role | None) -> ShellSettings:
        """Set the role of those at the shell to whose login no account is mapped; None lets them do everything."""
        audit.permit("account.shell")
        after = ShellSettings(others=others)
        with self._database.transaction():
            if after != self.get():
                self._table.write([Row(SHELL, msgspec.to_builtins(after))])
                audit.record("account.shell", f"settings:{SHELL}", others_text(after))
        return after


def others_text(settings: ShellSettings) -> str:
    """``who has no account for their login is a viewer at the shell``."""
    who = "whose login no account is mapped to"
    if settings.others is None:
        return f"people {who} may do everything at the shell"
    return f"people {who} are {settings.others}s at the shell"
