"""Making JSON documents from records: a record's fields without the internal ones, and values that depend on the clock.

A document is a ``msgspec`` struct, so its JSON schema is available (``msgspec.json.schema_components``). Its type is
derived from the record's, so that a new field of a record is in every answer at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from ..model.documents import copied

Document = TypeVar("Document", bound=Struct)


def document_type(
    name: str,
    record: type[Struct],
    doc: str,
    /,
    *,
    first: Sequence[str] = ("id",),
    without: Collection[str] = (),
    **more: Any,
) -> type[Struct]:
    """The type of a record's document: first the fields named in ``first``, then the record's other fields except those
    in ``without``, then ``more``, by type. A field of ``more`` replaces the record's field of the same name."""
    own = {field.name: field.type for field in msgspec.structs.fields(record) if field.name not in without}
    fields = {**{name: own[name] for name in first if name in own}, **own, **more}
    namespace = {"__doc__": doc}
    return msgspec.defstruct(name, list(fields.items()), frozen=True, kw_only=True, namespace=namespace)


def document(kind: type[Document], record: object, /, **more: Any) -> Document:
    """The document of a record, or of a rule's answer; ``more`` has the values that the record doesn't contain."""
    return copied(kind, record, **more)


def fields_of(document: Struct) -> dict[str, Any]:
    """The fields of a document, for use in another one."""
    return msgspec.structs.asdict(document)
