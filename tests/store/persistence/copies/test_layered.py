"""A copy over the rows of large tables: it reads like a copy in dictionaries, and nobody else's changes reach it."""

from __future__ import annotations

import pickle
from random import Random
from typing import Any

import pytest
from msgspec import Struct

from certfleet.store.persistence.conditions import Key, OneOf
from certfleet.store.persistence.copies.layered import LayeredEngine
from certfleet.store.persistence.copies.packed_rows import PackedRows
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.engine import Engine, Row
from tests.store.persistence.engine_places import SHARED, EnginePlace, place_for

INDEXES = {"devices": ("serial", "group")}


class Short(Struct, frozen=True):
    """A document as a record."""

    id: int
    serial: str


@pytest.fixture(params=SHARED)
def place(request: pytest.FixtureRequest) -> EnginePlace:
    """A place with 30 devices, one of which has been removed, and a site."""
    place = place_for(request, request.param)
    database = Database(place.open(INDEXES), INDEXES)
    devices = database.table("devices")
    devices.insert_multiple({"serial": f"S{number:02}", "group": f"G{number % 3}"} for number in range(30))
    devices.remove(doc_ids=[4])
    devices.update({"group": None}, doc_ids=[9, 21])
    devices.update({"note": '"group":null', "lent": True}, doc_ids=[3, 17])
    database.table("sites").insert({"name": "Leeds"})
    return place


def everything(engine: Engine) -> dict[str, Any]:
    """What each of the engine's questions is answered."""
    return {
        "tables": sorted(engine.tables()),
        "get": [engine.get("devices", id) for id in range(40)],
        "texts": sorted(engine.texts("devices", range(40))),
        "find": [engine.find("devices", "group", group) for group in ("G0", "G1", "new", None)],
        "between": engine.ids_where("devices", OneOf(Key("serial"), ("S05", "S22"))),
        "without": [engine.ids_without("devices", field) for field in ("group", "lent", "serial")],
        "scan": list(engine.scan("devices")),
        "records": list(engine.records("devices", Short)),
        "some records": list(engine.records("devices", Short, [31, 2, 4, 9, 77])),
        "record": [engine.record("devices", id, Short) for id in range(40)],
        "tail": [engine.tail("devices", 7, before) for before in (None, 31, 5, 1)],
        "count": engine.count("devices"),
        "ids": engine.ids("devices"),
        "highest": engine.highest_id("devices"),
        "sites": list(engine.scan("sites")),
    }


def change(engine: Engine) -> None:
    """Change, remove and add devices; one of two transactions is undone, and a part of the other one."""
    database = Database(engine, INDEXES)
    devices = database.table("devices")
    devices.update({"group": "new"}, doc_ids=[2, 9, 17])
    devices.remove(doc_ids=[1, 9, 30])
    devices.insert_multiple([{"serial": "T1", "group": "G0"}, {"serial": "T2", "group": "new"}])
    devices.remove(doc_ids=[32])
    for undone in (database.transaction, _attempt(database)):
        with pytest.raises(ZeroDivisionError), undone():
            devices.update({"serial": "none"}, doc_ids=[2, 11])
            devices.insert({"serial": "T3", "group": "G1"})
            devices.remove(doc_ids=[12])
            raise ZeroDivisionError
    devices.write([Row(11, {"serial": "again", "group": "G2"})])


def _attempt(database: Database) -> Any:
    def attempt() -> Any:
        from contextlib import ExitStack

        stack = ExitStack()
        stack.enter_context(database.transaction())
        stack.enter_context(database.attempt())
        return stack

    return attempt


def test_it_reads_like_a_copy_in_dictionaries(place: EnginePlace) -> None:
    source = place.open(INDEXES)
    layered, whole = source.layered_copy(least=10), source.rows_copy()
    assert isinstance(layered, LayeredEngine)
    assert everything(layered) == everything(whole)
    change(layered)
    change(whole)
    assert everything(layered) == everything(whole)


def test_a_copy_of_it_goes_its_own_way(place: EnginePlace) -> None:
    layered = place.open(INDEXES).layered_copy(least=10)
    change(layered)
    before, copy = everything(layered), layered.copy()
    assert everything(copy) == before
    Database(copy, INDEXES).table("devices").update({"serial": "other"}, doc_ids=[3])
    assert everything(layered) == before != everything(copy)
    copy.close()
    assert everything(layered) == before


def test_what_others_write_afterwards_is_not_seen(place: EnginePlace) -> None:
    source = place.open(INDEXES)
    layered = source.layered_copy(least=10)
    before = everything(layered)
    change(place.open(INDEXES))
    assert everything(layered) == before


def test_another_process_gets_all_rows(place: EnginePlace) -> None:
    layered = place.open(INDEXES).layered_copy(least=10)
    change(layered)
    there = pickle.loads(pickle.dumps(layered))
    assert not isinstance(there, LayeredEngine)
    assert everything(there) == everything(layered)


def test_small_tables_and_those_left_out_are_not_read_later(place: EnginePlace) -> None:
    source = place.open(INDEXES)
    assert not isinstance(source.layered_copy(), LayeredEngine)
    assert not isinstance(source.layered_copy(["devices"], least=10), LayeredEngine)


def test_what_is_written_is_kept_in_a_quarter_of_the_memory() -> None:
    def text(number: int) -> str:
        hours = ", ".join(f'"{hour}": "Natalie’s iPhone at {hour} o’clock"' for hour in range(20))
        return f'{{"serial": "S{number:05}", {hours}}}'

    rows, chance = PackedRows(text(number) for number in range(5)), Random(7)
    assert not rows
    expected: dict[int, str | None] = {}
    for number in range(200):
        id = chance.randrange(1, 50)
        rows[id] = expected[id] = chance.choice((None, text(number), "{}"))
    assert dict(rows) == expected
    other = rows.copy()
    del other[next(iter(expected))]
    assert dict(rows) == expected != dict(other)
    rows[1000] = text(1)
    assert 4 * len(rows._packed[1000] or b"") < len(text(1).encode())


def test_its_connection_is_closed_with_the_last_copy() -> None:
    from certfleet.store.persistence.copies.layered import StateBelow
    from certfleet.store.persistence.sqlite.engine import SqliteEngine

    class WatchedEngine(SqliteEngine):
        is_open = True

        def close(self) -> None:
            self.is_open = False
            super().close()

    engine = WatchedEngine(None, INDEXES)
    first = LayeredEngine({}, StateBelow(engine, ["devices"]))
    second = first.copy()
    first.close()
    assert engine.is_open
    second.close()
    assert not engine.is_open
