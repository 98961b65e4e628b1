"""What all use cases of a workspace work with."""

from __future__ import annotations

from msgspec import Struct

from .audit import AuditTrail
from .clock import Clock
from .model.audit import Person
from .model.events import Tell
from .persistence.database import Database
from .vault import Vault


class Context(Struct, frozen=True):
    """The tables, the secrets, the trail, the time, who acts, and how others learn of what happened."""

    database: Database
    vault: Vault
    audit: AuditTrail
    clock: Clock
    actor: Person
    tell: Tell


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
