"""The rows of a workspace in PostgreSQL, and its restore points: what differs from those in SQLite.

A row has the text of its document, which the checksum covers, and the same as ``document`` in JSONB, which the server
makes from it: for lookup indexes, and for people's questions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from .checksum import checksum
from .conditions import Key
from .engine import Row
from .postgresql_pipeline import Statement
from .postgresql_statements import PostgresqlStatements
from .restore_points import NEEDED, RestorePoints
from .row_queries import Dialect
from .stored_rows import StoredRows

INDEXED_CHARACTERS = 500
"""So many characters of a field go into its index, whose entries have little room; the rest is compared afterwards."""

_MOMENT_CHARACTERS = 40

# JSONB knows no U+0000. In valid JSON the replacement leaves valid JSON, whatever stands before.
_NO_JSONB, _INSTEAD = r"\u0000", r"\ufffd"
_DOCUMENT = f"replace(body, '{_NO_JSONB}', '{_INSTEAD}')::jsonb"
COLUMNS = (
    "id BIGINT PRIMARY KEY, number BIGINT NOT NULL, body TEXT, sum BIGINT,"
    f" document JSONB GENERATED ALWAYS AS ({_DOCUMENT}) STORED"
)
_encode = msgspec.json.Encoder().encode

_ROW = "?::bigint, ?::bigint, ?::text, ?::bigint"
_REPLACE = "ON CONFLICT (id) DO UPDATE SET number = excluded.number, body = excluded.body, sum = excluded.sum"
OF_THE_SCHEMA = "FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind ="
"""Without views of the catalog, which join it as a whole: a database may hold many workspaces."""
RELATIONS = f"SELECT relname::text, relkind::text {OF_THE_SCHEMA} ANY ('{{r,i}}') AND relname = ANY (?::name[])"
"""Those of some names that are there: tables with an ``r``, indexes with an ``i``. The catalog has an index over names,
and none over schemas."""
_HAS_TABLE = f"SELECT 1 {OF_THE_SCHEMA} 'r' AND relname = ?"


def indexed(field: str) -> str:
    """SQL for what the index over a field has."""
    return f"left(document ->> '{field}', {INDEXED_CHARACTERS}) COLLATE \"C\""


def _value(key: Key) -> str:
    """SQL for what an index over the key has."""
    match key.kind:
        case "id":
            return "id"
        case "text":
            return indexed(key.field)
        case "moment":
            return f"left(rtrim(document ->> '{key.field}', 'Z'), {_MOMENT_CHARACTERS}) COLLATE \"C\""
        case "item":
            return f"left(document #>> '{{{key.field},0}}', {INDEXED_CHARACTERS}) COLLATE \"C\""
        case "has":
            return f"((document #> '{{{key.field},0}}') IS NOT NULL)"


POSTGRESQL = Dialect(key=_value, text="?::text", names_index=False)


class PostgresqlRows(StoredRows):
    """The same rows, read and written by PostgreSQL's means."""

    _bytes = "convert_to(body, 'UTF8')"
    _with_id = "convert_to('{\"id\":' || id || CASE WHEN body = '{}' THEN '' ELSE ',' END || substr(body, 2), 'UTF8')"
    _among_ids = "id IN (SELECT value::bigint FROM json_array_elements_text(?::json))"

    def __init__(self, statements: PostgresqlStatements) -> None:
        super().__init__(statements, str(statements.address))

    @property
    def columns(self) -> str:
        """The columns of a table of documents, as a statement that creates one names them."""
        return COLUMNS

    def writing(self, table: str, number: int, texts: Iterable[tuple[int, str | None]]) -> list[Statement]:
        """The statements that insert or replace a few rows: one for each."""
        statement = f'INSERT INTO "{table}" (id, number, body, sum) VALUES ({_ROW}) {_REPLACE}'
        return [(statement, (id, number, text, checksum(table, id, number, text))) for id, text in texts]

    def write(self, table: str, number: int, texts: Iterable[tuple[int, str | None]]) -> None:
        """Insert or replace rows, in the transaction ``number``."""
        ids, bodies, sums = [], [], []
        for id, text in texts:
            ids.append(id)
            bodies.append(text)
            sums.append(checksum(table, id, number, text))
        self._sql.run(
            f'INSERT INTO "{table}" (id, number, body, sum)'
            " SELECT id, ?::bigint, body, sum FROM unnest(?::bigint[], ?::text[], ?::bigint[]) AS new (id, body, sum)"
            f" {_REPLACE}",
            (number, ids, bodies, sums),
        )

    def _field_is(self, field: str, value: str | int | None) -> tuple[str, tuple[object, ...]]:
        if value is None:
            return f"{indexed(field)} IS NULL", ()
        text = str(value)
        if "\x00" in text or _NO_JSONB in text:
            text = _encode(text).decode().replace(_NO_JSONB, _INSTEAD)
            text = msgspec.json.decode(text)
        kind = "string" if isinstance(value, str) else "number"
        where = f"{indexed(field)} = ?::text AND document ->> '{field}' = ?::text"
        return f"{where} AND jsonb_typeof(document -> '{field}') = '{kind}'", (text[:INDEXED_CHARACTERS], text)

    def find(self, table: str, field: str, value: str | int | None) -> list[Row]:
        """The documents whose indexed ``field`` equals ``value``, by id."""
        return [
            row for row in super().find(table, field, value) if row.body is not None and row.body.get(field) == value
        ]

    def _has_kept_rows(self) -> bool:
        return self._sql.row(_HAS_TABLE, ("_replaced",)) is not None


class PostgresqlRestorePoints(RestorePoints):
    """The same restore points."""

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
        return super().restore(table, point, now)

    def gone(self, table: str, number: int) -> list[int]:
        """The ids of the rows that restorations above ``number`` have removed, and that nobody has written since."""
        return super().gone(table, number) if self.has_gone else []

    def _indexes_of(self, table: str) -> list[tuple[str, str]]:
        query = (  # who writes without owning the tables can't drop their indexes
            "SELECT indexname, indexdef FROM pg_indexes JOIN pg_tables USING (schemaname, tablename)"
            " WHERE schemaname = current_schema() AND tablename = ? AND indexdef LIKE '%->>%'"
            " AND pg_has_role(tableowner, 'USAGE')"
        )
        return list(self._sql.rows(query, (table,)))
