"""A standby of PostgreSQL: it answers, and lets nobody write or listen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from tests.cut_wire import CutWire
from tests.postgresql_server import PostgresqlServer, StandbyServer
from tests.waiting import wait_until

INDEXES = {"things": ("name",)}


@pytest.fixture(scope="module")
def standby(postgresql_server: PostgresqlServer) -> Iterator[StandbyServer]:
    server = StandbyServer(postgresql_server)
    try:
        server.begin()
        yield server
    finally:
        server.end()


def count(database: Database) -> int:
    return len(database.table("things"))


def test_it_shows_what_the_primary_does_and_takes_nothing(
    postgresql_workspace: str, standby: StandbyServer, postgresql_server: PostgresqlServer
) -> None:
    address = postgresql_address(postgresql_workspace)
    there = postgresql_address(standby.address(address.schema))
    with Database(PostgresqlEngine(address, INDEXES), INDEXES) as primary:
        primary.table("things").insert({"name": "first"})
        wait_until(lambda: standby.run(f"SELECT to_regclass('{address.schema}.things')") != [(None,)])
        with Database(PostgresqlEngine(there, INDEXES), INDEXES) as database:
            wait_until(lambda: (database.poll(), count(database))[1] == 1)
            primary.table("things").insert({"name": "second"})
            wait_until(lambda: database.poll() is not None)
            assert count(database) == 2
            with pytest.raises(Refusal) as caught:
                database.table("things").insert({"name": "third"})
            assert caught.value.code == "workspace-unwritable"
            assert "standby" in (caught.value.hint or "")
            assert database.engine.check() == []


def test_who_listened_to_a_primary_goes_on_at_a_standby(
    postgresql_workspace: str, standby: StandbyServer, postgresql_server: PostgresqlServer
) -> None:
    schema = postgresql_address(postgresql_workspace).schema
    with closing(CutWire(postgresql_server.port)) as wire:
        address = postgresql_server.loopback(schema).replace(f":{postgresql_server.port}/", f":{wire.port}/")
        with Database(PostgresqlEngine(postgresql_address(address), INDEXES), INDEXES) as database:
            database.table("things").insert({"name": "first"})
            database.poll()
            wait_until(lambda: standby.run(f"SELECT to_regclass('{schema}.things')") != [(None,)])
            wait_until(lambda: standby.run(f"SELECT count(*) FROM {schema}.things") == [(1,)])
            wire.server_port = standby.port
            wire.cut()
            assert count(database) == 1
            with Database(PostgresqlEngine(postgresql_address(postgresql_workspace), INDEXES), INDEXES) as primary:
                primary.table("things").insert({"name": "second"})
            wait_until(lambda: (database.poll(), count(database))[1] == 2)
