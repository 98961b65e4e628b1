"""Columns of PostgreSQL's tables for what their composite indexes have: PostgreSQL answers from an index alone only if
it is over columns. Over expressions it would read the rows, a million of them for each count.

Who writes a document fills them. A trigger does it for whom that is too much: an earlier release, which doesn't know
them, a restoration, and a document with values that Python and PostgreSQL may write differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from ..conditions import CompositeIndex, Key, LookupIndex
from ..sql.engine import index_name

INDEXED_CHARACTERS = 500
"""So many characters of a field go into its index, whose entries have little room; the rest is compared afterwards."""

_MOMENT_CHARACTERS = 40
FILLED = "filled"
"""The column with the checksum of the document that the others were filled from, and the trigger that fills them."""

Filled = tuple[tuple[str | bool | None, ...], bool]
"""The values of the columns, and whether these are all of them; otherwise the trigger fills them."""

# JSONB knows no U+0000. In valid JSON the replacement leaves valid JSON, whatever stands before.
NO_JSONB, INSTEAD = r"\u0000", r"\ufffd"


def as_jsonb(body: str) -> str:
    """SQL for a document in JSONB."""
    return f"replace({body}, '{NO_JSONB}', '{INSTEAD}')::jsonb"


_DOCUMENT = (
    "id BIGINT PRIMARY KEY, number BIGINT NOT NULL, body TEXT, sum BIGINT,"
    f" document JSONB GENERATED ALWAYS AS ({as_jsonb('body')}) STORED"
)


def in_document(key: Key) -> str:
    """SQL for the value of a key, cut to what an index has room for."""
    match key.kind:
        case "id":
            return "id"
        case "text":
            return f"left(document ->> '{key.field}', {INDEXED_CHARACTERS}) COLLATE \"C\""
        case "moment":
            return f"left(rtrim(document ->> '{key.field}', 'Z'), {_MOMENT_CHARACTERS}) COLLATE \"C\""
        case "item":
            return f"left(document #>> '{{{key.field},0}}', {INDEXED_CHARACTERS}) COLLATE \"C\""
        case "has":
            return f"((document #> '{{{key.field},0}}') IS NOT NULL)"


class KeyColumns:
    """The columns of the tables with these indexes."""

    def __init__(self, indexes: Mapping[str, Iterable[LookupIndex]]) -> None:
        self._keys: dict[str, dict[Key, str]] = {}
        for table, known in indexes.items():
            composite = [one for one in known if isinstance(one, CompositeIndex)]
            if keys := dict.fromkeys(key for one in composite for key in one.keys):
                self._keys[table] = {key: f"has_{key.field}" if key.kind == "has" else key.field for key in keys}

    def value(self, table: str, key: Key) -> str:
        """SQL for the value of a key: its column, or what an index over an expression has."""
        column = self._keys.get(table, {}).get(key)
        return in_document(key) if column is None else f'"{column}"'

    def names(self, table: str) -> list[str]:
        """The names of a table's own columns, but ``FILLED``."""
        return list(self._keys.get(table, {}).values())

    def types(self, table: str) -> list[str]:
        """Their types, in the same order."""
        return [_type(key) for key in self._keys.get(table, ())]

    def filler(self, table: str) -> Callable[[str | None], Filled]:
        """What fills them for a document, as it is stored."""
        keys = tuple(self._keys.get(table, ()))
        of_none = tuple(False if key.kind == "has" else None for key in keys)
        decode = msgspec.json.Decoder(_part_of(tuple(key.field for key in keys))).decode
        values = [(_VALUES[key.kind], attrgetter(key.field)) for key in keys]

        def filled(text: str | None) -> Filled:
            if text is None:
                return of_none, True
            part = decode(text)
            try:
                return tuple(value(field(part)) for value, field in values), True
            except _UnsureError:
                return of_none, False

        return filled

    def of_table(self, table: str) -> str:
        """All columns of a table, as a statement that creates it has them."""
        return ", ".join((_DOCUMENT, *self._typed(table)))

    def _typed(self, table: str) -> list[str]:
        keys = self._keys.get(table, {}).items()
        return [*(f'"{name}" {_typed(key)}' for key, name in keys), *([f"{FILLED} BIGINT"] if keys else [])]

    def index(self, table: str, index: LookupIndex) -> str:
        """The statement that makes an index, if it is missing. One over columns has the id too: who asks for ids gets
        them from it."""
        name = index_name(table, index)
        if not isinstance(index, CompositeIndex):
            what = f"({self.value(table, Key(index))})"
        else:
            what = ", ".join([*(self.value(table, key) for key in index.keys), "id"])
        return f'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" ({what})'

    def filling(self, table: str) -> list[str]:
        """The statements that make the trigger of a table."""
        if table not in self._keys:
            return []
        function = f'"_fill_{table}"'
        values = (f'NEW."{name}" := {in_document(key)};' for key, name in self._keys[table].items())
        return [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" DECLARE document JSONB := {as_jsonb('NEW.body')};"
            f" BEGIN {' '.join(values)} NEW.{FILLED} := NEW.sum; RETURN NEW; END $$",
            f'CREATE TRIGGER {FILLED} BEFORE INSERT OR UPDATE ON "{table}" FOR EACH ROW'
            f" WHEN (NEW.{FILLED} IS DISTINCT FROM NEW.sum) EXECUTE FUNCTION {function}()",
        ]

    def adding(self, table: str, indexes: Iterable[LookupIndex]) -> list[str]:
        """The statements that add the columns to a table of an earlier release: its rows are written anew, once, so
        that the indexes over expressions go first."""
        composite = [one for one in indexes if isinstance(one, CompositeIndex)]
        added = ", ".join(f"ADD COLUMN {one}" for one in self._typed(table))
        keys = self._keys[table].items()
        filled = [f'ALTER COLUMN "{name}" TYPE {_typed(key)} USING {in_document(key)}' for key, name in keys]
        filled.append(f"ALTER COLUMN {FILLED} TYPE BIGINT USING sum")
        return [
            *(f'DROP INDEX IF EXISTS "{index_name(table, one)}"' for one in composite),
            f'ALTER TABLE "{table}" {added}',
            f'ALTER TABLE "{table}" {", ".join(filled)}',
        ]

    def wrong(self, table: str) -> str | None:
        """The query for the ids of the rows whose columns have something else than their documents; None for a table
        without."""
        if table not in self._keys:
            return None
        differ = " OR ".join(f'"{name}" IS DISTINCT FROM {in_document(key)}' for key, name in self._keys[table].items())
        return f'SELECT id FROM "{table}" WHERE {differ} ORDER BY id'


def _type(key: Key) -> str:
    return "boolean" if key.kind == "has" else "text"


def _typed(key: Key) -> str:
    return "BOOLEAN" if key.kind == "has" else 'TEXT COLLATE "C"'


class _UnsureError(Exception):
    """A value is left to the trigger."""


def _text(found: object, most: int = INDEXED_CHARACTERS) -> str | None:
    if found is None or (isinstance(found, str) and len(found) <= most and "\0" not in found):
        return found
    raise _UnsureError


def _moment(found: object) -> str | None:
    text = _text(found, _MOMENT_CHARACTERS)
    return None if text is None else text.rstrip("Z")


def _item(found: object) -> str | None:
    return _text(_list(found)[0]) if found else None


def _has(found: object) -> bool:
    return bool(_list(found))


def _list(found: object) -> list[object]:
    if found is None or isinstance(found, list):
        return found or []
    raise _UnsureError


_VALUES: Mapping[str, Callable[[object], str | bool | None]] = {
    "text": _text,
    "moment": _moment,
    "item": _item,
    "has": _has,
}


@lru_cache
def _part_of(fields: tuple[str, ...]) -> type[Any]:
    """These fields of a document."""
    return msgspec.defstruct("Part", [(field, Any, None) for field in fields])
