"""Schemas of one PostgreSQL database for ``--engine postgresql``, each as a new workspace's.

Creating sixty tables takes longer than most tests, so a schema is emptied and taken again when its test is over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from certfleet.store.persistence.engine import Engine
from certfleet.store.persistence.postgresql.address import PostgresqlAddress, postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from certfleet.store.persistence.schema import INDEXES

RESTING = 8
"""So many schemas wait in a queue, so that what a test left running isn't in the next one's."""

_TABLES = (
    "SELECT relname::text, pg_relation_size(pg_class.oid) > 0, (SELECT string_agg(quote_ident(attname), ', ')"
    " FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '')"
    " FROM pg_depend JOIN pg_class ON pg_class.oid = objid AND relkind = 'r'"
    " WHERE refclassid = 'pg_namespace'::regclass AND refobjid = to_regnamespace(%s)"
    " AND classid = 'pg_class'::regclass ORDER BY 1"
)
"""The tables of a schema, whether they have or had rows, and their columns that can be written. It goes by indexes of
the catalog alone: hundreds of schemas with sixty tables each are in it."""


class _Table(NamedTuple):
    name: str
    is_written: bool
    columns: str


class PassingEngine(PostgresqlEngine):
    """For a workspace "in memory": nobody opens it again, and it says so."""

    @property
    def is_durable(self) -> bool:
        return False


class Schemas:
    """Those of the database at an address (with a ``?``), for the tests of one process."""

    of_this_process: Schemas | None = None

    def __init__(self, server: str) -> None:
        self._server = server
        self._free: deque[PostgresqlAddress] = deque()
        self._lent: list[tuple[PostgresqlAddress, Path | None]] = []
        self._engines: list[PostgresqlEngine] = []

    @cached_property
    def _connection(self) -> Any:
        import psycopg

        connection = psycopg.connect(postgresql_address(self._server).uri, autocommit=True)
        connection.execute("SET lock_timeout = '5s'")
        return connection

    def _run(self, statements: list[str]) -> None:
        """All or none: together they are one message of the protocol, and so one transaction."""
        self._connection.execute(";".join(statements).encode())

    def _unused(self) -> PostgresqlAddress:
        return postgresql_address(f"{self._server}&schema=t{uuid4().hex[:20]}")

    def new(self, folder: Path | None) -> PostgresqlAddress:
        """One that doesn't exist yet, for a workspace in ``folder``."""
        address = self._unused()
        self._lent.append((address, folder))
        return address

    def take(self, folder: Path | None) -> PostgresqlAddress:
        """One with the tables of a new workspace, which are empty."""
        if len(self._free) < RESTING:
            address = self.new(folder)
            PostgresqlEngine(address, INDEXES).close()
            return address
        address = self._free.popleft()
        self._lent.append((address, folder))
        return address

    def engine(self, source: PostgresqlAddress | None = None) -> Engine:
        """An engine on one of a test's own, for a workspace without a folder; with what is in ``source``."""
        address = self.take(None)
        if source is not None:
            self.copy(source, address)
        engine = PassingEngine(address, INDEXES)
        self._engines.append(engine)
        return engine

    def copy(self, source: PostgresqlAddress, target: PostgresqlAddress) -> None:
        """Copy all rows of a schema into another, which is one of a new workspace."""
        usual = self._usual
        statements = [f"DELETE FROM {target.schema}._transactions"]
        for table in self._tables_of(source.schema):
            ours, theirs = f'{target.schema}."{table.name}"', f'{source.schema}."{table.name}"'
            if table.name not in usual:
                statements.append(f"CREATE TABLE {ours} (LIKE {theirs} INCLUDING ALL)")
            if table.is_written:
                statements.append(f"INSERT INTO {ours} ({table.columns}) SELECT {table.columns} FROM {theirs}")
        self._run(statements)

    def replace(self, source: PostgresqlAddress, target: PostgresqlAddress) -> None:
        """The same, into one that has rows, which go."""
        self._run(self._emptying(target.schema, self._tables_of(target.schema)))
        self.copy(source, target)

    def _emptying(self, schema: str, tables: list[_Table]) -> list[str]:
        return [f'DELETE FROM {schema}."{table.name}"' for table in tables if table.is_written]

    def _tables_of(self, schema: str) -> list[_Table]:
        return [_Table(*row) for row in self._connection.execute(_TABLES, (schema,)).fetchall()]

    @cached_property
    def _usual(self) -> set[str]:
        """The names of the tables of a new workspace."""
        address = self._unused()
        PostgresqlEngine(address, INDEXES).close()
        return {table.name for table in self._tables_of(address.schema)}

    @contextmanager
    def of_a_test(self, folder: Path) -> Iterator[None]:
        """What is taken inside for a place in ``folder``, or for none, is given back at the end."""
        before = len(self._lent)
        try:
            yield
        finally:
            for engine in self._engines:
                engine.close()
            self._engines.clear()
            kept = self._lent[:before]
            for address, place in self._lent[before:]:
                if place is None or place.is_relative_to(folder):
                    self._give_back(address)
                else:
                    kept.append((address, place))
            self._lent = kept

    def _give_back(self, address: PostgresqlAddress) -> None:
        import psycopg

        schema = address.schema
        with suppress(psycopg.Error):  # what still uses it stays alone with it
            tables = self._tables_of(schema)
            if {table.name for table in tables} != self._usual:
                self._run([f"DROP SCHEMA IF EXISTS {schema} CASCADE"])
                return
            empty = self._emptying(schema, tables)
            begin = f"INSERT INTO {schema}._transactions (only_one, number) VALUES (1, 0)"
            self._run([*empty, begin])
            self._free.append(address)
