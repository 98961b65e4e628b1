"""Editing a workspace's database with another program, by somebody who knows how its checksums are made; SQLite's, or
PostgreSQL's with ``--engine postgresql``."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from certfleet.store.folder import STORE_FILE
from certfleet.store.persistence.database_file import address_in
from certfleet.store.persistence.sql.checksum import checksum
from tests.engines import schemas_here

_OURS = r"type = 'table' AND name NOT LIKE '\_%' ESCAPE '\'"


class EditedStore:
    """The database of a workspace, open in another program."""

    def __init__(self, connection: Any, tables: str, place: str) -> None:
        self._connection = connection
        self._tables = tables
        self._place = place

    def run(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a statement, with ``?`` where values go; the answer's rows."""
        cursor = self._connection.execute(statement.replace("?", self._place), *([values] if values else []))
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        return rows

    def rows(self) -> Iterator[tuple[str, int, int, str | None]]:
        """Table, id, number and text of every document."""
        for (table,) in self.run(self._tables):
            for id, number, body in self.run(f'SELECT id, number, body FROM "{table}" ORDER BY id'):
                yield table, id, number, body

    def set_field(self, table: str, name: str, value: object) -> None:
        """Give a field of all documents of a table another value."""
        for id, body in self.run(f'SELECT id, body FROM "{table}"'):
            text = msgspec.json.encode(msgspec.json.decode(body) | {name: value}).decode()
            self.run(f'UPDATE "{table}" SET body = ? WHERE id = ?', (text, id))

    def renew_checksums(self) -> None:
        """Make the checksums of all rows anew, as a forger does."""
        for table, id, number, body in list(self.rows()):
            self.run(f'UPDATE "{table}" SET sum = ? WHERE id = ?', (checksum(table, id, number, body), id))


@contextmanager
def edited(folder: Path, *, renewing: bool = True) -> Iterator[EditedStore]:
    """The database of the workspace in ``folder``; at the end its checksums fit again, unless ``renewing`` is off."""
    if (address := address_in(folder)) is not None:
        import psycopg

        with psycopg.connect(address.uri, options=f"-c search_path={address.schema}") as connection:
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND left(tablename, 1) <> '_'"
            store = EditedStore(connection, tables, "%s")
            yield store
            if renewing:
                store.renew_checksums()
        return
    with closing(sqlite3.connect(folder / STORE_FILE)) as file:
        store = EditedStore(file, f"SELECT name FROM sqlite_master WHERE {_OURS}", "?")
        yield store
        if renewing:
            store.renew_checksums()
        file.commit()


def stored_in(folder: Path) -> bytes:
    """All that the database of a workspace has, as far as anybody can read it without its key."""
    if address_in(folder) is None:
        return b"".join(file.read_bytes() for file in sorted(folder.glob(f"{STORE_FILE}*")))
    with edited(folder, renewing=False) as store:
        return "\n".join(f"{table} {id} {body}" for table, id, _, body in store.rows()).encode()


def remembered(folder: Path) -> Callable[[], None]:
    """Remember the database as it is now; the answer puts it back, as somebody who may write the storage can."""
    if (address := address_in(folder)) is not None:
        schemas, spare = schemas_here(), schemas_here().take(None)
        schemas.copy(address, spare)
        return lambda: schemas.replace(spare, address)
    content = (folder / STORE_FILE).read_bytes()

    def put_back() -> None:
        (folder / STORE_FILE).write_bytes(content)

    return put_back


def damage(folder: Path) -> None:
    """Make the database one that nobody can work with."""
    if address_in(folder) is not None:
        with edited(folder, renewing=False) as store:
            store.run("DELETE FROM _transactions")
        return
    (folder / STORE_FILE).write_bytes(b"damaged" * 4096)
    for leftover in folder.glob(f"{STORE_FILE}-*"):
        leftover.unlink()


def drop_checksums(connection: sqlite3.Connection) -> None:
    """Take the checksums away, as a release before them left a database."""
    for (table,) in connection.execute(
        f"SELECT name FROM sqlite_master WHERE {_OURS} OR name = '_replaced'"
    ).fetchall():
        connection.execute(f'ALTER TABLE "{table}" DROP COLUMN sum')
    connection.commit()
