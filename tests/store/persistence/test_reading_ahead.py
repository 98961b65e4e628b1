"""Small tables that are read together: whoever asks for them meanwhile gets the same answers as before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from certfleet.store.persistence.damage import DamagedRecord
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.engine import Engine
from tests.store.persistence.engine_places import EnginePlace
from tests.waiting import wait_until

TABLES = ("things", "many", "none")
INDEXES = dict.fromkeys(TABLES, ("name",))


class Thing(msgspec.Struct):
    """A record of the tests' tables."""

    id: int
    name: str


QUESTIONS: dict[str, Callable[[Engine, str], Any]] = {
    "get": lambda engine, table: [engine.get(table, id) for id in range(5)],
    "record": lambda engine, table: [engine.record(table, id, Thing) for id in range(5)],
    "records": lambda engine, table: list(engine.records(table, Thing)),
    "records by id": lambda engine, table: list(engine.records(table, Thing, [3, 1, 99])),
    "scan": lambda engine, table: list(engine.scan(table)),
    "find": lambda engine, table: [engine.find(table, "name", name) for name in ("third", "nobody")],
    "tail": lambda engine, table: [engine.tail(table, 2, before) for before in (None, 3)],
    "count": lambda engine, table: engine.count(table),
    "ids": lambda engine, table: engine.ids(table),
    "highest id": lambda engine, table: engine.highest_id(table),
}


@pytest.fixture
def filled(place: EnginePlace) -> Engine:
    engine = place.open(INDEXES)
    engine.begin()
    engine.put("things", [(1, '{"name":"first"}'), (2, '{"name":"second"}'), (3, '{"name":"third"}')])
    engine.put("things", [(4, '{"name":"fourth"}')])
    engine.put("many", [(id, f'{{"name":"number {id}"}}') for id in range(1, 400)])
    engine.commit()
    engine.begin()
    engine.put("things", [(2, None), (4, None)])
    engine.commit()
    return engine


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("table", TABLES)
def test_the_answers_are_the_same(filled: Engine, table: str, question: str) -> None:
    ask = QUESTIONS[question]
    before = ask(filled, table)

    with filled.reading_ahead((*TABLES, "unheard of")):
        assert ask(filled, table) == before
    assert ask(filled, table) == before


def test_what_others_commit_before_and_meanwhile_is_told_afterwards(place: EnginePlace) -> None:
    with Database(place.open(INDEXES), INDEXES) as one, Database(place.open(INDEXES), INDEXES) as two:
        one.table("things").insert({"name": "first"})
        two.poll()
        one.table("things").insert({"name": "second"})
        with two.engine.reading_ahead(TABLES):
            one.table("things").insert({"name": "third"})
            assert len(two.table("things").all()) >= 2

        told: set[int] = set()

        def are_told() -> bool:
            if (changes := two.poll()) is not None:
                told.update(changes.tables["things"])
            return {2, 3} <= told

        wait_until(are_told)
        assert [thing["name"] for thing in two.table("things")] == ["first", "second", "third"]


def test_a_transaction_inside_sees_what_others_committed(place: EnginePlace) -> None:
    one, two = place.open(INDEXES), place.open(INDEXES)
    with two.reading_ahead(TABLES):
        one.begin()
        one.put("things", [(1, '{"name":"theirs"}')])
        one.commit()

        two.begin()
        assert two.get("things", 1) == {"name": "theirs"}
        two.put("things", [(1, '{"name":"ours"}')])
        assert two.get("things", 1) == {"name": "ours"}
        two.rollback()

        assert two.get("things", 1) == {"name": "theirs"}


def test_a_record_that_does_not_fit_is_named(filled: Engine) -> None:
    filled.begin()
    filled.put("things", [(3, '{"name":3}')])
    filled.commit()

    with filled.reading_ahead(TABLES):
        assert filled.get("things", 3) == {"name": 3}
        with pytest.raises(DamagedRecord, match="things:3"):
            filled.record("things", 3, Thing)
