"""Where the fleets of the measurement of scale are: in folders, or in databases of a PostgreSQL server that is started
for it, in a temporary folder and with Debian's programs.

A fleet is made in a folder in any case. PostgreSQL gets its rows by COPY, before the indexes are made.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from tests.postgresql_server import PostgresqlServer

STORE, KEY, SEAL = "store.db", "vault.key", "audit.seal"
_SCHEMA = "fleet"
_TICKS = os.sysconf("SC_CLK_TCK")


class Places(Protocol):
    """The fleets of one engine, while it is entered; a workspace is named as for a command."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...

    def fleet(self, devices: int) -> str:
        """The workspace with a fleet, which is made if need be."""
        ...

    def changing(self, workspace: str) -> AbstractContextManager[str]:
        """A copy of it, for what changes it."""
        ...

    def server_seconds(self) -> float:
        """How long the database's server has used the processors."""
        ...


class Folders:
    """Fleets in SQLite: in folders of ``cache``; the copies are in ``scratch``."""

    def __init__(self, cache: Path, scratch: Path) -> None:
        self._cache, self._scratch = cache, scratch

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Folders stay."""

    def fleet(self, devices: int) -> str:
        """As ``Places`` says."""
        return str(folder_with(self._cache, devices))

    @contextmanager
    def changing(self, workspace: str) -> Iterator[str]:
        """As ``Places`` says."""
        copy = self._scratch / "changed"
        shutil.copytree(workspace, copy)
        try:
            yield str(copy)
        finally:
            shutil.rmtree(copy, ignore_errors=True)

    def server_seconds(self) -> float:
        """There is none."""
        return 0.0


class Databases:
    """Fleets in PostgreSQL: a database each."""

    def __init__(self, cache: Path, scratch: Path) -> None:
        from tests.postgresql_server import PostgresqlServer, programs

        if (bin := programs()) is None:
            raise SystemExit("PostgreSQL is not installed")
        self._cache, self._scratch = cache, scratch
        self._server = PostgresqlServer(bin)
        self._databases: dict[str, str] = {}  # by address
        self._folders: dict[str, Path] = {}  # those they came from
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        os.environ["XDG_STATE_HOME"] = str(self._scratch / "state")  # where the key files of the workspaces are
        self._opened.callback(self._server.end)
        self._server.begin()
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.close()

    def fleet(self, devices: int) -> str:
        """As ``Places`` says."""
        database, folder = f"fleet_{devices}", folder_with(self._cache, devices)
        address = self._server.address(_SCHEMA, database=database)
        if address not in self._databases:
            self._server.run(f"CREATE DATABASE {database}", database="postgres")
            copy_rows(folder, self._server, database, address)
            self._databases[address], self._folders[address] = database, folder
            _put_key(folder, address)
        return address

    @contextmanager
    def changing(self, workspace: str) -> Iterator[str]:
        """As ``Places`` says."""
        source = self._databases[workspace]
        self._server.run(f"CREATE DATABASE changed TEMPLATE {source} STRATEGY FILE_COPY", database="postgres")
        address = self._server.address(_SCHEMA, database="changed")
        _put_key(self._folders[workspace], address)
        try:
            yield address
        finally:
            self._server.run("DROP DATABASE changed WITH (FORCE)", database="postgres")

    def server_seconds(self) -> float:
        """As ``Places`` says."""
        main = (self._server.folder / "data" / "postmaster.pid").read_text().split()[0]
        return sum(_seconds(Path("/proc") / id) for id in (main, *_children(main)))


def folder_with(cache: Path, devices: int) -> Path:
    """The folder with a fleet, which is made by a process of its own: what has much in memory looks large even to those
    that it starts."""
    folder = cache / f"fleet-{devices}"
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "benchmarks.scale_fleet", str(folder), str(devices)], check=True)
    return folder


def a_serial_number(cache: Path, devices: int) -> str:
    """That of a device in the middle of a fleet."""
    query = "SELECT body ->> '$.serial_number' AS found FROM devices WHERE id >= ? AND found <> '' ORDER BY id LIMIT 1"
    with closing(sqlite3.connect(folder_with(cache, devices) / STORE)) as connection:
        return str(connection.execute(query, (devices // 2,)).fetchone()[0])


def copy_rows(folder: Path, server: PostgresqlServer, database: str, address: str) -> None:
    """Copy all rows of a workspace in a folder to an empty database."""
    from certfleet.store.persistence.postgresql.address import postgresql_address
    from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
    from certfleet.store.persistence.schema import INDEXES
    from certfleet.store.persistence.sql.checksum import checksum
    from certfleet.store.persistence.sql.engine import index_name

    engine = PostgresqlEngine(postgresql_address(address), INDEXES)
    tables = engine.tables()
    engine.close()
    with closing(sqlite3.connect(folder / STORE)) as source, server.connect(database=database) as target:
        target.execute(f"SET search_path TO {_SCHEMA}")
        for table in tables:
            for index in ("number", *INDEXES[table]):
                target.execute(f'DROP INDEX "{index_name(table, index)}"')
            rows = source.execute(f'SELECT id, body FROM "{table}" ORDER BY id')
            with target.cursor().copy(f'COPY "{table}" (id, number, body, sum) FROM STDIN') as copy:
                for id, body in rows:
                    copy.write_row((id, 1, body, checksum(table, id, 1, body)))
        target.execute("UPDATE _transactions SET number = 1")
    PostgresqlEngine(postgresql_address(address), INDEXES).close()  # it makes the indexes
    server.run("VACUUM ANALYZE", database=database)  # as the server does by itself, some time later


def _put_key(folder: Path, address: str) -> None:
    """Put the files that belong to the workspace in a folder where one at an address has its own."""
    from certfleet.store.workspace_place import place_of

    place = place_of(address)
    for name in (KEY, SEAL):
        shutil.copy(folder / name, place / name)


def _children(main: str) -> list[str]:
    return (Path("/proc") / main / "task" / main / "children").read_text().split()


def _seconds(process: Path) -> float:
    """What a process has used, and those of its own that have ended."""
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS
