"""Restore points: an earlier state comes back row for row, ids included, whatever happened since."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from certfleet.store.persistence.database import Database
from certfleet.store.persistence.engine import Engine
from certfleet.store.persistence.postgresql import engine as postgresql
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from certfleet.store.persistence.sqlite import engine as sqlite
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from tests.examples import examples
from tests.postgresql_server import PostgresqlServer
from tests.store.persistence.engine_places import EnginePlace
from tests.waiting import told

TABLES = {"devices": ("serial_number",), "events": ()}


def contents(database: Database) -> dict[str, dict[int, dict[str, Any]]]:
    """Every row of the tables, and the next id of each."""
    found = {}
    for name in TABLES:
        table = database.table(name)
        found[name] = {row.doc_id: dict(row) for row in table} | {0: {"next": table.highest_id()}}
    return found


def test_tables_that_the_transaction_has_read_are_restored(place: EnginePlace) -> None:
    engine = place.open(TABLES)
    engine.begin()
    engine.put("devices", [(id, f'{{"serial_number":"before {id}"}}') for id in range(1, 4)])
    engine.commit()
    engine.begin()
    point = engine.keep_point()
    engine.put("devices", [(id, f'{{"serial_number":"after {id}"}}') for id in range(1, 4)])
    engine.commit()

    engine.begin()
    assert [row.id for row in engine.scan("devices")] == [1, 2, 3]
    engine.restore(point, ())
    engine.commit()

    assert [row.id for row in engine.find("devices", "serial_number", "before 2")] == [2]


class AnyHistory(RuleBasedStateMachine):
    """Rows are written and removed, points made, dropped and restored, in any order."""

    def __init__(self, engine: Engine | None = None) -> None:
        super().__init__()
        self.database = Database(engine or SqliteEngine(None, TABLES), TABLES)
        self.database.table("audit")
        self.then: dict[int, Any] = {}

    def teardown(self) -> None:
        self.database.close()

    @rule(table=st.sampled_from(sorted(TABLES)), count=st.integers(1, 4))
    def insert(self, table: str, count: int) -> None:
        """New rows."""
        self.database.table(table).insert_multiple([{"serial_number": f"S{n}"} for n in range(count)])

    @rule(table=st.sampled_from(sorted(TABLES)), which=st.integers(0, 20), value=st.integers(0, 3))
    def change(self, table: str, which: int, value: int) -> None:
        """A row is overwritten, twice in one transaction."""
        if ids := self.database.table(table).ids():
            with self.database.transaction():
                for number in (value, value + 1):
                    chosen = ids[which % len(ids)]
                    self.database.table(table).update({"serial_number": f"N{number}"}, doc_ids=[chosen])

    @rule(table=st.sampled_from(sorted(TABLES)), which=st.integers(0, 20))
    def remove(self, table: str, which: int) -> None:
        """A row is removed."""
        if ids := self.database.table(table).ids():
            self.database.table(table).remove(doc_ids=[ids[which % len(ids)]])

    @rule()
    def keep(self) -> None:
        """A point of the present state, made by a transaction that writes as well."""
        before = contents(self.database)
        with self.database.transaction():
            point = self.database.engine.keep_point()
            self.database.table("audit").insert({"action": "keep"})
            self.database.table("devices").insert({"serial_number": "after"})
        self.then[point] = before

    @precondition(lambda self: self.then)
    @rule(which=st.integers(0, 20))
    def drop(self, which: int) -> None:
        """A point is dropped: the others stay."""
        point = sorted(self.then)[which % len(self.then)]
        with self.database.transaction():
            self.database.engine.drop_point(point)
            self.database.table("audit").insert({"action": "drop"})
        del self.then[point]

    @precondition(lambda self: self.then)
    @rule(which=st.integers(0, 20), keeps=st.booleans())
    def restore(self, which: int, keeps: bool) -> None:
        """A point is restored, with a point of the state that is left, or without."""
        point, present = sorted(self.then)[which % len(self.then)], contents(self.database)
        audit = len(self.database.table("audit"))
        with self.database.transaction():
            if keeps:
                self.then[self.database.engine.keep_point()] = present
            self.database.restore(point, {"audit"})
            self.database.table("audit").insert({"action": "restore"})
        assert contents(self.database) == self.then[point]
        assert len(self.database.table("audit")) == audit + 1
        if not keeps:  # what happened after the newest point is gone, and so are the rows kept for it
            assert self.database.engine.points() == sorted(self.then)

    @invariant()
    def the_points_are_known(self) -> None:
        """The engine knows the points that were made."""
        assert self.database.engine.points() == sorted(self.then)


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(examples(60), stateful_step_count=30)


@pytest.mark.slow
def test_any_history_in_postgresql(postgresql_server: PostgresqlServer) -> None:
    class InPostgresql(AnyHistory):
        def __init__(self) -> None:
            address = postgresql_address(postgresql_server.address(postgresql_server.new_schema()))
            super().__init__(PostgresqlEngine(address, TABLES))

    run_state_machine_as_test(InPostgresql, settings=settings(examples(20), stateful_step_count=20))


def test_another_process_sees_what_a_restoration_removed(place: EnginePlace) -> None:
    ours = Database(place.open(TABLES), TABLES)
    theirs = Database(place.open(TABLES), TABLES)
    ours.table("devices").insert({"serial_number": "A"})
    with ours.transaction():
        point = ours.engine.keep_point()
        ours.table("devices").insert({"serial_number": "B"})
        ours.table("devices").update({"serial_number": "A2"}, doc_ids=[1])
    assert [device["serial_number"] for device in theirs.table("devices")] == ["A2", "B"]
    theirs.poll()

    with ours.transaction():
        ours.restore(point, set())

    assert told(theirs).tables["devices"] == {1, 2}
    assert [device["serial_number"] for device in theirs.table("devices")] == ["A"]
    assert theirs.table("devices").find("serial_number", "B") == []
    theirs.table("devices").insert({"serial_number": "C"})  # the id of B is used again
    ours.poll()
    assert ours.table("devices").get(doc_id=2) == {"serial_number": "C"}
    ours.close()
    theirs.close()


def test_a_rolled_back_restoration_changes_nothing(place: EnginePlace) -> None:
    database = Database(place.open(TABLES), TABLES)
    with database.transaction():
        point = database.engine.keep_point()
        database.table("devices").insert({"serial_number": "A"})
    before = contents(database)
    try:
        with database.transaction():
            database.restore(point, set())
            raise InterruptedError
    except InterruptedError:
        pass
    assert contents(database) == before
    assert database.table("devices").find("serial_number", "A")
    database.close()


def test_many_changed_rows_keep_their_indexes(place: EnginePlace) -> None:
    database = Database(place.open(TABLES), TABLES)
    database.table("devices").insert_multiple([{"serial_number": f"S{n}"} for n in range(200)])
    with database.transaction():
        point = database.engine.keep_point()
        database.table("devices").update({"serial_number": "X"})
    with database.transaction():
        database.restore(point, set())
    fresh = Database(place.open(TABLES), TABLES)
    assert [row.doc_id for row in fresh.table("devices").find("serial_number", "S17")] == [18]
    assert fresh.engine.check() == []
    fresh.close()
    database.close()


@pytest.mark.parametrize("kind", ["in memory", "large", "on disk"])
def test_a_copy_goes_back_to_the_same_points(
    place: EnginePlace, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "large":
        monkeypatch.setattr(sqlite, "LARGE", 0)
        monkeypatch.setattr(postgresql, "LARGE_COPY", 0)
    on_disk = kind == "on disk"
    database = Database(place.open(TABLES), TABLES)
    devices = database.table("devices")
    devices.insert_multiple([{"serial_number": f"S{n}"} for n in range(9)])
    states: dict[int, Any] = {}
    for change in (
        lambda: devices.update({"serial_number": "X"}, doc_ids=[2]),
        lambda: devices.remove(doc_ids=[9, 3]),
        lambda: devices.insert({"serial_number": "new"}),
        lambda: database.restore(next(iter(states)), {"audit"}),
    ):
        before = contents(database)
        with database.transaction():
            point = database.engine.keep_point()
            change()
        states[point] = before
    states[database.engine.last_transaction()] = contents(database)

    for number, state in states.items():
        if on_disk:
            database.engine.copy_to(tmp_path / f"{number}.db")
        engine = SqliteEngine(tmp_path / f"{number}.db", TABLES) if on_disk else database.engine.copy()
        with closing(Database(engine, TABLES)) as copy:
            assert isinstance(engine, SqliteEngine)
            assert engine.is_large is (kind == "large")
            assert engine.points() == database.engine.points()
            assert engine.last_transaction() == database.engine.last_transaction()
            assert engine.check() == []
            with copy.transaction():
                copy.restore(number, {"audit"})
            assert contents(copy) == state
    database.close()
