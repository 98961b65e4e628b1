"""Answers of PostgreSQL that may be long: a short one takes one round trip, and no cursor stays open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.statements import FETCHED, PostgresqlStatements
from tests.cut_wire import CutWire
from tests.postgresql_server import PostgresqlServer
from tests.waiting import wait_until

UP_TO = "SELECT number FROM generate_series(1, ?::int) AS number"
OPEN = "SELECT name FROM pg_cursors WHERE name LIKE 'certfleet%'"


@pytest.fixture
def wire(postgresql_server: PostgresqlServer) -> Iterator[CutWire]:
    with closing(CutWire(postgresql_server.port)) as wire:
        yield wire


@pytest.fixture
def statements(postgresql_server: PostgresqlServer, wire: CutWire) -> Iterator[PostgresqlStatements]:
    address = postgresql_server.loopback(postgresql_server.new_schema())
    statements = PostgresqlStatements(
        postgresql_address(address.replace(f":{postgresql_server.port}/", f":{wire.port}/"))
    )
    statements.connect()
    with closing(statements):
        yield statements


def numbers(statements: PostgresqlStatements, count: int) -> list[int]:
    return [number for (number,) in statements.many(UP_TO, (count,))]


def open_cursors(statements: PostgresqlStatements) -> int:
    return len(list(statements.rows(OPEN)))


def test_a_short_answer_takes_one_round_trip(statements: PostgresqlStatements, wire: CutWire) -> None:
    said: list[bytes] = []

    def listens(part: bytes) -> bool:
        said.append(part)
        return False

    assert numbers(statements, 3) == [1, 2, 3]
    wire.before = listens
    assert numbers(statements, 2) == [1, 2]
    assert numbers(statements, 0) == []
    wire.before = None
    assert len(said) == 2, said


@pytest.mark.parametrize("count", [0, 1, FETCHED - 1, FETCHED, FETCHED + 1, 2 * FETCHED, 2 * FETCHED + 7])
def test_answers_of_any_length_are_whole(statements: PostgresqlStatements, count: int) -> None:
    assert numbers(statements, count) == list(range(1, count + 1))
    statements.run("BEGIN")
    assert numbers(statements, count) == list(range(1, count + 1))
    statements.run("COMMIT")
    assert numbers(statements, count) == list(range(1, count + 1))


def test_answers_are_read_beside_each_other(statements: PostgresqlStatements) -> None:
    count = FETCHED * 2 + 1
    pairs = zip(statements.many(UP_TO, (count,)), statements.many(UP_TO, (count,)), strict=True)
    assert sum(one == other == (at,) for at, (one, other) in enumerate(pairs, 1)) == count


def test_at_most_one_cursor_stays_open(statements: PostgresqlStatements) -> None:
    for count in (3, FETCHED + 1, 3, 3):
        numbers(statements, count)
        assert open_cursors(statements) <= 1
    statements.run("BEGIN")
    for count in (3, FETCHED + 1, 3, 3):
        numbers(statements, count)
        assert open_cursors(statements) <= 1
    statements.run("COMMIT")
    assert open_cursors(statements) == 0


@pytest.mark.parametrize("count", [3, FETCHED * 3], ids=["short", "long"])
def test_an_answer_that_nobody_reads_to_its_end_leaves_no_cursor(statements: PostgresqlStatements, count: int) -> None:
    for _ in range(3):
        answer = statements.many(UP_TO, (count,))
        assert [next(answer) for _ in range(2)] == [(1,), (2,)]
        del answer
    long = statements.many(UP_TO, (count + FETCHED,))
    assert sum(1 for _ in zip(range(FETCHED + 1), long, strict=False)) == FETCHED + 1
    del long
    assert open_cursors(statements) <= 1


def test_transactions_that_end_in_any_way_leave_no_trouble(statements: PostgresqlStatements) -> None:
    for end in ("COMMIT", "ROLLBACK"):
        statements.run("BEGIN")
        assert numbers(statements, 2) == [1, 2]
        statements.run("SAVEPOINT step")
        assert numbers(statements, 2) == [1, 2]
        statements.run("ROLLBACK TO step")
        assert numbers(statements, 2) == [1, 2]
        statements.run(end)
        assert numbers(statements, 2) == [1, 2]
    statements.run("BEGIN")
    assert numbers(statements, 2) == [1, 2]
    with suppress(Exception):
        statements.row("SELECT 1 / 0")
    statements.run("ROLLBACK")
    assert numbers(statements, 2) == [1, 2]


def test_after_a_lost_connection_the_next_answer_comes_over_another(
    statements: PostgresqlStatements, wire: CutWire
) -> None:
    assert numbers(statements, 2) == [1, 2]
    wire.cut()
    assert numbers(statements, 2) == [1, 2]
    assert statements.connections == 2


def test_the_rest_of_an_answer_is_lost_with_its_connection(statements: PostgresqlStatements, wire: CutWire) -> None:
    answer = statements.many(UP_TO, (FETCHED * 2,))
    assert next(answer) == (1,)
    wire.cut()

    def is_back() -> bool:
        with suppress(Refusal):
            return numbers(statements, 1) == [1]
        return False

    wait_until(is_back)
    with pytest.raises(Refusal) as refused:
        list(answer)
    assert refused.value.code == "database-unreachable"
    assert numbers(statements, 2) == [1, 2]
