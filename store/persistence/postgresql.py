"""The engine for many machines: one row per document in a schema of a PostgreSQL database.

Any number of processes on any number of hosts share a workspace. An advisory lock makes its writers queue; readers
never wait. A commit is told by NOTIFY; before a transaction, and where it matters, the server is asked.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import Refusal
from .conditions import LookupIndex
from .engine import Body
from .postgresql_address import PostgresqlAddress
from .postgresql_errors import RIGHTS, damaged_database, outcome_unknown
from .postgresql_pipeline import Statement
from .postgresql_progress import FLUSH, LOOK, LOOK_AND_NEWEST_POINT, MAY_FLUSH, Progress, telling
from .postgresql_rows import OF_THE_SCHEMA, POSTGRESQL, RELATIONS, PostgresqlRestorePoints, PostgresqlRows
from .postgresql_statements import PostgresqlStatements, channel_of
from .restore_points import KEPT, NEEDED
from .row_queries import RowQueries
from .sql_engine import RETIRED, SqlEngine, check_name, index_name, keys_in
from .sqlite import LARGE as LARGE_COPY
from .sqlite import SqliteEngine

OUTCOME_SECONDS = 30.0
"""How long a server that restarts is asked what became of a commit."""

_SCHEMA = "SELECT 1 FROM pg_namespace WHERE nspname = ?"
_HOLDS_SOMETHING = "SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace(?)"
_NO_NUMBER = "it has no number of its last transaction"
_FEW = 50
"""So many rows of a table are sent together with the commit; more are written before it."""


class PostgresqlEngine(SqlEngine):
    """Documents in the schema at ``address``, which ``create`` creates if it is missing.

    Refuses with ``workspace-missing``, ``not-a-workspace``, ``database-unreachable``, ``database-login-failed``,
    ``workspace-busy``, ``workspace-unwritable``, ``workspace-damaged`` or ``disk-full``; a commit whose outcome nobody
    can tell with ``outcome-unknown``.
    """

    _sql: PostgresqlStatements
    _rows: PostgresqlRows
    _points: PostgresqlRestorePoints

    def __init__(
        self,
        address: PostgresqlAddress,
        indexes: Mapping[str, Iterable[LookupIndex]] | None = None,
        *,
        create: bool = True,
    ) -> None:
        super().__init__(indexes)
        self.address = address
        self._lock = _lock_of(address)
        self._mine = 0  # the random number of the running transaction
        self._progress = Progress()
        self._is_alone = False  # nobody else has written since the last commit
        self._touched: set[str] = set()
        self._ahead: tuple[tuple[str, int], Any] | None = None  # a document that was read when the transaction began
        self._sql = PostgresqlStatements(address)
        self._rows = PostgresqlRows(self._sql)
        self._queries = RowQueries(self._sql, POSTGRESQL, self._indexes)
        self._points = PostgresqlRestorePoints(self._sql)
        self._sql.connect()
        try:
            self._prepare(create=create)
            self.touched_by_others()
            self._progress.went_back()
        except BaseException:
            self.close()
            raise

    def _prepare(self, *, create: bool) -> None:
        asked: list[Statement] = [("SHOW server_encoding", ()), (MAY_FLUSH, ()), self._looking()]
        ((encoding,),), ((may_flush,),), relations = self._sql.run_together(asked, again=True)
        if encoding != "UTF8":
            raise Refusal(
                "workspace-unwritable",
                f"the database of {self.address} isn't encoded in UTF-8",
                "Create it with ENCODING 'UTF8'.",
            )
        self._may_flush = bool(may_flush)
        if not _is_workspace(relations):
            self._check_free(create=create)
            relations = list(self._sql.rows(*self._looking()))
        self._known = {name for name, kind in relations if kind == "r" and not name.startswith("_")}
        indexes = {name for name, kind in relations if kind == "i"}
        self._points.look_among(indexes)
        if not (_is_workspace(relations) and self._indexes.keys() <= self._known and self._wanted() <= indexes):
            self._create_all()

    def _create_all(self) -> None:
        """Create what is missing, in two round trips: the server may be far away."""
        asked: list[Statement] = [("BEGIN", ()), *self._taking_the_lock(), (_SCHEMA, (self.address.schema,))]
        creating = [
            "CREATE TABLE IF NOT EXISTS _transactions (only_one INTEGER PRIMARY KEY, number BIGINT NOT NULL,"
            " writers BIGINT[] NOT NULL DEFAULT '{}', touched TEXT[] NOT NULL DEFAULT '{}')",
            "INSERT INTO _transactions (only_one, number) VALUES (1, 0) ON CONFLICT DO NOTHING",
            *self._points.creating(),
            *(f'DROP INDEX IF EXISTS "{name}"' for name in RETIRED),
            *(statement for table in self._indexes for statement in self._creating(table)),
        ]
        try:
            *_, present = self._sql.run_together(asked, again=True, prepares=False)
            if not present:  # IF NOT EXISTS asks for the right to create schemas first, which its owner may lack
                creating.insert(0, f'CREATE SCHEMA IF NOT EXISTS "{self.address.schema}"')
            self._sql.run_together([(statement, ()) for statement in (*creating, "COMMIT")], prepares=False)
        except BaseException:
            self.rollback()
            raise
        self._known.update(self._indexes)
        self._points.look_among(self._wanted() | {NEEDED})

    def _looking(self) -> Statement:
        """The question for the tables and indexes of a workspace."""
        names = sorted({"_transactions", NEEDED, *self._indexes, *self._wanted()})
        return RELATIONS, (f"{{{','.join(names)}}}",)

    def _wanted(self) -> set[str]:
        """The names of the indexes of all tables."""
        return {index_name(table, field) for table, fields in self._indexes.items() for field in ("number", *fields)}

    def _check_free(self, *, create: bool) -> None:
        schema = self.address.schema
        is_there = self._sql.row(_SCHEMA, (schema,)) is not None
        if is_there and not self._sql.row("SELECT has_schema_privilege(?, 'USAGE')", (schema,))[0]:
            raise Refusal(
                "workspace-unwritable",
                f"{self.address} can't be used: the user has no rights on the schema {schema}",
                RIGHTS,
            )
        if is_there and _is_workspace(self._sql.rows(*self._looking())):
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
                f"there is no workspace at {self.address}",
                "Check the address; the first import makes a workspace.",
            )

    def _create(self, table: str) -> None:
        self._sql.run_together([(statement, ()) for statement in self._creating(table)], prepares=False)
        self._known.add(table)

    def _creating(self, table: str) -> Iterator[str]:
        """The statements that create a table and its indexes."""
        check_name(table)
        yield f'CREATE TABLE IF NOT EXISTS "{table}" ({self._rows.columns})'
        yield f'CREATE INDEX IF NOT EXISTS "{index_name(table, "number")}" ON "{table}" (number)'
        for field in self._indexes.get(table, ()):
            keys = ", ".join(f"({POSTGRESQL.key(key)})" for key in keys_in(field))
            yield f'CREATE INDEX IF NOT EXISTS "{index_name(table, field)}" ON "{table}" ({keys})'

    def tables(self) -> list[str]:
        rows = self._sql.rows(f"SELECT relname::text {OF_THE_SCHEMA} 'r' ORDER BY oid")
        return [name for (name,) in rows if not name.startswith("_")]

    def begin_reading(self) -> None:
        self._sql.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            self._stepped = False
            self._take(self._sql.row(LOOK, self._progress.told))  # the first query fixes the moment
        except BaseException:
            self.end_reading()
            raise

    def begin(self, reads: tuple[str, int] | None = None) -> None:
        self._ahead = None
        statements: list[Statement] = [
            ("BEGIN", ()),
            *self._taking_the_lock(),
            (LOOK_AND_NEWEST_POINT, self._progress.told),
        ]
        if reads is not None and reads[0] in self._known:
            statements.append((self._rows.getting(reads[0]), (reads[1],)))
        else:
            reads = None
        try:
            answers = self._sql.run_together(statements, again=True)
            if not answers[2]:
                raise damaged_database(self.address, _NO_NUMBER)
        except BaseException:
            self.rollback()
            raise
        *state, newest = answers[2][0]
        self._take(state)
        self._is_alone = self._progress.is_alone
        if reads is not None:
            self._ahead = reads, answers[3][0] if answers[3] else None
        self._touched = set()
        self._number, self._mine = self._progress.number + 1, secrets.randbits(62)
        self._marked = self._stepped = False
        self._points.begin_at(newest)

    def get(self, table: str, id: int) -> Body | None:
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] == (table, id) and not self._stepped and table not in self._touched_now():
            return self._rows.got(table, id, ahead[1])
        return super().get(table, id)

    def _touched_now(self) -> set[str]:
        return self._touched | self._waiting.keys()

    def _take(self, answer: Sequence[Any] | None) -> None:
        if answer is None:
            raise damaged_database(self.address, _NO_NUMBER)
        self._points.has_gone = self._progress.take(answer)

    def commit(self) -> int:
        self._ahead = None
        if self._points.keeps or any(len(waiting) > _FEW for waiting in self._waiting.values()):
            self._write_all()
        touched, later = self._touched_now(), self._may_flush and not self._is_alone
        statements: list[Statement] = []
        for table, waiting in self._waiting.items():
            statements += self._rows.writing(table, self._number, waiting.items())
        self._waiting.clear()
        channel = channel_of(self.address)
        statements += [telling(self._number, self._mine, touched, channel, later=later), ("COMMIT", ())]
        if later:
            statements.append(FLUSH)
        try:
            self._sql.run_together(statements)
        except Refusal as refusal:
            if refusal.code != "database-unreachable" and self.in_transaction:
                raise
            self._sql.forget_transaction()
            if not self._was_committed():
                raise
        self._progress.told = self._number, self._mine
        return self._number

    def _was_committed(self) -> bool:
        """Ask the server, which may be starting again, what became of the transaction. Refuses with
        ``outcome-unknown``."""
        deadline = time.monotonic() + OUTCOME_SECONDS
        while True:
            try:
                self._sql.run_together([("BEGIN", ()), *self._taking_the_lock()])  # until the lost one has ended
                number, writers = self._sql.row("SELECT number, writers FROM _transactions")
                self._end("ROLLBACK")
                break
            except Refusal as refusal:
                self._end("ROLLBACK")
                if refusal.code != "database-unreachable" or time.monotonic() > deadline:
                    raise outcome_unknown(self.address) from refusal
            time.sleep(0.05)
        if self._mine not in writers and number - self._number >= len(writers):
            raise outcome_unknown(self.address)
        return self._mine in writers

    def _taking_the_lock(self) -> list[Statement]:
        return [("SELECT pg_advisory_xact_lock(?)", (self._lock,))]

    def _end(self, statement: str) -> None:
        try:
            super()._end(statement)
        except Refusal as refusal:
            if refusal.code != "database-unreachable":  # the server rolls a lost transaction back by itself
                raise
        finally:
            self._sql.forget_transaction()

    @property
    def in_transaction(self) -> bool:
        return self._sql.in_transaction

    @property
    def is_durable(self) -> bool:
        return True

    @property
    def have_checksums(self) -> bool:
        return True  # there is no earlier release without them

    def add_checksums(self) -> None:
        """Every row has had its checksum from the beginning."""

    def last_transaction(self) -> int:
        if self.in_transaction and not self._stepped:
            return self._progress.number
        return super().last_transaction()

    def touched_by_others(self, *, asking: bool = True) -> bool:
        if not asking and not self._sql.was_notified():
            return False
        if not self.in_transaction:
            self._take(self._sql.row(LOOK, self._progress.told))
        return self._progress.is_news(self._sql.connections)

    def went_back(self) -> bool:
        return self._progress.went_back()

    @property
    def is_remote(self) -> bool:
        return True

    def tables_since(self, number: int) -> list[str]:
        touched = self._progress.tables_since(number)
        return self.tables() if touched is None else sorted(touched)

    def _write(self, table: str) -> None:
        self._touched.add(table)
        super()._write(table)

    def restore(self, number: int, spared: Collection[str]) -> dict[str, set[int]]:
        restored = super().restore(number, spared)
        self._touched.update(name for name, ids in restored.items() if ids)
        return restored

    def _opening(self) -> Callable[[], PostgresqlEngine]:
        return partial(PostgresqlEngine, self.address, self._indexes, create=False)

    def copy(self) -> SqliteEngine:
        (size,) = self._sql.row(
            "SELECT sum(pg_table_size(oid)) FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = current_schema()::regnamespace"
        )
        copy = SqliteEngine(None, self._indexes, large=size > LARGE_COPY)
        self._copy_into(copy)
        return copy

    def copy_to(self, path: Path) -> None:
        copy = SqliteEngine(path, self._indexes)
        try:
            self._copy_into(copy)
        finally:
            copy.close()

    def _copy_into(self, copy: SqliteEngine) -> None:
        self.begin_reading()
        try:
            tables = dict.fromkeys(self.tables(), ("id", "number", "body", "sum")) | KEPT
            number = self.last_transaction()
            copy.fill(number, ((table, columns, self._all(table, columns)) for table, columns in tables.items()))
        finally:
            self.end_reading()

    def _all(self, table: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        return self._sql.many(f'SELECT {", ".join(columns)} FROM "{table}"')

    def check(self) -> list[str]:
        try:
            return list(self._rows.damaged(self.tables(), self.last_transaction()))
        except Refusal as refusal:
            if refusal.code != "workspace-damaged":
                raise
            return [refusal.message]

    def close(self) -> None:
        self._sql.close()


def _is_workspace(relations: Iterable[tuple[str, str]]) -> bool:
    """Whether these are the tables and indexes of a workspace."""
    return ("_transactions", "r") in relations


def _lock_of(address: PostgresqlAddress) -> int:
    """The key of the advisory lock that writers of a workspace take; a database has one space of such keys."""
    return int.from_bytes(hashlib.sha256(f"certfleet:{address.schema}".encode()).digest()[:8], "big", signed=True)
