"""The portal's records in their table."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ..errors import Refusal
from ..model.documents import difference, from_document, to_document
from ..model.push import PushCertificate
from ..persistence.table import DocumentTable


class PushRecords:
    """Typed access to the table ``push_certificates``. Writing needs a transaction."""

    def __init__(self, table: DocumentTable) -> None:
        self._table = table

    def all(self) -> list[PushCertificate]:
        """Every certificate, by id."""
        return self._table.records(PushCertificate)

    def of(self, apple_id: str) -> list[PushCertificate]:
        """Those of an Apple ID, by id."""
        return [from_document(document, PushCertificate) for document in self._table.find("apple_id", apple_id)]

    def of_topic(self, topic: str) -> list[PushCertificate]:
        """Those of a topic, by id."""
        return [record for record in self.all() if record.topic == topic]

    def get(self, id: int) -> PushCertificate:
        """One certificate; refuses with ``push-unknown``."""
        record = self._table.record(id, PushCertificate)
        if record is None:
            raise Refusal("push-unknown", f"the portal has no push certificate {id}", "Its list shows every number.")
        return record

    def find(self, fingerprint_sha256: str) -> PushCertificate | None:
        """The certificate of a fingerprint."""
        for document in self._table.find("fingerprint_sha256", fingerprint_sha256):
            return from_document(document, PushCertificate)
        return None

    def add(self, record: PushCertificate) -> PushCertificate:
        """Insert a certificate under the next id; returns it with the id."""
        return replace(record, id=self._table.insert(to_document(record)))

    def change(self, record: PushCertificate, **fields: Any) -> PushCertificate:
        """Set some fields of a certificate; the answer is the record with them."""
        changed = replace(record, **fields)
        self._table.update(difference(record, changed), doc_ids=[record.id])
        return changed

    def remove(self, id: int) -> None:
        """Delete a certificate."""
        self._table.remove(doc_ids=[id])
