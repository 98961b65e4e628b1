"""The TinyDB table over an engine: TinyDB's own operations, indexes, transactions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tinydb import TinyDB, where
from tinydb.operations import increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from certfleet.store.persistence.conditions import Key
from certfleet.store.persistence.copies.memory import MemoryEngine
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.engine import Row
from certfleet.store.persistence.sql.engine import SqlEngine
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from tests.examples import examples
from tests.store.persistence.engine_places import EnginePlace, place_for

INDEXES = {"devices": ("serial", "group")}


@pytest.fixture(params=["memory", "file", "rows", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    if request.param == "rows":
        return Database(MemoryEngine({}), INDEXES)
    return Database(place_for(request, request.param).open(INDEXES), INDEXES)


def test_it_is_a_tinydb_table(database: Database) -> None:
    devices = database.table("devices")
    first, second = devices.insert_multiple([{"serial": "A", "days": 3}, {"serial": "B", "days": 9}])

    assert devices.get(doc_id=first) == {"serial": "A", "days": 3}
    assert [found.doc_id for found in devices.search(where("days") > 5)] == [second]
    assert devices.update(increment("days"), where("serial") == "A") == [first]
    assert devices.upsert({"serial": "C", "days": 1}, where("serial") == "C") == [3]
    assert devices.remove(doc_ids=[second]) == [second]
    assert [(found.doc_id, found["days"]) for found in devices] == [(first, 4), (3, 1)]
    assert len(devices) == devices.count(where("days") >= 0) == 2
    assert database.tables() == {"devices"}


def test_an_indexed_lookup_needs_no_loading_and_agrees_with_a_loaded_table(database: Database) -> None:
    devices = database.table("devices")
    devices.insert_multiple({"serial": f"S{n}", "group": n % 3} for n in range(30))

    before = devices.find("serial", "S7"), devices.find("group", 1), devices.find("serial", "none")
    assert len(devices.all()) == 30  # now it is loaded
    assert before == (devices.find("serial", "S7"), devices.find("group", 1), devices.find("serial", "none"))
    assert [found.doc_id for found in before[1]] == list(range(2, 30, 3))


def test_an_index_follows_updates_and_removals(database: Database) -> None:
    devices = database.table("devices")
    (id,) = devices.insert_multiple([{"serial": "A", "group": 1}])
    devices.all()

    devices.update({"group": 2}, doc_ids=[id])
    assert (devices.find("group", 1), len(devices.find("group", 2))) == ([], 1)
    devices.remove(doc_ids=[id])
    assert devices.find("group", 2) == []


def test_an_id_is_never_given_twice(database: Database) -> None:
    devices = database.table("devices")
    assert devices.insert({"serial": "A"}) == 1
    devices.remove(doc_ids=[1])
    assert devices.insert({"serial": "B"}) == 2


def test_what_a_reader_changes_in_its_copy_changes_nothing(database: Database) -> None:
    devices = database.table("devices")
    id = devices.insert({"serial": "A"})
    devices.all()
    devices.get(doc_id=id)["serial"] = "changed"
    assert devices.get(doc_id=id) == {"serial": "A"}


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    devices, log = database.table("devices"), database.table("log")
    devices.insert({"serial": "A"})
    devices.all()

    with pytest.raises(ZeroDivisionError), database.transaction():
        devices.update({"serial": "changed"}, doc_ids=[1])
        devices.insert({"serial": "B"})
        log.insert({"said": "B came"})
        assert devices.get(doc_id=1)["serial"] == "changed"  # one's own writes are seen
        _ = 1 / 0

    assert devices.all() == [{"serial": "A"}]
    assert (log.all(), devices.find("serial", "B")) == ([], [])
    assert database.poll() is not None  # the first insertion
    assert database.poll() is None


def test_an_attempt_within_a_transaction_is_undone_by_itself(database: Database) -> None:
    devices = database.table("devices")
    devices.all()
    with database.transaction():
        devices.insert({"serial": "A"})
        with pytest.raises(ZeroDivisionError), database.attempt():
            devices.update({"serial": "changed"}, doc_ids=[1])
            devices.insert({"serial": "B"})
            _ = 1 / 0
        with database.attempt():
            devices.insert({"serial": "C"})
    assert [found["serial"] for found in devices] == ["A", "C"]
    assert (len(devices.find("serial", "C")), devices.find("serial", "B")) == (1, [])


def test_what_was_put_is_seen_before_it_is_written(place: EnginePlace) -> None:
    engine = place.open(INDEXES)
    assert isinstance(engine, SqlEngine)
    database = Database(engine, INDEXES)
    devices = database.table("devices")
    with database.transaction():
        devices.write([Row(1, {"serial": "A"}), Row(2, {}), Row(3, {"serial": "C"})])
        devices.write([Row(3, None)])
        assert dict(engine.texts("devices", [1, 2, 3, 4])) == {1: '{"id":1,"serial":"A"}', 2: '{"id":2}'}
        assert engine._sql.row("SELECT count(*) FROM devices") == (0,)  # nobody has asked for it
        assert devices.find("serial", "A") == [{"serial": "A"}]
        assert dict(engine.texts("devices", [1, 2, 3, 4])) == {1: '{"id":1,"serial":"A"}', 2: '{"id":2}'}
        devices.write([Row(4, {"serial": "D"})])
        with pytest.raises(ZeroDivisionError), database.attempt():
            devices.write([Row(5, {"serial": "E"})])
            _ = 1 / 0
        devices.write([Row(6, {"serial": "F"})])
    assert [found.doc_id for found in devices] == [1, 2, 4, 6]
    database.close()


def test_the_newest_documents_come_page_by_page(database: Database) -> None:
    log = database.table("log")
    log.insert_multiple({"line": n} for n in range(1, 8))
    assert [line["line"] for line in log.tail(3)] == [7, 6, 5]
    assert [line["line"] for line in log.tail(3, before=5)] == [4, 3, 2]


def test_a_lookup_uses_the_index(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "store.db", INDEXES)
    plan = engine._connection.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM devices WHERE body ->> '$.serial' IS ? AND body IS NOT NULL",
        ("A",),
    ).fetchall()
    assert "devices.serial" in plan[0][-1]


class LikeStockTinyDB(RuleBasedStateMachine):
    """Whatever is done to a table, it holds what stock TinyDB would hold."""

    values = st.dictionaries(st.sampled_from(["serial", "group", "days"]), st.integers(0, 3), max_size=3)

    @initialize(loaded=st.booleans(), rows=st.booleans())
    def start(self, loaded: bool, rows: bool) -> None:
        self.ours = Database(MemoryEngine({}) if rows else SqliteEngine(None), INDEXES).table("devices")
        self.stock = TinyDB(storage=MemoryStorage).table("devices")
        self.next_id = 1
        if loaded:
            self.ours.all()

    @rule(value=values)
    def insert(self, value: dict[str, int]) -> None:
        # Stock TinyDB gives the id of a deleted newest document again; ours never does.
        self.stock.insert(Document(value, self.next_id))
        assert self.ours.insert(value) == self.next_id
        self.next_id += 1

    @rule(value=values, group=st.integers(0, 3))
    def update(self, value: dict[str, int], group: int) -> None:
        condition = where("group") == group
        assert self.ours.update(value, condition) == self.stock.update(value, condition)

    @rule(group=st.integers(0, 3))
    def remove(self, group: int) -> None:
        condition = where("group") == group
        assert self.ours.remove(condition) == self.stock.remove(condition)

    @rule(group=st.integers(0, 3))
    def look_up(self, group: int) -> None:
        assert self.ours.find("group", group) == self.stock.search(where("group") == group)

    @invariant()
    def same(self) -> None:
        if hasattr(self, "ours"):
            assert {d.doc_id: dict(d) for d in self.ours} == {d.doc_id: dict(d) for d in self.stock}


TestLikeStockTinyDB = LikeStockTinyDB.TestCase
TestLikeStockTinyDB.settings = settings(examples(40), stateful_step_count=20)


def test_groups_come_in_the_order_of_their_values(database: Database) -> None:
    things = database.table("things")
    things.insert_multiple({"name": name} if name else {} for name in ("c", "a", None, "b", "a"))
    keys = [Key("name"), Key("tags", "has")]
    assert list(things.grouped(keys).items()) == [
        ((None, False), 1),
        (("a", False), 2),
        (("b", False), 1),
        (("c", False), 1),
    ]
