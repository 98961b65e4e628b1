"""Notices: telling people once of what they should know."""

from __future__ import annotations

from datetime import datetime

from ..clock import rfc3339
from ..model.documents import from_document
from ..model.notice import Notice
from ..persistence.table import DocumentTable


class Notices:
    """The notices of a workspace."""

    def __init__(self, table: DocumentTable) -> None:
        self._table = table

    def tell(self, kind: str, record: str, title: str, text: str, at: datetime) -> None:
        """Add a notice, inside the transaction of what it tells of."""
        self._table.insert({"at": rfc3339(at), "kind": kind, "record": record, "title": title, "text": text})

    def list(self, limit: int = 1000) -> list[Notice]:
        """The newest first."""
        return [from_document(document, Notice) for document in self._table.tail(limit)]
