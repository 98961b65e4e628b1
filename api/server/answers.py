"""How answers are encoded: the product's envelope and field names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from ...store.views.effects import EffectsDocument

JSON = "application/json"
_TOGETHER = 500  # documents of a long list in a part of the answer


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What goes back: a body of bytes, and how it goes. ``parts`` are a body that is made while it is sent."""

    body: bytes
    media_type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    parts: Iterator[bytes] | None = None


class Success(Struct, frozen=True, kw_only=True):
    """Success. ``effects`` is the difference that a changing call made, or would make in a dry run."""

    status: Literal[0] = 0
    message: str = "Success"
    dry_run: bool | UnsetType = UNSET
    effects: EffectsDocument | UnsetType = UNSET


class DoneAnswer(Struct, frozen=True, kw_only=True):
    """It is done. ``effects`` is the difference that a changing call made, or would make in a dry run."""

    dry_run: bool | UnsetType = UNSET
    effects: EffectsDocument | UnsetType = UNSET


def answer(kind: type[Struct] = Success, **content: Any) -> HttpAnswer:
    """A successful answer with these fields, which may hold documents. One of them may be an iterator: a long list,
    whose documents are made while they are sent."""
    for name, value in content.items():
        if isinstance(value, Iterator):
            empty = f'"{name}":[]'.encode()  # in a text, quotes are escaped
            head, _, rest = msgspec.json.encode(kind(**{**content, name: ()})).partition(empty)
            return HttpAnswer(b"", parts=_parts(head + empty[:-1], value, b"]" + rest))
    return HttpAnswer(msgspec.json.encode(kind(**content)))


def _parts(head: bytes, documents: Iterator[Any], rest: bytes) -> Iterator[bytes]:
    encode, before = msgspec.json.Encoder().encode, head
    while some := list(islice(documents, _TOGETHER)):
        yield before + b",".join(map(encode, some))
        before = b","
    yield rest if before == b"," else before + rest


def described(kind: type[Struct], description: str) -> dict[str, Any]:
    """What the OpenAPI page says of an answer; ``schemas`` has its shape from then on."""
    _KINDS[kind.__name__] = kind
    schema = {"$ref": f"{_COMPONENTS}{kind.__name__}"}
    return {"description": description, "content": {JSON: {"schema": schema}}}


def schemas(
    others: Sequence[Any], answers: Collection[str], *, has_camel_names: bool
) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    """The JSON schemas of other types, and by name those of these answers and of all that they refer to."""
    kinds = [_KINDS[name] for name in answers]
    first, found = msgspec.json.schema_components([*others, *kinds], ref_template=_COMPONENTS + "{name}")
    for schema in found.values():
        if has_camel_names and "properties" in schema:
            schema["properties"] = {camel_name(name): inner for name, inner in schema["properties"].items()}
            schema["required"] = [camel_name(name) for name in schema.get("required", ())]
    return first[: len(others)], found


_COMPONENTS = "#/components/schemas/"
_KINDS: dict[str, type[Struct]] = {}


def camel(value: Any) -> Any:
    """A document whose names are those of our records (``serial_number``), with the product's (``serialNumber``)."""
    if isinstance(value, Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, Mapping):
        return {camel_name(name): camel(inner) for name, inner in value.items()}
    return [camel(inner) for inner in value] if isinstance(value, list | tuple) else value


@lru_cache(maxsize=4096)
def camel_name(name: str) -> str:
    """``not_after`` as ``notAfter``; what is not the name of ours stays."""
    if not name.isascii() or not name.replace("_", "").isalnum() or not name[0].islower():
        return name
    first, *others = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def snake_name(name: str) -> str:
    """``notAfter`` as ``not_after``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def attachment(data: bytes, media_type: str, name: str) -> HttpAnswer:
    """A file to save under a name of ours, which contains nothing that a user chose."""
    return HttpAnswer(data, media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
