"""The portal's records in their table."""

from __future__ import annotations

from ..model.push import PushCertificate
from ..persistence.records import RecordTable
from ..persistence.table import DocumentTable


class PushRecords(RecordTable[PushCertificate]):
    """Typed access to the table ``push_certificates``. Writing needs a transaction."""

    def __init__(self, table: DocumentTable) -> None:
        unknown = "push-unknown", "the portal has no push certificate {id}", "Its list shows every number."
        super().__init__(table, PushCertificate, *unknown)

    def of(self, apple_id: str) -> list[PushCertificate]:
        """Those of an Apple ID, by id."""
        return self.find("apple_id", apple_id)

    def of_topic(self, topic: str) -> list[PushCertificate]:
        """Those of a topic, by id."""
        return [record for record in self.all() if record.topic == topic]

    def by_fingerprint(self, sha256: str) -> PushCertificate | None:
        """The certificate of a fingerprint."""
        return self.first("fingerprint_sha256", sha256)
