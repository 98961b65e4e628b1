"""The rows of a workspace in SQLite: what differs from those in PostgreSQL.

A database from before checksums has none until they are added.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..conditions import Key
from ..sql.checksum import WITH_ID, checksum, checksum_in_sql
from ..sql.row_queries import Dialect
from ..sql.stored_rows import StoredRows
from .statements import Statements

_DOCUMENT_TABLES = r"type = 'table' AND name NOT LIKE '\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'"
_FUNCTION = "certfleet_checksum"

_COLUMNS = "id INTEGER PRIMARY KEY, number INTEGER NOT NULL, body TEXT"


def _value(_table: str, key: Key) -> str:
    """SQL for what an index over the key has."""
    match key.kind:
        case "id":
            return "id"
        case "text":
            return f"body ->> '$.{key.field}'"
        case "moment":
            return f"rtrim(body ->> '$.{key.field}', 'Z')"
        case "item":
            return f"body ->> '$.{key.field}[0]'"
        case "has":
            return f"(body -> '$.{key.field}[0]' IS NOT NULL)"


SQLITE = Dialect(key=_value, text="?", names_index=True)


class SqliteRows(StoredRows):
    """The same rows, read and written by SQLite's means."""

    _bytes = "CAST(body AS BLOB)"
    _with_id = WITH_ID
    _among_ids = "id IN (SELECT value FROM json_each(?))"
    _sql: Statements

    def __init__(self, statements: Statements, path: Path | None) -> None:
        super().__init__(statements, path)
        self._just_added = False

    def look(self) -> None:
        """Find out whether the rows have checksums."""
        without = f"SELECT 1 FROM sqlite_master WHERE {_DOCUMENT_TABLES} AND sql NOT LIKE '%, sum INTEGER%'"
        self.have_checksums = self._sql.row(without) is None

    def add_checksums(self) -> None:
        """Give every row its checksum, inside a transaction."""
        if self.have_checksums:
            return
        self._sql.function(_FUNCTION, 4, checksum_in_sql)
        tables = [name for (name,) in self._sql.rows(f"SELECT name FROM sqlite_master WHERE {_DOCUMENT_TABLES}")]
        for table in tables:
            self._add_column(table)
            self._sql.run(f'UPDATE "{table}" SET sum = {_FUNCTION}(?, id, number, body)', (table,))
        self._add_column("_replaced")
        self._sql.run(f"UPDATE _replaced SET sum = {_FUNCTION}(tbl, id, number, body)")
        self.have_checksums = self._just_added = True

    def committed(self) -> None:
        """The transaction has been committed."""
        self._just_added = False

    def rolled_back(self) -> None:
        """The transaction has been rolled back."""
        self.have_checksums, self._just_added = self.have_checksums and not self._just_added, False

    def _add_column(self, table: str) -> None:
        if self._sql.row("SELECT 1 FROM pragma_table_info(?) WHERE name = 'sum'", (table,)) is None:
            self._sql.run(f'ALTER TABLE "{table}" ADD COLUMN sum INTEGER')

    @property
    def columns(self) -> str:
        """The columns of a table of documents, as a statement that creates one names them."""
        return f"{_COLUMNS}, sum INTEGER" if self.have_checksums else _COLUMNS

    def write(self, table: str, number: int, texts: Iterable[tuple[int, str | None]]) -> None:
        """Insert or replace rows, in the transaction ``number``."""
        if not self.have_checksums:
            self._sql.run_for_each(
                f'INSERT INTO "{table}" (id, number, body) VALUES (?, ?, ?)'
                " ON CONFLICT (id) DO UPDATE SET number = excluded.number, body = excluded.body",
                ((id, number, text) for id, text in texts),
            )
            return
        self._sql.run_for_each(
            f'INSERT INTO "{table}" (id, number, body, sum) VALUES (?, ?, ?, ?)'
            " ON CONFLICT (id) DO UPDATE SET number = excluded.number, body = excluded.body, sum = excluded.sum",
            ((id, number, text, checksum(table, id, number, text)) for id, text in texts),
        )

    def _field_is(self, field: str, value: str | int | None) -> tuple[str, tuple[object, ...]]:
        return f"body ->> '$.{field}' IS ?", (value,)

    def _has_kept_rows(self) -> bool:
        return self._sql.row("SELECT 1 FROM sqlite_master WHERE name = '_replaced'") is not None
