"""The policies in their table."""

from __future__ import annotations

from collections.abc import Collection

from ..model.policy import Policy
from ..persistence.database import Database
from ..persistence.records import RecordTable


class PolicyRecords(RecordTable[Policy]):
    """Typed access to the table ``policies``. Writing needs a transaction."""

    def __init__(self, database: Database) -> None:
        unknown = "policy-unknown", "there is no policy {id}", "`certfleet policy list` shows them."
        super().__init__(database.table("policies"), Policy, *unknown)
        self._lock = database.lock
        self._known: tuple[int, dict[int, Policy]] | None = None

    def all(self, ids: Collection[int] | None = None) -> list[Policy]:
        """Every policy, or those of ``ids``, by id."""
        known = self._by_id()
        return [policy for id, policy in known.items() if ids is None or id in ids]

    def peek(self, id: int) -> Policy | None:
        """One policy, or None."""
        return self._by_id().get(id)

    def named(self, name: str) -> Policy | None:
        """The policy of that name, ignoring case."""
        wanted = name.strip().casefold()
        return next((policy for policy in self.all() if policy.name.casefold() == wanted), None)

    def _by_id(self) -> dict[int, Policy]:
        """They are few and needed for every device, so they are cached until the table changes."""
        with self._lock:
            if self._known is None or self._known[0] != self.table.generation:
                self._known = self.table.generation, {policy.id: policy for policy in super().all()}
            return self._known[1]
