"""Conversion between records and TinyDB documents. The document's id is the record's; times are RFC 3339 UTC."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from tinydb.table import Document

Record = TypeVar("Record", bound=msgspec.Struct)


def to_document(record: msgspec.Struct) -> dict[str, Any]:
    """The record as JSON types, without its id, which is the document's key."""
    document: dict[str, Any] = msgspec.to_builtins(record)
    document.pop("id", None)
    return document


def from_document(document: Document, kind: type[Record]) -> Record:
    """The record of a document. Raises ``msgspec.ValidationError`` for an invalid document."""
    return msgspec.convert({**document, "id": document.doc_id}, kind)
