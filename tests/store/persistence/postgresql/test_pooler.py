"""pgbouncer between us and PostgreSQL: all works where a client keeps its session, and nothing is begun elsewhere."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql.address import PostgresqlAddress, postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from tests.postgresql_server import DATABASE, USER, PostgresqlServer
from tests.waiting import wait_until

INDEXES = {"things": ("name",)}
PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
Pooled = Callable[[str], PostgresqlAddress]


@pytest.fixture
def pooled(postgresql_server: PostgresqlServer) -> Iterator[Pooled]:
    """Starts a pooler with a pool mode; the address of a new schema behind it."""
    if PROGRAM is None:
        pytest.skip("pgbouncer is not installed")
    started: list[subprocess.Popen[bytes]] = []

    def begin(mode: str) -> PostgresqlAddress:
        port = _free_port()
        file = postgresql_server.folder / f"pgbouncer-{port}.ini"
        file.write_text(f"""
            [databases]
            {DATABASE} = host={postgresql_server.folder} port={postgresql_server.port} user={USER}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
        """)
        line: list[str | Path] = [*postgresql_server.as_person(), "--pdeathsig", "KILL", str(PROGRAM), file]
        started.append(subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        wait_until(lambda: _answers(port) or started[-1].poll() is not None)
        schema = postgresql_server.new_schema()
        return postgresql_address(f"postgresql://{USER}@127.0.0.1:{port}/{DATABASE}?schema={schema}")

    yield begin
    for pooler in started:
        pooler.kill()
        pooler.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_session_for_each_client_is_all_that_is_needed(pooled: Pooled) -> None:
    address = pooled("session")
    with (
        Database(PostgresqlEngine(address, INDEXES), INDEXES) as one,
        Database(PostgresqlEngine(address, INDEXES), INDEXES) as other,
    ):
        one.table("things").insert({"name": "first"})
        other.table("things").insert({"name": "second"})
        one.catch_up()
        assert [thing["name"] for thing in one.table("things")] == ["first", "second"]


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_nothing_is_begun_where_each_transaction_gets_another_session(
    mode: str, pooled: Pooled, postgresql_server: PostgresqlServer
) -> None:
    address = pooled(mode)
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            PostgresqlEngine(address, INDEXES)
        assert refused.value.code == "database-pooled"
    schemas = postgresql_server.run("SELECT nspname FROM pg_namespace")
    assert (address.schema,) not in schemas
