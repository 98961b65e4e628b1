"""The common base of a workspace's use cases."""

from __future__ import annotations

from msgspec import Struct

from .audit import AuditTrail
from .clock import Clock
from .model.audit import Person
from .model.events import Tell
from .persistence.database import Database
from .vault.vault import Vault


class Context(Struct, frozen=True):
    """The tables, the secrets, the audit trail, the time, the acting person, and the way to raise events.

    ``on_paper``: certificates are issued on paper, without a key and a signature, as in a forecast's copy."""

    database: Database
    vault: Vault
    audit: AuditTrail
    clock: Clock
    actor: Person
    tell: Tell
    on_paper: bool = False


class UseCases:
    """Use cases of a workspace. Each changes it in one transaction, or not at all."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._database = context.database
        self._vault = context.vault
        self._audit = context.audit
        self._clock = context.clock
        self._actor = context.actor
        self._tell = context.tell
