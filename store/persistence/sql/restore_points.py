"""Earlier states of a database that can be restored: each costs what was overwritten since, not a copy.

A restore point is the number of a transaction. While there is one, a row is kept before it is overwritten for the first
time since the newest point. So the row of a point is the first one kept since then, or the present one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import msgspec

from .statements import RunsStatements

_MANY = 5  # more than one row in this many: building the indexes anew is cheaper than changing them

NEEDED = "_replaced.point"
"""The index without which a database has no place for restore points yet."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS _points (number INTEGER PRIMARY KEY)",
    # ``number`` is the transaction that had written the row, ``point`` the newest point when it was overwritten.
    "CREATE TABLE IF NOT EXISTS _replaced (point INTEGER, tbl TEXT, id INTEGER, number INTEGER, body TEXT,"
    " sum INTEGER)",
    'CREATE UNIQUE INDEX IF NOT EXISTS "_replaced.id" ON _replaced (tbl, id, point)',
    f'CREATE INDEX IF NOT EXISTS "{NEEDED}" ON _replaced (point)',
    # Rows that a restoration removed, for readers that have seen them.
    "CREATE TABLE IF NOT EXISTS _gone (tbl TEXT, number INTEGER, first INTEGER, last INTEGER)",
    'CREATE INDEX IF NOT EXISTS "_gone.number" ON _gone (tbl, number)',
)

KEPT = {
    "_points": ("number",),
    "_replaced": ("point", "tbl", "id", "number", "body", "sum"),
    "_gone": ("tbl", "number", "first", "last"),
}
"""The tables of restore points with their columns, for who copies them."""


