"""Typed tables of records, and of the files beside them: the operations that every use case shares."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from msgspec.structs import replace

from ..errors import Refusal
from ..model.documents import difference, from_document, to_document, to_text
from .engine import Row
from .table import DocumentTable

Record = TypeVar("Record", bound=msgspec.Struct)


class RecordTable(Generic[Record]):
    """Records of one kind, whose ``id`` is the document's. Writing needs a transaction.

    ``unknown`` is the refusal of ``get`` for a missing record: the code, the message with ``{id}`` in it, and the hint.
    """

    def __init__(self, table: DocumentTable, kind: type[Record], *unknown: str) -> None:
        self.table = table
        self._kind = kind
        self._unknown = unknown

    def __len__(self) -> int:
        return len(self.table)

    def all(self, ids: Collection[int] | None = None) -> list[Record]:
        """All records, or those of ``ids``, by id."""
        return self.table.records(self._kind, ids)

    def each(self, ids: Sequence[int] | None = None) -> Iterator[Record]:
        """The same, some at a time (``DocumentTable.each``)."""
        return self.table.each(self._kind, ids)

    def find(self, field: str, value: str | int | None) -> list[Record]:
        """The records whose ``field`` equals ``value``, by id; fast if the field is indexed."""
        return [from_document(document, self._kind) for document in self.table.find(field, value)]

    def first(self, field: str, value: str | int | None) -> Record | None:
        """The first of those, or None."""
        documents = self.table.find(field, value)
        return from_document(documents[0], self._kind) if documents else None

    def peek(self, id: int) -> Record | None:
        """One record, or None."""
        return self.table.record(id, self._kind)

    def get(self, id: int) -> Record:
        """One record; refuses with the table's ``unknown``."""
        record = self.peek(id)
        if record is None:
            code, message, *hint = self._unknown
            raise Refusal(code, message.format(id=id), *hint)
        return record

    def next_id(self) -> int:
        """The next id: one more than the highest ever used."""
        return self.table.highest_id() + 1

    def add(self, record: Record) -> Record:
        """Insert a record under the next id; returns it with its id."""
        return replace(record, id=self.table.insert(to_document(record)))

    def change(self, record: Record, **fields: Any) -> Record:
        """Set some fields of a record; returns the changed record."""
        changed = replace(record, **fields)
        self.write(record, changed)
        return changed

    def write(self, before: Record, after: Record) -> None:
        """Write the fields in which a record differs from ``before``."""
        if fields := difference(before, after):
            self.table.update(fields, doc_ids=[after.id])  # type: ignore[attr-defined]  # each has an id

    def put(self, records: Iterable[Record]) -> None:
        """Insert or replace whole records under their ids."""
        self.table.write_texts({record.id: to_text(record) for record in records})  # type: ignore[attr-defined]  # each has an id

    def remove(self, *ids: int) -> None:
        """Delete records."""
        self.table.remove(doc_ids=ids)


class FileTable:
    """The file of each record, in a separate table that nothing loads as a whole. Writing needs a transaction.

    ``what`` names a file in the refusal of a missing one.
    """

    def __init__(self, table: DocumentTable, what: str, field: str = "der") -> None:
        self._table = table
        self._what = what
        self._field = field

    def get(self, id: int) -> bytes:
        """The file of a record; refuses with ``workspace-damaged`` if it is missing or damaged."""
        document = self._table.get(doc_id=id)
        if document is None:
            raise Refusal("workspace-damaged", f"the {self._what} {id} is missing", "Run a workspace check.")
        try:
            return base64.b64decode(document[self._field])
        except (KeyError, ValueError) as error:
            raise Refusal("workspace-damaged", f"the {self._what} {id} is damaged", "Run a workspace check.") from error

    def put(self, files: Iterable[tuple[int, bytes]]) -> None:
        """Insert or replace files by the ids of their records."""
        self._table.write(Row(id, {self._field: base64.b64encode(data).decode("ascii")}) for id, data in files)

    def remove(self, *ids: int) -> None:
        """Delete files."""
        self._table.remove(doc_ids=ids)
