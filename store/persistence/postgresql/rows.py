"""The rows of a workspace in PostgreSQL, and its restore points: what differs from those in SQLite.

A row has the text of its document, which the checksum covers, and the same as ``document`` in JSONB, which the server
makes from it: for lookup indexes, and for people's questions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from ..conditions import Key
from ..copies.memory import Rows
from ..engine import Row
from ..sql.checksum import checksum, crc_of
from ..sql.engine import GONE, index_name
from ..sql.restore_points import NEEDED, RestorePoints
from ..sql.stored_rows import StoredRows
from .columns import FILLED, INDEXED_CHARACTERS, INSTEAD, NO_JSONB, Filled, KeyColumns, in_document
from .pipeline import Statement
from .read_ahead import FEW
from .statements import PostgresqlStatements

_encode = msgspec.json.Encoder().encode

OF_THE_SCHEMA = "FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind ="
"""Without views of the catalog, which join it as a whole: a database may hold many workspaces."""
RELATIONS = f"SELECT relname::text, relkind::text {OF_THE_SCHEMA} ANY ('{{r,i}}') AND relname = ANY (?::name[])"
"""Those of some names that are there: tables with an ``r``, indexes with an ``i``. The catalog has an index over names,
and none over schemas."""
_HAS_TABLE = f"SELECT 1 {OF_THE_SCHEMA} 'r' AND relname = ?"


class PostgresqlRows(StoredRows):
    """The same rows, read and written by PostgreSQL's means."""

    _bytes = "convert_to(body, 'UTF8')"
    _with_id = "convert_to('{\"id\":' || id || CASE WHEN body = '{}' THEN '' ELSE ',' END || substr(body, 2), 'UTF8')"
    _among_ids = "id IN (SELECT value::bigint FROM json_array_elements_text(?::json))"

    def __init__(self, statements: PostgresqlStatements, columns: KeyColumns) -> None:
        super().__init__(statements, str(statements.address))
        self._columns = columns
        self._of_tables: dict[str, _Writes] = {}

    def _writes(self, table: str) -> _Writes:
        if table not in self._of_tables:
            self._of_tables[table] = _writes(table, self._columns)
        return self._of_tables[table]

    def few(self, table: str) -> Statement:
        """The question for all rows of a table with few; it is answered by some more than a few if there are many."""
        return f'SELECT id, {self._bytes}, {self._crc} FROM "{table}" ORDER BY id LIMIT {FEW + 1}', ()

    def near(self, table: str, rows: Sequence[tuple[int, bytes | None, int]]) -> Rows | None:
        """Its answer by id, as ``all_texts`` has it; None if there are many rows, or one has a wrong checksum."""
        if len(rows) > FEW or any(crc_of(table, id, body) != crc for id, body, crc in rows):
            return None
        return {id: None if body is None else body.decode() for id, body, _ in rows}

    def writing(
        self, table: str, number: int, texts: Iterable[tuple[int, str | None]], known: Container[tuple[str, int]]
    ) -> list[Statement]:
        """The statements that insert or replace a few rows: one for each. The ``known`` ones are there, and who says so
        spares the server a row that it would make in vain."""
        statements, found = self._writes(table), list[Statement]()
        for id, text in texts:
            sum = checksum(table, id, number, text)
            values: tuple[str | int | None, ...] = (id, number, text, sum)
            if statements.fill is not None:
                filled, is_all = statements.fill(text)
                values = (*values, *filled, sum if is_all else None)
            found.append((statements.update if (table, id) in known else statements.insert, values))
        return found

    def write(self, table: str, number: int, texts: Iterable[tuple[int, str | None]]) -> None:
        """Insert or replace rows, in the transaction ``number``."""
        rows, statements = list(texts), self._writes(table)
        values: list[list[Any]] = [
            [id for id, _ in rows],
            [text for _, text in rows],
            [checksum(table, id, number, text) for id, text in rows],
        ]
        if statements.fill is not None and rows:
            found = [statements.fill(text) for _, text in rows]
            values += [list(column) for column in zip(*(filled for filled, _ in found), strict=True)]
            values.append([is_all for _, is_all in found])
        if rows:
            self._sql.run(statements.many, (number, *values))

    def _field_is(self, field: str, value: str | int | None) -> tuple[str, tuple[object, ...]]:
        if value is None:
            return f"{in_document(Key(field))} IS NULL", ()
        text = str(value)
        if "\x00" in text or NO_JSONB in text:
            text = _encode(text).decode().replace(NO_JSONB, INSTEAD)
            text = msgspec.json.decode(text)
        kind = "string" if isinstance(value, str) else "number"
        where = f"{in_document(Key(field))} = ?::text AND document ->> '{field}' = ?::text"
        return f"{where} AND jsonb_typeof(document -> '{field}') = '{kind}'", (text[:INDEXED_CHARACTERS], text)

    def find(self, table: str, field: str, value: str | int | None) -> list[Row]:
        """The documents whose indexed ``field`` equals ``value``, by id."""
        return [
            row for row in super().find(table, field, value) if row.body is not None and row.body.get(field) == value
        ]

    def _has_kept_rows(self) -> bool:
        return self._sql.row(_HAS_TABLE, ("_replaced",)) is not None