class RestorePoints:
    """The restore points of one connection. Everything but ``all`` and ``gone`` runs inside a transaction."""

    _among_ids = "id IN (SELECT value FROM json_each(?3))"

    _whole = "INTEGER"  # the type of whole numbers

    def __init__(self, statements: RunsStatements) -> None:
        self._sql = statements
        self._exist = False
        self._newest: int | None = None

    def look(self) -> None:
        """Find out whether the database has a place for them."""
        self._exist = self._sql.row("SELECT 1 FROM sqlite_master WHERE name = ?", (NEEDED,)) is not None

    def creating(self) -> list[str]:
        """The statements that make a place for them."""
        return [statement.replace("INTEGER", self._whole) for statement in _TABLES]

    def create(self) -> None:
        """Make a place for them."""
        for statement in self.creating():
            self._sql.run(statement)
        self._exist = True

    def begin(self) -> None:
        """A transaction begins."""
        self._newest = self._sql.row("SELECT max(number) FROM _points")[0] if self._exist else None

    @property
    def keeps(self) -> bool:
        """Whether the running transaction keeps the rows that it overwrites."""
        return self._newest is not None

    def all(self) -> list[int]:
        """The numbers of the points, the oldest first."""
        return [n for (n,) in self._sql.rows("SELECT number FROM _points ORDER BY number")] if self._exist else []

    def add(self, number: int) -> int:
        """Make a point of the state before this transaction, which is ``number``; returns it."""
        self._sql.run("INSERT INTO _points VALUES (?) ON CONFLICT DO NOTHING", (number,))
        self._newest = number
        return number

    def drop(self, number: int) -> None:
        """Forget a point. What the point before it needs of the kept rows becomes its own."""
        before = self._sql.row("SELECT max(number) FROM _points WHERE number < ?", (number,))[0]
        if before is not None:
            self._sql.run(
                "DELETE FROM _replaced AS r WHERE point = ?1 AND (number > ?2 OR EXISTS"
                " (SELECT 1 FROM _replaced WHERE tbl = r.tbl AND point = ?2 AND id = r.id))",
                (number, before),
            )
            self._sql.run("UPDATE _replaced SET point = ? WHERE point = ?", (before, number))
        else:
            self._sql.run("DELETE FROM _replaced WHERE point = ?", (number,))
        self._sql.run("DELETE FROM _points WHERE number = ?", (number,))
        self.begin()

    def keep(self, table: str, ids: Collection[int]) -> None:
        """Keep the rows of a table that are about to be overwritten, unless the newest point has them."""
        if self._newest is None:
            return
        last = self._sql.row(f'SELECT max(id) FROM "{table}"')[0] or 0
        known = [id for id in ids if id <= last]
        if known:
            self._sql.run(
                "INSERT INTO _replaced (point, tbl, id, number, body, sum)"
                f' SELECT ?1, ?2, id, number, body, sum FROM "{table}"'
                f" WHERE number <= ?1 AND {self._among_ids}",
                (self._newest, table, msgspec.json.encode(known).decode()),
            )

    def restore(self, table: str, point: int, now: int) -> set[int]:
        """Give a table the rows that it had at ``point``, written by transaction ``now``; returns the changed ids."""
        newer = {id for (id,) in self._sql.rows(f'SELECT id FROM "{table}" WHERE number > ?', (point,))}
        if self._newest is not None and self._newest > point:
            self._sql.run(
                "INSERT INTO _replaced (point, tbl, id, number, body, sum)"
                f' SELECT ?1, ?2, id, number, body, sum FROM "{table}" WHERE number > ?3 AND number <= ?1'
                " ON CONFLICT DO NOTHING",
                (self._newest, table, point),
            )
        kept = (
            "FROM _replaced AS r WHERE tbl = ?1 AND point >= ?2 AND number <= ?2 AND point ="
            " (SELECT min(point) FROM _replaced WHERE tbl = ?1 AND point >= ?2 AND id = r.id)"
        )
        back = {id for (id,) in self._sql.rows(f"SELECT id {kept}", (table, point))}
        with self._indexes_apart(table, len(back)):
            if back:
                self._sql.run(
                    f'INSERT INTO "{table}" (id, number, body, sum)'
                    f" SELECT id, ?3, body, sum - number + ?3 {kept}"
                    " ON CONFLICT (id) DO UPDATE SET"
                    " number = excluded.number, body = excluded.body, sum = excluded.sum",
                    (table, point, now),
                )
            self._sql.run(f'DELETE FROM "{table}" WHERE number > ? AND number < ?', (point, now))
        ranges = ((table, now, first, last) for first, last in _ranges(newer - back))
        self._sql.run_for_each("INSERT INTO _gone VALUES (?, ?, ?, ?)", ranges)
        return newer | back

    @contextmanager
    def _indexes_apart(self, table: str, rows: int) -> Iterator[None]:
        """Without the indexes of a table inside, if so many rows are going to change."""
        indexes: list[tuple[str, str]] = []
        if rows * _MANY > self._sql.row(f'SELECT count(*) FROM "{table}"')[0]:
            indexes = self._indexes_of(table)
        for name, _ in indexes:
            self._sql.run(f'DROP INDEX "{name}"')
        yield
        for _, statement in indexes:
            self._sql.run(statement)

    def _indexes_of(self, table: str) -> list[tuple[str, str]]:
        """The names of a table's lookup indexes, and the statements that make them."""
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql LIKE '%->>%'"
        return list(self._sql.rows(query, (table,)))

    def gone(self, table: str, number: int) -> list[int]:
        """The ids of the rows that restorations above ``number`` have removed, and that nobody has written since."""
        if not self._exist:
            return []
        ids: set[int] = set()
        for first, last in self._sql.rows(
            "SELECT first, last FROM _gone WHERE tbl = ? AND number > ?", (table, number)
        ):
            ids.update(range(first, last + 1))
            between = self._sql.rows(f'SELECT id FROM "{table}" WHERE id BETWEEN ? AND ?', (first, last))
            ids.difference_update(id for (id,) in between)
        return sorted(ids)


def _ranges(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The ranges of consecutive ids, first and last."""
    first = last = None
    for id in sorted(ids):
        if first is not None and last == id - 1:
            last = id
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = id
    if first is not None and last is not None:
        yield first, last
