"""PostgreSQL servers of the tests' own: in a temporary folder, with Debian's programs, on a Unix socket and loopback.

There is one for each process that runs tests, started by the first test that asks for it; each test has a schema of its
own. With ``--engine postgresql``, one more is for the workspaces of the run. Tests that ask for one are skipped where
PostgreSQL isn't installed.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.waiting import wait_until

USER = "certfleet"
PASSWORD = "only-for-tests"
DATABASE = "fleet"

_CONFIGURATION = """
listen_addresses = '127.0.0.1'
max_connections = 200
shared_buffers = 64MB
fsync = {fsync}
unix_socket_directories = '{sockets}'
log_min_messages = warning
autovacuum_naptime = 10s
"""
_TRIES = 5  # somebody else may take the port before the server does
_SECONDS = 120.0  # for starting, and for recovering, on a busy machine


def programs() -> Path | None:
    """The folder of initdb and postgres, those of the newest release; None where there are none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    found = [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path and shutil.which("postgres") else None


class PostgresqlServer:
    """A running server with one empty database. ``stop`` and ``start`` keep what is in it, and its port.

    ``durable``: it waits for the disk, as every server must whose machine may lose power; the tests' need not."""

    def __init__(self, bin: Path, *, durable: bool = False) -> None:
        self.bin = bin
        self._schemas = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path(tempfile.mkdtemp(prefix="certfleet-postgresql-"))
        self.port = 0
        if self._person:
            shutil.chown(self.folder, self._person, self._person)
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        subprocess.run(
            [
                *self.as_person(),
                *(bin / "initdb", "-D", self.folder / "data", "-U", USER, f"--pwfile={password}", "-E", "UTF8"),
                *("--locale=C", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=self.folder,
        )
        with (self.folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write(_CONFIGURATION.format(sockets=self.folder, fsync="on" if durable else "off"))

    @property
    def _person(self) -> str | None:
        """Who runs the server: it refuses to be root's."""
        if os.getuid():
            return None
        with contextlib.suppress(KeyError):
            return pwd.getpwnam("postgres").pw_name
        return "nobody"

    def as_person(self) -> list[str]:
        """The beginning of a command line that runs something as the one who runs the server."""
        person = self._person
        return (
            ["setpriv", f"--reuid={person}", "--regid", str(pwd.getpwnam(person).pw_gid), "--clear-groups"]
            if person
            else ["setpriv"]
        )

    def begin(self) -> None:
        """Start it for the first time, on a free port, and create the database."""
        self._start_on_a_free_port()
        self.run(f"CREATE DATABASE {DATABASE}", database="postgres")

    def _start_on_a_free_port(self) -> None:
        for _ in range(_TRIES):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            with contextlib.suppress(RuntimeError):
                self.start()
                return
        raise RuntimeError(f"PostgreSQL doesn't start: {self.log()}")

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        with (self.folder / "log").open("ab") as log:
            # It ends with the process that runs the tests, however that ends.
            line: list[str | Path] = [
                *self.as_person(),
                "--pdeathsig",
                "QUIT",
                self.bin / "postgres",
                "-D",
                self.folder / "data",
                "-p",
                str(self.port),
            ]
            self._process = subprocess.Popen(line, stdout=log, stderr=log, cwd=self.folder)
        wait_until(self._answers_or_ended, _SECONDS)
        if self._process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended: {self.log()}")

    def _answers_or_ended(self) -> bool:
        import psycopg

        if self._process is None or self._process.poll() is not None:
            return True
        with contextlib.suppress(psycopg.OperationalError):
            self.connect(database="postgres").close()
            return True
        return False

    @property
    def pid(self) -> int:
        """Of its first process, while it runs."""
        assert self._process is not None
        return self._process.pid

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT breaks all connections, SIGQUIT is as if it had crashed."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=_SECONDS)
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it and start it again."""
        self.stop(how)
        self.start()

    def end(self) -> None:
        """Stop it for good."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """What it has logged."""
        return (self.folder / "log").read_text(errors="replace")

    def address(self, schema: str, *, database: str = DATABASE) -> str:
        """The address of a workspace by the Unix socket, where no password is asked for."""
        return f"postgresql://{USER}@/{database}?host={quote(str(self.folder))}&port={self.port}&schema={schema}"

    def loopback(self, schema: str, *, user: str = USER, password: str = PASSWORD, database: str = DATABASE) -> str:
        """The same by TCP, with a password in it."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}?schema={schema}"

    def new_schema(self) -> str:
        """A name that no other schema of this server had."""
        return f"workspace_{next(self._schemas)}"

    def connect(self, *, database: str = DATABASE) -> Any:
        """A connection of the server's owner, each of whose statements is committed by itself."""
        import psycopg

        return psycopg.connect(host=str(self.folder), port=self.port, user=USER, dbname=database, autocommit=True)

    def run(self, statement: str, *, database: str = DATABASE) -> list[tuple[Any, ...]]:
        """Run a statement as the server's owner; returns the rows of its answer."""
        with self.connect(database=database) as connection:
            cursor = connection.execute(statement.encode())
            rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
            return rows


class StandbyServer(PostgresqlServer):
    """A standby of another server: it follows what that does, and takes questions only. It has the same users."""

    def __init__(self, primary: PostgresqlServer) -> None:
        self.bin = primary.bin
        self._process = None
        self.folder = Path(tempfile.mkdtemp(prefix="certfleet-postgresql-"))
        self.port = 0
        if self._person:
            shutil.chown(self.folder, self._person, self._person)
        line: list[str | Path] = [
            *self.as_person(),
            *(self.bin / "pg_basebackup", "-D", self.folder / "data", "-R", "-c", "fast", "--no-sync", "-U", USER),
            *("-h", primary.folder, "-p", str(primary.port)),
        ]
        subprocess.run(line, check=True, capture_output=True, cwd=self.folder)
        with (self.folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write(f"unix_socket_directories = '{self.folder}'\n")

    def begin(self) -> None:
        """Start it for the first time, on a free port."""
        self._start_on_a_free_port()


def begun() -> PostgresqlServer:
    """A server that runs; the test that asks is skipped where there can't be one."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed")
    server = PostgresqlServer(found)
    try:
        server.begin()
    except BaseException:
        server.end()
        raise
    return server


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """The server of this process; a test that stops it starts it again."""
    server = begun()
    try:
        yield server
    finally:
        server.end()


@pytest.fixture
def postgresql_workspace(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The address of a workspace that doesn't exist yet, in a schema of the test's own, which is dropped afterwards."""
    schema = postgresql_server.new_schema()
    yield postgresql_server.address(schema)
    postgresql_server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    postgresql_server.run(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
