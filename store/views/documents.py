"""How a record becomes a JSON document: its fields, without what is internal, and with what follows from the clock.

A document is a ``msgspec`` struct, so its JSON schema is at hand (``msgspec.json.schema_components``). Its type is
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
    """The type of a record's document: the fields named in ``first``, the others of the record but for ``without``, and
    ``more``, by type. One of ``more`` that the record has as well takes that one's place."""
    own = {field.name: field.type for field in msgspec.structs.fields(record) if field.name not in without}
    fields = {**{name: own[name] for name in first if name in own}, **own, **more}
    namespace = {"__doc__": doc}
    return msgspec.defstruct(name, list(fields.items()), frozen=True, kw_only=True, namespace=namespace)


def document(kind: type[Document], record: object, /, **more: Any) -> Document:
    """The document of a record, or of a rule's answer; ``more`` is what the record itself doesn't say."""
    return copied(kind, record, **more)


def fields_of(document: Struct) -> dict[str, Any]:
    """The fields of a document, to be put into another one."""
    return msgspec.structs.asdict(document)
