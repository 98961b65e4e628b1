"""A lost connection to PostgreSQL: what was being done is done again, refused, or asked after, and nothing is lost."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql import engine as postgresql
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from tests.cut_wire import CutWire
from tests.postgresql_server import PostgresqlServer
from tests.waiting import wait_until

INDEXES = {"things": ("name",)}


@pytest.fixture
def wire(postgresql_server: PostgresqlServer) -> Iterator[CutWire]:
    wire = CutWire(postgresql_server.port)
    yield wire
    wire.close()


@pytest.fixture
def schema(postgresql_server: PostgresqlServer) -> str:
    return postgresql_server.new_schema()


@pytest.fixture
def database(postgresql_server: PostgresqlServer, schema: str, wire: CutWire) -> Iterator[Database]:
    """A database behind the wire, with one thing in it."""
    address = postgresql_server.loopback(schema).replace(f":{postgresql_server.port}/", f":{wire.port}/")
    database = Database(PostgresqlEngine(postgresql_address(address), INDEXES), INDEXES)
    add(database, "first")
    yield database
    database.close()


@pytest.fixture
def other(postgresql_server: PostgresqlServer, schema: str, database: Database) -> Iterator[Database]:
    """The same, by another way."""
    with Database(PostgresqlEngine(postgresql_address(postgresql_server.address(schema)), INDEXES), INDEXES) as other:
        yield other


def add(database: Database, name: str) -> None:
    with database.transaction():
        database.table("things").insert({"name": name})


def names(database: Database) -> list[str]:
    database.catch_up()
    return [thing["name"] for thing in database.table("things")]


def is_commit(said: bytes) -> bool:
    return b"certfleet_workspace_" in said  # the channel on which commits are told; the statements are prepared


def test_what_begins_after_the_loss_finds_a_new_connection(database: Database, other: Database, wire: CutWire) -> None:
    wire.cut()
    add(database, "second")
    wire.cut()
    assert [row.id for row in database.engine.scan("things")] == [1, 2]
    wire.cut()
    with database.moment():
        assert database.engine.count("things") == 2
    assert names(other) == ["first", "second"]


def test_a_transaction_whose_connection_is_lost_is_refused_and_changes_nothing(
    database: Database, other: Database, wire: CutWire
) -> None:
    with pytest.raises(Refusal) as refused, database.transaction():
        database.table("things").insert({"name": "second"})
        assert database.engine.count("things") == 2
        wire.cut()
        with pytest.raises(Refusal), database.attempt():  # whoever goes on is refused again
            database.table("things").insert({"name": "third"})
        database.engine.count("things")
    assert refused.value.code == "database-unreachable"
    assert "Nothing was changed" in (refused.value.hint or "")
    assert names(database) == names(other) == ["first"]
    add(database, "again")
    assert names(other) == ["first", "again"]


def test_a_transaction_that_goes_on_to_its_end_commits_nothing_over_another_connection(
    database: Database, other: Database, wire: CutWire
) -> None:
    with pytest.raises(Refusal) as refused, database.transaction():
        database.table("things").insert({"name": "second"})
        wire.cut()
    assert refused.value.code == "database-unreachable"
    assert names(database) == names(other) == ["first"]


def test_a_commit_that_did_not_arrive_is_refused(database: Database, other: Database, wire: CutWire) -> None:
    with pytest.raises(Refusal) as refused, database.transaction():
        database.table("things").insert({"name": "second"})
        wire.before = is_commit
    assert wire.cuts == 1
    assert refused.value.code == "database-unreachable"
    assert names(database) == names(other) == ["first"]


def test_a_commit_that_arrived_is_found_and_succeeds(database: Database, other: Database, wire: CutWire) -> None:
    with database.transaction():
        database.table("things").insert({"name": "second"})
        wire.after = is_commit
    assert wire.cuts == 1
    assert names(database) == names(other) == ["first", "second"]
    changes = other.poll()
    assert changes is not None and changes.tables == {"things": {2}}


def test_it_is_found_behind_others_commits(database: Database, other: Database, wire: CutWire) -> None:
    with database.transaction():
        database.table("things").insert({"name": "second"})
        wire.after = is_commit
        database.when_committed(lambda: None)
    for number in range(3):
        add(other, f"other {number}")
    add(database, "third")
    assert names(database) == ["first", "second", "other 0", "other 1", "other 2", "third"]


def test_one_whose_outcome_nobody_can_tell_says_so(
    database: Database, other: Database, wire: CutWire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "OUTCOME_SECONDS", 0.5)

    def and_all_is_down(said: bytes) -> bool:
        wire.is_down = wire.is_down or is_commit(said)
        return wire.is_down

    with pytest.raises(Refusal) as refused, database.transaction():
        database.table("things").insert({"name": "second"})
        wire.after = and_all_is_down
    assert refused.value.code == "outcome-unknown"
    wire.is_down = False
    assert names(database) == names(other) == ["first", "second"]


def test_a_reader_hears_of_what_happened_while_it_was_cut_off(
    database: Database, other: Database, wire: CutWire
) -> None:
    assert names(database) == ["first"]
    database.poll()
    assert database.poll() is None
    wire.cut()
    add(other, "second")
    heard: list[int] = []

    def hears() -> bool:
        if (changes := database.poll()) is not None:
            heard.extend(changes.tables["things"])
        return bool(heard)

    wait_until(hears)
    assert heard == [2]
    assert names(database) == ["first", "second"]


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restart", "crash"])
def test_a_server_that_restarts_keeps_what_was_committed(
    postgresql_server: PostgresqlServer, schema: str, how: signal.Signals
) -> None:
    address = postgresql_address(postgresql_server.address(schema))
    with Database(PostgresqlEngine(address, INDEXES), INDEXES) as database:
        add(database, "first")
        postgresql_server.restart(how)
        add(database, "second")
        with pytest.raises(Refusal, match="the connection was lost"), database.transaction():
            database.table("things").insert({"name": "third"})
            postgresql_server.restart(how)
        assert names(database) == ["first", "second"]
        postgresql_server.stop()
        try:
            with pytest.raises(Refusal) as refused:
                add(database, "while it is away")
            assert refused.value.code == "database-unreachable"
            with pytest.raises(Refusal):
                database.poll()
        finally:
            postgresql_server.start()
        add(database, "third")
        assert names(database) == ["first", "second", "third"]


def test_a_state_that_the_server_lost_is_lost_here_too(
    postgresql_server: PostgresqlServer, schema: str, database: Database, other: Database
) -> None:
    """After a crash, or when the administrator has restored a dump, what was read before may never have been."""
    before = postgresql_server.run(f"SELECT number, writers, touched FROM {schema}._transactions")[0]
    add(other, "never made")
    assert names(database) == ["first", "never made"]
    with postgresql_server.connect() as connection:
        connection.execute(f"DELETE FROM {schema}.things WHERE id = 2")
        connection.execute(f"UPDATE {schema}._transactions SET number = %s, writers = %s, touched = %s", before)
    assert names(database) == ["first"]
    add(other, "second")
    assert names(database) == names(other) == ["first", "second"]


def test_what_could_not_be_loaded_is_loaded_by_the_next_question(
    database: Database, other: Database, wire: CutWire
) -> None:
    assert names(database) == ["first"]
    add(other, "second")

    def asks_for_rows(said: bytes) -> bool:
        wire.is_down = wire.is_down or b"SELECT id, convert_to(body" in said
        return wire.is_down

    wire.before = asks_for_rows
    with pytest.raises(Refusal):
        database.catch_up()
    wire.is_down = False
    assert names(database) == ["first", "second"]
