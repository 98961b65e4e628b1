"""Taking over what can still be read of a damaged workspace.

SQLite reads a damaged file up to the first bad page of a table, from either end; between the two, rows are asked for
one by one. The original is left as it is.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from ..folder import STORE_FILE
from ..persistence.damage import damaged
from ..persistence.schema import INDEXES
from ..persistence.sql.checksum import checksum
from ..persistence.sqlite.engine import SqliteEngine
from .draft import WorkspaceDraft, draft_for

_ONE_BY_ONE = 20_000  # rows at most that are asked for singly in a gap
_LAST = 2**62
_COUNTERS = "_transactions"


class SalvagedTable(Struct, frozen=True, kw_only=True):
    """What became of a table: rows taken over, the ids of those among them whose checksum was wrong, rows that were
    unreadable or no record, and whether there were parts in which nobody knows how many rows are lost."""

    table: str
    taken: int
    doubtful: tuple[int, ...]
    lost: int
    unknown: bool


class _Row(NamedTuple):
    id: int
    number: int
    body: str | None
    is_doubtful: bool


@contextmanager
def salvaged(target: Path) -> Iterator[tuple[WorkspaceDraft, tuple[SalvagedTable, ...]]]:
    """A draft with what can be read of the workspace ``target``, and what became of each table that lost something.

    Refuses with ``workspace-damaged`` where nothing can be read.
    """
    with draft_for(target) as draft:
        copy = draft.folder / "damaged.db"
        for log in ("", "-wal"):  # together, so that committed changes in the log are read too
            with suppress(FileNotFoundError):
                shutil.copy2(target / f"{STORE_FILE}{log}", f"{copy}{log}")
        SqliteEngine(draft.store, INDEXES).close()
        with closing(_opened(target, copy)) as source, closing(sqlite3.connect(draft.store)) as into:
            tables = tuple(_all_taken_over(source, into))
            last = max((_highest(into, table) for table in INDEXES), default=0)
            into.execute(f"UPDATE {_COUNTERS} SET number = ?", (last,))
            into.commit()
        if not any(table.taken for table in tables if table.table == "workspace"):
            raise damaged(target / STORE_FILE, "not even its settings can be read")
        yield draft, tuple(table for table in tables if table.lost or table.unknown or table.doubtful)


def _opened(target: Path, copy: Path) -> sqlite3.Connection:
    try:
        source = sqlite3.connect(copy)
        source.text_factory = bytes  # damaged text may be no UTF-8
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise damaged(target / STORE_FILE, str(error)) from error
    return source


def _all_taken_over(source: sqlite3.Connection, into: sqlite3.Connection) -> Iterator[SalvagedTable]:
    """All tables but the moments, as what was replaced since isn't taken over. What is kept for undoing belongs to
    lines of the audit trail, and goes if some of these are lost."""
    trail_is_whole = True
    for table in INDEXES:
        if table == "moments":
            continue
        if table == "kept_changes" and not trail_is_whole:
            continue
        found = _take_over(source, into, table)
        if table == "audit":
            trail_is_whole = not (found.lost or found.unknown or found.doubtful)
        yield found


def _take_over(source: sqlite3.Connection, into: sqlite3.Connection, table: str) -> SalvagedTable:
    rows, unknown = _readable(source, table)
    good = [row for row in rows.values() if row is not None]
    into.executemany(
        f'INSERT OR REPLACE INTO "{table}" (id, number, body, sum) VALUES (?, ?, ?, ?)',
        ((row.id, row.number, row.body, checksum(table, row.id, row.number, row.body)) for row in good),
    )
    return SalvagedTable(
        table=table,
        taken=sum(row.body is not None for row in good),
        doubtful=tuple(sorted(row.id for row in good if row.is_doubtful)),
        lost=len(rows) - len(good),
        unknown=unknown,
    )


def _readable(source: sqlite3.Connection, table: str) -> tuple[dict[int, _Row | None], bool]:
    """The rows by id, None for one that is no record; and whether others may be lost."""
    rows: dict[int, _Row | None] = {}
    if _read(source, table, "id > 0 ORDER BY id", (), rows):
        return rows, False
    first = max(rows, default=0)
    _read(source, table, "id > ? ORDER BY id DESC", (first,), rows)
    after = min((id for id in rows if id > first), default=None)
    if after is None:
        return rows, True  # nobody knows how many came after
    gap = range(first + 1, after)
    for id in gap[:_ONE_BY_ONE]:
        if not _read(source, table, "id = ?", (id,), rows):
            rows[id] = None
    return rows, len(gap) > _ONE_BY_ONE


def _read(
    source: sqlite3.Connection, table: str, where: str, values: tuple[int, ...], rows: dict[int, _Row | None]
) -> bool:
    """Read rows until one can't be read. Whether all could."""
    try:
        has_sum = source.execute("SELECT 1 FROM pragma_table_info(?) WHERE name = 'sum'", (table,)).fetchone()
        columns = "id, number, body, sum" if has_sum else "id, number, body"  # an earlier release kept no checksums
        for id, number, body, *kept in source.execute(f'SELECT {columns} FROM "{table}" WHERE {where}', values):
            if isinstance(id, int) and 0 < id < _LAST:
                rows[id] = _row(table, id, number, body, *kept)
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return False
    return True


def _row(table: str, id: int, number: object, body: object, *kept: object) -> _Row | None:
    if not isinstance(number, int):
        return None
    if body is None:
        return _Row(id, number, None, _is_doubtful(table, id, number, None, kept))
    try:
        text = bytes(body).decode() if isinstance(body, bytes) else str(body)
        document = msgspec.json.decode(text)
    except (UnicodeDecodeError, msgspec.DecodeError):
        return None
    return _Row(id, number, text, _is_doubtful(table, id, number, text, kept)) if isinstance(document, dict) else None


def _is_doubtful(table: str, id: int, number: int, text: str | None, kept: tuple[object, ...]) -> bool:
    return any(one != checksum(table, id, number, text) for one in kept)


def _highest(into: sqlite3.Connection, table: str) -> int:
    return int(into.execute(f'SELECT max(number) FROM "{table}"').fetchone()[0] or 0)
