"""A connection to PostgreSQL over which nothing arrives any more, and which nobody closes, as when a firewall drops its
packets."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence import postgresql_silence, postgresql_statements
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql import PostgresqlEngine
from certfleet.store.persistence.postgresql_address import postgresql_address
from tests.cut_wire import CutWire
from tests.postgresql_server import PostgresqlServer
from tests.waiting import LONG, wait_until

INDEXES = {"things": ("name",)}


@pytest.fixture
def wire(postgresql_server: PostgresqlServer) -> Iterator[CutWire]:
    with closing(CutWire(postgresql_server.port)) as wire:
        yield wire


@pytest.fixture
def database(postgresql_server: PostgresqlServer, wire: CutWire, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database behind the wire, with one thing in it; nobody waits long for an answer."""
    monkeypatch.setattr(postgresql_silence, "OTHERS_SECONDS", 1.0)
    monkeypatch.setitem(postgresql_statements._CONNECTING, "connect_timeout", 2)
    address = postgresql_server.loopback(postgresql_server.new_schema())
    there = postgresql_address(address.replace(f":{postgresql_server.port}/", f":{wire.port}/"))
    with Database(PostgresqlEngine(there, INDEXES), INDEXES) as database:
        database.table("things").insert({"name": "first"})
        yield database


def insert(database: Database) -> object:
    return database.table("things").insert({"name": "second"})


def read_one(database: Database) -> object:
    return database.engine.get("things", 1)


def read_all(database: Database) -> object:
    return list(database.engine.scan("things"))


def write_many(database: Database) -> object:
    return database.table("things").insert_multiple({"name": str(number)} for number in range(3000))


async def on_a_screen(does: Callable[[], object]) -> object:
    return does()


@pytest.mark.parametrize("is_screen", [False, True], ids=["command", "screen"])
@pytest.mark.parametrize("does", [insert, read_one, read_all, write_many])
def test_it_counts_as_lost(
    database: Database, wire: CutWire, does: Callable[[Database], object], is_screen: bool
) -> None:
    refused: list[Refusal] = []

    def try_it() -> None:
        try:
            if is_screen:
                asyncio.run(on_a_screen(lambda: does(database)))
            else:
                does(database)
        except Refusal as refusal:
            refused.append(refusal)

    wire.is_silent = True
    trying = threading.Thread(target=try_it, daemon=True)
    trying.start()
    trying.join(LONG)
    assert not trying.is_alive()
    assert [refusal.code for refusal in refused] == ["database-unreachable"]
    wire.is_silent = False
    found: list[object] = []

    def is_back() -> bool:
        with suppress(Refusal):  # an attempt of before may be under way
            found.extend(row.body for row in database.engine.scan("things"))
        return bool(found)

    wait_until(is_back)
    assert found == [{"name": "first"}]


@pytest.mark.parametrize("is_long", [False, True], ids=["short", "long"])
def test_a_slow_answer_of_a_server_that_is_there_is_waited_for(
    database: Database, is_long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    ask = postgresql_silence._asked

    def and_count(*given: object) -> None:
        asked.append(given)
        ask(*given)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(postgresql_silence, "_asked", and_count)
    monkeypatch.setattr(postgresql_silence, "OTHERS_SECONDS", LONG / 4)
    monkeypatch.setattr(postgresql_silence, "SILENT_SECONDS", 0.1)
    statements = database.engine._sql  # type: ignore[attr-defined]  # as the engine asks
    query = "SELECT 1 FROM pg_sleep(1)"
    assert list(statements.many(query) if is_long else statements.rows(query)) == [(1,)]
    assert asked
