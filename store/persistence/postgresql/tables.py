"""The tables of a workspace in PostgreSQL: making them and their indexes, and carrying over those of an earlier
release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...errors import Refusal
from ..conditions import LookupIndex
from ..sql.carrying_over import carrying_over
from ..sql.engine import GONE, RETIRED, check_name, index_name
from ..sql.restore_points import NEEDED
from .columns import KeyColumns
from .no_connection import RIGHTS
from .pipeline import Statement
from .rows import OF_THE_SCHEMA, RELATIONS
from .statements import PostgresqlStatements

_SCHEMA = "SELECT 1 FROM pg_namespace WHERE nspname = ?"
_HOLDS_SOMETHING = "SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace(?)"
_COLUMNS = (
    "SELECT relname::text, attname::text, pg_table_size(pg_class.oid) FROM pg_class"
    " JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 WHERE relkind = 'r'"
    " AND relnamespace = to_regnamespace(quote_ident(current_schema())) AND relname = ANY (?::name[])"
)


class PostgresqlTables:
    """Those of the schema at an address; ``indexes`` has the lookup indexes of each."""

    def __init__(
        self, statements: PostgresqlStatements, columns: KeyColumns, indexes: Mapping[str, Iterable[LookupIndex]]
    ) -> None:
        self._sql, self._columns, self._indexes = statements, columns, indexes
        self._address = statements.address

    def looking(self) -> Statement:
        """The question for the tables and indexes of a workspace."""
        names = sorted({"_transactions", NEEDED, *self._indexes, *self.wanted()})
        return RELATIONS, (f"{{{','.join(names)}}}",)

    def wanted(self) -> set[str]:
        """The names of the indexes of all tables. An earlier release made none of the markers of deletions: where there
        is one, the columns are, too."""
        fields = ((table, field) for table, fields in self._indexes.items() for field in ("number", GONE, *fields))
        return {index_name(table, field) for table, field in fields}

    def check_free(self, *, create: bool) -> None:
        """Refuse a schema that can't get a workspace."""
        schema = self._address.schema
        is_there = self._sql.row(_SCHEMA, (schema,)) is not None
        if is_there and not self._sql.row("SELECT has_schema_privilege(?, 'USAGE')", (schema,))[0]:
            raise Refusal(
                "workspace-unwritable",
                f"{self._address} can't be used: the user has no rights on the schema {schema}",
                RIGHTS,
            )
        if is_there and is_workspace(self._sql.rows(*self.looking())):
            return  # another process has just made it
        if is_there and self._sql.row(_HOLDS_SOMETHING, (f'"{schema}"',)):
            raise Refusal(
                "not-a-workspace",
                f"the schema {schema} holds other things and no workspace",
                "Name a new or an empty schema: ?schema=NAME.",
            )
        if not create:
            raise Refusal(
                "workspace-missing",
                f"there is no workspace at {self._address}",
                "Check the address; the first import makes a workspace.",
            )

    def all(self) -> list[str]:
        """The names of the tables that hold or held a document."""
        rows = self._sql.rows(f"SELECT relname::text {OF_THE_SCHEMA} 'r' ORDER BY oid")
        return [name for (name,) in rows if not name.startswith("_")]

    def make(self, taking_the_lock: Sequence[Statement], of_points: Iterable[str]) -> list[str]:
        """Make what is missing, in two round trips: the server may be far away. Others that are about to do that wait.
        Returns the tables whose rows were written anew, for ``look_over``."""
        filled = [table for table in self._indexes if self._columns.names(table)]
        asked: list[Statement] = [("BEGIN", ()), *taking_the_lock, (_SCHEMA, (self._address.schema,))]
        asked.append((_COLUMNS, (f"{{{','.join(filled)}}}",)))
        *_, present, columns = self._sql.run_together(asked, again=True, prepares=False)
        sizes = {table: size for table, _, size in columns}
        have = {(table, column) for table, column, _ in columns}
        lack = [table for table in filled if not all((table, name) in have for name in self._columns.names(table))]
        anew = [table for table in lack if table in sizes]
        if anew:
            carrying_over(sum(sizes[table] for table in anew))
        creating = [
            "CREATE TABLE IF NOT EXISTS _transactions (only_one INTEGER PRIMARY KEY, number BIGINT NOT NULL,"
            " writers BIGINT[] NOT NULL DEFAULT '{}', touched TEXT[] NOT NULL DEFAULT '{}')",
            "INSERT INTO _transactions (only_one, number) VALUES (1, 0) ON CONFLICT DO NOTHING",
            *of_points,
            *(f'DROP INDEX IF EXISTS "{name}"' for name in RETIRED),
            *(statement for table in anew for statement in self._columns.adding(table, self._indexes[table])),
            *(statement for table in self._indexes for statement in self.creating(table)),
            *(statement for table in lack for statement in self._columns.filling(table)),
        ]
        if not present:  # IF NOT EXISTS asks for the right to create schemas first, which its owner may lack
            creating.insert(0, f'CREATE SCHEMA IF NOT EXISTS "{self._address.schema}"')
        self._sql.run_together([(statement, ()) for statement in (*creating, "COMMIT")], prepares=False)
        return anew

    def look_over(self, tables: Iterable[str]) -> None:
        """After the commit: let the server see which rows everybody may see, and what is in them. It would do so by
        itself only after many changes; until then it would read rows to answer from an index."""
        for table in tables:
            self._sql.run(f'VACUUM (ANALYZE) "{table}"')

    def creating(self, table: str) -> Iterator[str]:
        """The statements that create a table and its indexes."""
        check_name(table)
        yield f'CREATE TABLE IF NOT EXISTS "{table}" ({self._columns.of_table(table)})'
        yield f'CREATE INDEX IF NOT EXISTS "{index_name(table, "number")}" ON "{table}" (number)'
        yield f'CREATE INDEX IF NOT EXISTS "{index_name(table, GONE)}" ON "{table}" (id) WHERE body IS NULL'
        for index in self._indexes.get(table, ()):
            yield self._columns.index(table, index)

    def wrong_columns(self) -> Iterator[str]:
        """What is wrong with the columns that are filled from documents, a sentence for each record."""
        for table in self._indexes:
            query = self._columns.wrong(table)
            for (id,) in () if query is None else self._sql.many(query):
                yield f"the record {table}:{id} is filtered and counted by other values than it has"


def is_workspace(relations: Iterable[tuple[str, str]]) -> bool:
    """Whether these are the tables and indexes of a workspace."""
    return ("_transactions", "r") in relations
