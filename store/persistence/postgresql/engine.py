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

from ...errors import Refusal
from ..conditions import LookupIndex
from ..copies.memory import Rows
from ..engine import Body, Record
from ..sql.restore_points import KEPT, NEEDED
from ..sql.row_queries import Dialect, RowQueries
from ..sqlite.engine import LARGE as LARGE_COPY
from ..sqlite.engine import SqliteEngine
from .address import PostgresqlAddress
from .columns import KeyColumns
from .errors import damaged_database, outcome_unknown
from .pipeline import Statement
from .progress import FLUSH, LOOK, LOOK_AND_NEWEST_POINT, MAY_FLUSH, Progress, telling
from .read_ahead import ReadingAhead
from .rows import PostgresqlRestorePoints, PostgresqlRows
from .statements import PostgresqlStatements, channel_of
from .tables import PostgresqlTables, is_workspace

OUTCOME_SECONDS = 30.0
"""How long a server that restarts is asked what became of a commit."""

_NO_NUMBER = "it has no number of its last transaction"
_ONE_MOMENT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_FEW = 50
"""So many rows of a table are sent together with the commit; more are written before it."""


class PostgresqlEngine(ReadingAhead):
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
        self._is_untold = False  # news that came with tables that were read ahead
        self._touched: set[str] = set()
        self._there: set[tuple[str, int]] | None = None  # some rows that the running transaction has read
        self._ahead: tuple[tuple[str, int], Any] | None = None  # a document that was read when the transaction began
        self._sql = PostgresqlStatements(address)
        columns = KeyColumns(self._indexes)
        self._tables = PostgresqlTables(self._sql, columns, self._indexes)
        self._rows = PostgresqlRows(self._sql, columns)
        dialect = Dialect(key=columns.value, text="?::text", names_index=False)
        self._queries = RowQueries(self._sql, dialect, self._indexes)
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
        asked: list[Statement] = [("SHOW server_encoding", ()), (MAY_FLUSH, ()), self._tables.looking()]
        ((encoding,),), ((may_flush,),), relations = self._sql.run_together(asked, again=True)
        if encoding != "UTF8":
            raise Refusal(
                "workspace-unwritable",
                f"the database of {self.address} isn't encoded in UTF-8",
                "Another one can be created with TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'.",
            )
        self._may_flush = bool(may_flush)
        if not is_workspace(relations):
            self._tables.check_free(create=create)
            relations = list(self._sql.rows(*self._tables.looking()))
        self._known = {name for name, kind in relations if kind == "r" and not name.startswith("_")}
        indexes = {name for name, kind in relations if kind == "i"}
        self._points.look_among(indexes)
        if not (is_workspace(relations) and self._indexes.keys() <= self._known and self._tables.wanted() <= indexes):
            self._create_all()

    def _create_all(self) -> None:
        try:
            anew = self._tables.make(self._taking_the_lock(), self._points.creating())
        except BaseException:
            self.rollback()
            raise
        self._known.update(self._indexes)
        self._points.look_among({NEEDED})
        self._tables.look_over(anew)

    def _create(self, table: str) -> None:
        self._sql.run_together([(statement, ()) for statement in self._tables.creating(table)], prepares=False)
        self._known.add(table)

    def tables(self) -> list[str]:
        return self._tables.all()

    def begin_reading(self) -> None:
        self._forget_near()
        try:  # the first query fixes the moment; what would be prepared first would begin the transaction
            asked: list[Statement] = [(_ONE_MOMENT, ()), (LOOK, self._progress.told)]
            _, looked = self._sql.run_together(asked, again=True, prepares=False)
            self._stepped = False
            self._take(looked[0] if looked else None)
        except BaseException:
            self.end_reading()
            raise

    def _read_together(self, tables: list[str]) -> dict[str, Rows]:
        statements: list[Statement] = [(_ONE_MOMENT, ()), (LOOK, self._progress.told)]
        statements += [self._rows.few(table) for table in tables]
        statements.append(("ROLLBACK", ()))
        try:  # what would be prepared first would begin the transaction
            _, looked, *answers, _ = self._sql.run_together(statements, again=True, prepares=False)
            self._take(looked[0] if looked else None)
        except BaseException:
            self.rollback()
            raise
        self._is_untold = self._progress.is_news(self._sql.connections) or self._is_untold
        found = zip(tables, map(self._rows.near, tables, answers), strict=True)
        return {table: rows for table, rows in found if rows is not None}

    def begin(self, reads: tuple[str, int] | None = None) -> None:
        self._forget_near()
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
        self._touched, self._there = set(), set()
        self._number, self._mine = self._progress.number + 1, secrets.randbits(62)
        self._marked = self._stepped = False
        self._points.begin_at(newest)

    def get(self, table: str, id: int) -> Body | None:
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] == (table, id) and not self._stepped and table not in self._touched_now():
            found = self._rows.got(table, id, ahead[1])
        else:
            found = super().get(table, id)
        if found is not None:
            self._saw(table, id)
        return found

    def record(self, table: str, id: int, kind: type[Record]) -> Record | None:
        found = super().record(table, id, kind)
        if found is not None:
            self._saw(table, id)
        return found

    def _saw(self, table: str, id: int) -> None:
        if self._there is not None and len(self._there) < _FEW:
            self._there.add((table, id))

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
            statements += self._rows.writing(table, self._number, waiting.items(), self._there or ())
        self._waiting.clear()
        self._there = None
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
            self._there = None
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
        if self._near is not None or (self.in_transaction and not self._stepped):
            return self._progress.number
        return super().last_transaction()

    def touched_by_others(self, *, asking: bool = True) -> bool:
        was_untold, self._is_untold = self._is_untold, False
        if self._near is not None or (not asking and not self._sql.was_notified()):
            return was_untold
        if not self.in_transaction:
            self._take(self._sql.row(LOOK, self._progress.told))
        return self._progress.is_news(self._sql.connections) or was_untold

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

    def back_to_step(self) -> None:
        super().back_to_step()
        self._there = set()  # it may have read its own rows

    def back_to_mark(self) -> None:
        super().back_to_mark()
        self._there = set()

    def restore(self, number: int, spared: Collection[str]) -> dict[str, set[int]]:
        restored = super().restore(number, spared)
        self._there = None  # it removes rows
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
            return [*self._rows.damaged(self.tables(), self.last_transaction()), *self._tables.wrong_columns()]
        except Refusal as refusal:
            if refusal.code != "workspace-damaged":
                raise
            return [refusal.message]

    def close(self) -> None:
        self._sql.close()


def _lock_of(address: PostgresqlAddress) -> int:
    """The key of the advisory lock that writers of a workspace take; a database has one space of such keys."""
    return int.from_bytes(hashlib.sha256(f"certfleet:{address.schema}".encode()).digest()[:8], "big", signed=True)