class _Writes(NamedTuple):
    """The statements that write rows of a table: one that is new or not, one that is there, and many. ``fill`` gives
    the values of the table's own columns, if it has any."""

    insert: str
    update: str
    many: str
    fill: Callable[[str | None], Filled] | None


def _writes(table: str, columns: KeyColumns) -> _Writes:
    own = [f'"{name}"' for name in columns.names(table)]
    names = ["number", "body", "sum", *own, *([FILLED] if own else [])]
    types = ["bigint", "text", "bigint", *columns.types(table), *(["bigint"] if own else [])]
    places = [f"?{place}::{type}" for place, type in enumerate(types, 2)]
    changes = ", ".join(f"{name} = {place}" for name, place in zip(names, places, strict=True))
    replaces = ", ".join(f"{name} = excluded.{name}" for name in names)
    into = f'INSERT INTO "{table}" (id, {", ".join(names)})'
    on_conflict = f"ON CONFLICT (id) DO UPDATE SET {replaces}"
    arrays = ["bigint", "text", "bigint", *columns.types(table), *(["boolean"] if own else [])]
    given = ["id", "body", "sum", *own, *(["is_all"] if own else [])]
    taken = ["id", "?::bigint", "body", "sum", *own, *(["CASE WHEN is_all THEN sum END"] if own else [])]
    return _Writes(
        insert=f"{into} VALUES (?1::bigint, {', '.join(places)}) {on_conflict}",
        update=f'UPDATE "{table}" SET {changes} WHERE id = ?1::bigint',
        many=f"{into} SELECT {', '.join(taken)} FROM unnest({', '.join(f'?::{type}[]' for type in arrays)})"
        f" AS new ({', '.join(given)}) {on_conflict}",
        fill=columns.filler(table) if own else None,
    )


class PostgresqlRestorePoints(RestorePoints):
    """The same restore points."""

    _sql: PostgresqlStatements
    _among_ids = "id IN (SELECT value::bigint FROM json_array_elements_text(?3::json))"
    _whole = "BIGINT"

    def look_among(self, indexes: Collection[str]) -> None:
        """Find out whether the database, which has these indexes, has a place for them."""
        self._exist = NEEDED in indexes

    has_gone = True
    """Whether restorations have removed any row; a wrong True costs a question."""

    def begin_at(self, newest: int | None) -> None:
        """A transaction begins, with this newest point."""
        self._newest = newest

    def restore(self, table: str, point: int, now: int) -> set[int]:
        """Give a table the rows that it had at ``point``, written by transaction ``now``; returns the changed ids."""
        self.has_gone = True
        self._sql.close_read()
        return super().restore(table, point, now)

    def gone(self, table: str, number: int) -> list[int]:
        """The ids of the rows that restorations above ``number`` have removed, and that nobody has written since."""
        return super().gone(table, number) if self.has_gone else []

    def _indexes_of(self, table: str) -> list[tuple[str, str]]:
        query = (  # who writes without owning the tables can't drop their indexes
            "SELECT indexname, indexdef FROM pg_indexes JOIN pg_tables USING (schemaname, tablename)"
            " WHERE schemaname = current_schema() AND tablename = ? AND indexname NOT IN (?, ?, ?)"
            " AND pg_has_role(tableowner, 'USAGE')"
        )
        kept = f"{table}_pkey", index_name(table, "number"), index_name(table, GONE)
        return list(self._sql.rows(query, (table, *kept)))
