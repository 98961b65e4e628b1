"""The columns from which PostgreSQL filters and counts: filled whoever writes, carried over, checked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from certfleet.store.persistence.conditions import CompositeIndex, Key, OneOf, Value, Within, has_items
from certfleet.store.persistence.engine import Body
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from certfleet.store.persistence.sql import carrying_over
from certfleet.store.persistence.sql.carrying_over import told_by
from certfleet.store.persistence.sql.checksum import checksum
from tests.postgresql_server import PostgresqlServer

KIND, PENDING, ENDS = Key("kind"), Key("pending", "has"), Key("ends", "moment")
LOOKUPS = {"devices": ("name",)}
INDEXES = {"devices": ("name", CompositeIndex("listed", (KIND, PENDING, ENDS)), CompositeIndex("end", (ENDS,)))}
BODIES: list[Body] = [
    {"name": f"device {n}", "kind": ("ios", "windows")[n % 2], "pending": [{"kind": "wipe"}] * (n % 3 == 0)}
    for n in range(1, 61)
]
COUNTED = {("ios", True): 10, ("ios", False): 20, ("windows", True): 10, ("windows", False): 20}

OLD_WRITE = (  # as the release before wrote a row
    "INSERT INTO devices (id, number, body, sum) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (id) DO UPDATE SET number = excluded.number, body = excluded.body, sum = excluded.sum"
)


class Place:
    """A schema of a test's own."""

    def __init__(self, server: PostgresqlServer, address: str) -> None:
        self.address = postgresql_address(address)
        self._server = server

    def open(self) -> PostgresqlEngine:
        """An engine of this release."""
        return PostgresqlEngine(self.address, INDEXES)

    def run(self, statement: str, *settings: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a statement as somebody else."""
        with self._server.connect() as connection:
            for setting in (f"search_path = {self.address.schema}", *settings):
                connection.execute(f"SET {setting}")
            cursor = connection.execute(statement, values or None)
            return list(cursor.fetchall()) if cursor.description else []

    def write_as_before(self, id: int, number: int, body: Body) -> None:
        """Write a row as the release before does."""
        text = msgspec.json.encode(body).decode()
        self.run(OLD_WRITE, values=(id, number, text, checksum("devices", id, number, text)))


@pytest.fixture
def new(postgresql_server: PostgresqlServer, postgresql_workspace: str) -> Place:
    """An empty workspace of this release."""
    place = Place(postgresql_server, postgresql_workspace)
    place.open().close()
    return place


@pytest.fixture
def older(postgresql_server: PostgresqlServer, postgresql_workspace: str) -> Place:
    """One as the release before leaves it: its indexes are over expressions."""
    place = Place(postgresql_server, postgresql_workspace)
    engine = PostgresqlEngine(place.address, LOOKUPS)
    write(engine, BODIES)
    engine.close()
    place.run('DROP INDEX "devices.gone"')
    place.run("""CREATE INDEX "devices.end" ON devices ((left(rtrim(document ->> 'ends', 'Z'), 40) COLLATE "C"))""")
    place.run("""CREATE INDEX "devices.listed" ON devices ((left(document ->> 'kind', 500) COLLATE "C"))""")
    return place


def write(engine: PostgresqlEngine, bodies: list[Body]) -> None:
    engine.begin()
    engine.put("devices", [(id, msgspec.json.encode(body).decode()) for id, body in enumerate(bodies, 1)])
    engine.commit()


def counted(place: Place) -> dict[tuple[Value, ...], int]:
    engine = place.open()
    try:
        assert engine.check() == []
        return engine.grouped("devices", [KIND, PENDING])
    finally:
        engine.close()


def test_a_workspace_of_an_earlier_release_is_carried_over(older: Place) -> None:
    engine = older.open()
    assert engine.grouped("devices", [KIND, PENDING]) == COUNTED
    assert engine.count_where("devices", has_items("pending")) == 20
    assert engine.check() == []
    engine.close()
    (found,) = older.run("SELECT pg_get_indexdef('\"devices.listed\"'::regclass)")
    assert str(found[0]).endswith("(kind, has_pending, ends, id)")
    assert older.run("SELECT relallvisible > 0 FROM pg_class WHERE oid = 'devices'::regclass") == [(True,)]


def test_several_processes_carry_it_over_at_once(older: Place) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: counted(older), range(4)))
    assert found == [COUNTED] * 4


def test_it_is_told_of_a_large_one_once(older: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    with told_by(lambda: told.append("it takes a while")):
        monkeypatch.setattr(carrying_over, "LARGE", 1)
        for _ in range(2):
            older.open().close()
    assert told == ["it takes a while"]


def test_the_release_before_may_go_on_writing(older: Place) -> None:
    """A console of it may be open meanwhile."""
    older.open().close()
    older.write_as_before(1, 2, {"name": "device 1", "kind": "android", "ends": "2026-01-05T08:00:00Z"})
    older.write_as_before(61, 2, {"name": "device 61", "kind": "android", "pending": [{"kind": "wipe"}]})
    older.run("UPDATE _transactions SET number = 2")
    engine = older.open()
    assert engine.ids_where("devices", OneOf(KIND, ("android",))) == [1, 61]
    assert engine.ids_where("devices", Within(ENDS, None, None)) == [1]
    assert engine.check() == []
    engine.close()


def test_a_document_may_have_what_jsonb_does_not_know(new: Place) -> None:
    engine = new.open()
    write(engine, [{"name": "a\0b", "kind": "io\0s"}, {"name": "c", "kind": "x" * 3000}, {"name": 7, "kind": 8}, {}])
    assert engine.grouped("devices", [KIND]) == {("io\ufffds",): 1, ("x" * 500,): 1, ("8",): 1, (None,): 1}
    assert engine.check() == []
    engine.close()


def test_what_somebody_else_put_into_the_columns_is_found(new: Place) -> None:
    engine = new.open()
    write(engine, BODIES[:3])
    new.run("UPDATE devices SET kind = 'toaster' WHERE id = 2")
    assert engine.check() == ["the record devices:2 is filtered and counted by other values than it has"]
    write(engine, BODIES[:3])  # whoever writes it mends it
    assert engine.check() == []
    engine.close()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT kind, has_pending, count(*) FROM devices GROUP BY 1, 2",
        "SELECT id FROM devices WHERE kind IN ('ios')",
        "SELECT count(*) FROM devices WHERE ends >= '2026-01-05'",
        "SELECT id FROM devices WHERE body IS NULL",
    ],
)
def test_counts_are_answered_by_an_index_alone(new: Place, query: str) -> None:
    engine = new.open()
    write(engine, BODIES)
    engine.close()
    new.run("VACUUM ANALYZE devices")
    plan = new.run(f"EXPLAIN {query}", "enable_seqscan = off")  # sixty rows are read faster than an index
    assert "Index Only Scan" in str(plan)
