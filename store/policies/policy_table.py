"""The policies in their table."""

from __future__ import annotations

from ..errors import Refusal
from ..model.documents import difference, from_document, to_document
from ..model.policy import Policy
from ..persistence.database import Database

Policies = list[Policy]  # named here because ``PolicyRecords`` has a method called ``list``


class PolicyRecords:
    """Typed access to the table ``policies``. Writing needs a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._table = database.table("policies")
        self._known: tuple[int, dict[int, Policy]] | None = None

    def list(self) -> Policies:
        """Every policy, by id."""
        return list(self._all().values())

    def find(self, id: int) -> Policy | None:
        """One policy, or None."""
        return self._all().get(id)

    def get(self, id: int) -> Policy:
        """One policy; refuses with ``policy-unknown``."""
        found = self.find(id)
        if found is None:
            raise Refusal("policy-unknown", f"there is no policy {id}", "`certfleet policy list` shows them.")
        return found

    def named(self, name: str) -> Policy | None:
        """The policy of that name, ignoring case."""
        wanted = name.strip().casefold()
        return next((policy for policy in self.list() if policy.name.casefold() == wanted), None)

    def next_id(self) -> int:
        """The next id: one more than the highest ever used."""
        return self._table.highest_id() + 1

    def add(self, policy: Policy) -> None:
        """Insert a policy, under the id that it carries."""
        self._table.insert(self._table.document_class(to_document(policy), policy.id))

    def change(self, before: Policy, after: Policy) -> None:
        """Write the fields in which a policy differs from ``before``."""
        self._table.update(difference(before, after), doc_ids=[before.id])

    def remove(self, id: int) -> None:
        """Delete a policy."""
        self._table.remove(doc_ids=[id])

    def _all(self) -> dict[int, Policy]:
        """They are few and needed for every device, so they are cached until the table changes."""
        with self._database.lock:
            if self._known is None or self._known[0] != self._table.generation:
                found = sorted((from_document(document, Policy) for document in self._table), key=lambda one: one.id)
                self._known = self._table.generation, {policy.id: policy for policy in found}
            return self._known[1]
