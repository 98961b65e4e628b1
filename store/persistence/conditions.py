"""What a table's documents can be chosen, ordered and counted by in the database: keys, and conditions over them.

``holds`` says what a condition means; an engine's answer is the same, found by indexes where there are some. It may
compare no more than the first 500 characters of a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from .engine import Body

Value = str | int | bool | None


class Key(NamedTuple):
    """A value of a document: ``text`` of a top-level field, ``moment``: a time that compares as text (``moment_text``),
    ``item``: the first of a list, ``has``: whether a list has any, ``id``: the document's id."""

    field: str
    kind: Literal["text", "moment", "item", "has", "id"] = "text"


ID = Key("id", "id")


class CompositeIndex(NamedTuple):
    """An index over several keys: who asks for these alone is answered without reading a document."""

    name: str
    keys: tuple[Key, ...]


LookupIndex = str | CompositeIndex
"""An index of a table: over the text of a field, or over several keys."""


class OneOf(NamedTuple):
    """The key has one of these values; None: it has none."""

    key: Key
    values: tuple[Value, ...]


class Within(NamedTuple):
    """The key is a moment from ``first`` to ``last`` (UTC, aware), both included; None: any."""

    key: Key
    first: datetime | None
    last: datetime | None


class All(NamedTuple):
    """All of these hold; of none, always."""

    parts: tuple[Condition, ...]


class Some(NamedTuple):
    """At least one of these holds; of none, never."""

    parts: tuple[Condition, ...]


class Not(NamedTuple):
    """It doesn't hold."""

    part: Condition


Condition = OneOf | Within | All | Some | Not


class OrderKey(NamedTuple):
    """A key to sort by. Documents without the value come last either way; equal ones are in the order of the ids."""

    key: Key
    descending: bool = False


EVERY: Condition = All(())
"""It holds of every document."""


def has_items(field: str) -> Condition:
    """A list of the document has items."""
    return OneOf(Key(field, "has"), (True,))


def every(parts: Sequence[Condition]) -> Condition:
    """All of these."""
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def keys_of(condition: Condition) -> Iterator[Key]:
    """The keys that a condition goes by."""
    match condition:
        case OneOf(key) | Within(key):
            yield key
        case Not(part):
            yield from keys_of(part)
        case All(parts) | Some(parts):
            for part in parts:
                yield from keys_of(part)


def moment_text(moment: datetime) -> str:
    """A time as it compares: like RFC 3339 in UTC, without the Z, so that fractions of a second are in order."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00")


def value_of(key: Key, id: int, body: Body) -> Value:
    """A document's value of a key."""
    if key.kind == "id":
        return id
    found = body.get(key.field)
    if key.kind == "has":
        return isinstance(found, list) and bool(found)
    if key.kind == "item":
        found = found[0] if isinstance(found, list) and found else None
    if key.kind == "moment" and isinstance(found, str):
        return found.rstrip("Z")
    return found if isinstance(found, str | int) else None


def holds(condition: Condition, value: Callable[[Key], Value]) -> bool:
    """Whether it holds of a document, which has the ``value`` of each key."""
    match condition:
        case OneOf(key, values):
            return value(key) in values
        case Within(key, first, last):
            found = value(key)
            return (
                isinstance(found, str)
                and (first is None or moment_text(first) <= found)
                and (last is None or found <= moment_text(last))
            )
        case Not(part):
            return not holds(part, value)
        case All(parts):
            return all(holds(part, value) for part in parts)
        case Some(parts):
            return any(holds(part, value) for part in parts)


def holds_of(condition: Condition, id: int, body: Body) -> bool:
    """The same of a plain document."""
    return holds(condition, lambda key: value_of(key, id, body))
