"""A connection to PostgreSQL over which nothing arrives any more, and which nobody closes, as when a firewall drops its
packets."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql import silence as postgresql_silence
from certfleet.store.persistence.postgresql import statements as postgresql_statements
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
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
    ask = postgresql_silence._waits_since

    def and_count(*given: Any) -> object:
        asked.append(given)
        return ask(*given)

    monkeypatch.setattr(postgresql_silence, "_waits_since", and_count)
    monkeypatch.setattr(postgresql_silence, "OTHERS_SECONDS", LONG / 4)
    monkeypatch.setattr(postgresql_silence, "SILENT_SECONDS", 0.1)
    statements = database.engine._sql  # type: ignore[attr-defined]  # as the engine asks
    query = "SELECT 1 FROM pg_sleep(1)"
    assert list(statements.many(query) if is_long else statements.rows(query)) == [(1,)]
    assert asked


@pytest.fixture
def dropping(wire: CutWire, monkeypatch: pytest.MonkeyPatch) -> CutWire:
    """A wire that forgets single connections. It acknowledges what they are sent, so that the kernel can't tell."""
    monkeypatch.setattr(postgresql_silence, "OTHERS_SECONDS", LONG)
    monkeypatch.setattr(postgresql_silence, "SCREEN_SECONDS", LONG)
    monkeypatch.setattr(postgresql_silence, "SURE_SECONDS", 1.0)
    wire.drops = True
    return wire


@pytest.mark.parametrize("does", [insert, read_one, read_all, write_many])
def test_one_connection_that_is_dropped_is_done_without(
    database: Database, dropping: CutWire, does: Callable[[Database], object]
) -> None:
    dropping.cut()
    with suppress(Refusal):  # it may have begun a transaction
        does(database)
    does(database)
    assert dropping.cuts == 1


def test_one_that_is_dropped_in_a_transaction_keeps_nobody_waiting(
    database: Database, dropping: CutWire, postgresql_server: PostgresqlServer
) -> None:
    """Its process there holds the writer's lock, and nobody tells it that the client is gone."""
    with pytest.raises(Refusal) as refused, database.transaction():
        insert(database)
        read_all(database)
        dropping.cut()
        write_many(database)
        read_all(database)
    assert refused.value.code == "database-unreachable"
    assert insert(database) == 2
    assert [row.body for row in database.engine.scan("things")] == [{"name": "first"}, {"name": "second"}]


@pytest.mark.parametrize("arrives", [False, True], ids=["commit", "answer"])
def test_a_commit_that_is_dropped_is_done_once_or_refused(database: Database, dropping: CutWire, arrives: bool) -> None:
    def is_commit(said: bytes) -> bool:
        return b"certfleet_workspace_" in said  # the channel on which commits are told; the statements are prepared

    refused: list[str] = []
    try:
        with database.transaction():
            insert(database)
            dropping.before, dropping.after = (None, is_commit) if arrives else (is_commit, None)
    except Refusal as refusal:
        refused.append(refusal.code)
    assert refused == ([] if arrives else ["database-unreachable"])
    assert dropping.cuts == 1
    found = [row.body for row in database.engine.scan("things")]
    assert found == [{"name": "first"}, *([{"name": "second"}] if arrives else [])]
