"""Choosing, counting and ordering documents in the database: the same answers as those of the plain rule, on every
engine."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certfleet.store.persistence.conditions import (
    ID,
    All,
    CompositeIndex,
    Condition,
    Key,
    Not,
    OneOf,
    OrderKey,
    Some,
    Value,
    Within,
    has_items,
    holds_of,
    moment_text,
    value_of,
)
from certfleet.store.persistence.engine import Body, Engine
from certfleet.store.persistence.sqlite import engine as sqlite
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from tests.examples import examples as counted
from tests.store.persistence.engine_places import SHARED, place_for

KIND, GROUP, PENDING = Key("kind"), Key("group"), Key("pending", "has")
REFUSED, ENDS, NOTE = Key("refused", "item"), Key("ends", "moment"), Key("note")
INDEXES = {
    "devices": (
        "group",
        CompositeIndex("end", (ENDS,)),
        CompositeIndex("listed", (KIND, GROUP, PENDING, REFUSED, ENDS)),
    )
}
encode = msgspec.json.Encoder().encode
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
MOMENTS = [START + timedelta(microseconds=500_000 * step) for step in range(5)]  # some within a second
TEXTS = ["", "ios", "Ios", "Müller", "Ωmega", "a'b\"c"]

ASKED = All((OneOf(KIND, ("windows",)), Within(ENDS, START, None)))

moments = st.sampled_from(MOMENTS)
texts = st.sampled_from(TEXTS)
documents = st.fixed_dictionaries(
    {"kind": st.sampled_from(["ios", "windows"])},
    optional={
        "group": st.none() | texts,
        "note": st.none() | texts,
        "pending": st.lists(st.fixed_dictionaries({"kind": texts}), max_size=2),
        "refused": st.none() | st.tuples(texts, st.booleans()).map(list),
        "ends": st.none() | moments.map(lambda moment: f"{moment_text(moment)}Z"),
    },
)
leaves = st.one_of(
    st.builds(OneOf, st.just(KIND), st.lists(st.sampled_from(["ios", "windows"])).map(tuple)),
    st.builds(OneOf, st.sampled_from([GROUP, NOTE, REFUSED]), st.lists(st.none() | texts, max_size=3).map(tuple)),
    st.builds(OneOf, st.just(ID), st.lists(st.integers(1, 9), max_size=3).map(tuple)),
    st.just(has_items("pending")),
    st.builds(Within, st.just(ENDS), st.none() | moments, st.none() | moments),
)
conditions = st.recursive(
    leaves,
    lambda parts: st.one_of(
        parts.map(Not),
        st.lists(parts, max_size=3).map(lambda some: All(tuple(some))),
        st.lists(parts, max_size=3).map(lambda some: Some(tuple(some))),
    ),
    max_leaves=5,
)
orders = st.lists(
    st.builds(OrderKey, st.sampled_from([KIND, GROUP, REFUSED, ENDS, NOTE]), st.booleans()),
    max_size=2,
    unique_by=lambda one: one.key,
)


def expected_page(
    bodies: Mapping[int, Body], condition: Condition | None, order: list[OrderKey], start: int, limit: int
) -> list[int]:
    found = [id for id, body in bodies.items() if condition is None or holds_of(condition, id, body)]
    for one in reversed(order):
        keyed = [(cast(Any, value_of(one.key, id, bodies[id])), id) for id in found]
        known = sorted(
            (pair for pair in keyed if pair[0] is not None), key=lambda pair: pair[0], reverse=one.descending
        )
        found = [id for _, id in known] + [id for value, id in keyed if value is None]
    return found[start : start + limit]


def check(engine: Engine, bodies: Mapping[int, Body], condition: Condition, order: list[OrderKey]) -> None:
    found = [id for id, body in bodies.items() if holds_of(condition, id, body)]
    assert engine.ids_where("devices", condition) == found
    assert engine.count_where("devices", condition) == len(found)
    for keys in ([KIND, GROUP], [GROUP, NOTE], [PENDING]):
        of_all: Counter[tuple[Value, ...]] = Counter()
        of_some: Counter[tuple[Value, ...]] = Counter()
        for id, body in bodies.items():
            values = tuple(value_of(key, id, body) for key in keys)
            of_all[values] += 1
            of_some[values] += id in found
        assert engine.grouped("devices", keys) == of_all
        assert engine.grouped("devices", keys, condition) == {one: count for one, count in of_some.items() if count}
    for asked in (None, condition):
        for start, limit in ((0, 3), (2, 4), (0, 100)):
            expected = expected_page(bodies, asked, order, start, limit)
            assert engine.page("devices", asked, order, start, limit) == expected


examples = given(
    before=st.lists(st.none() | documents, min_size=6, max_size=6),
    after=st.lists(st.none() | documents, max_size=8),
    asked=st.lists(st.tuples(conditions, orders), min_size=1, max_size=4),
)
Documents = list[Body | None]


def put(engine: Engine, made: Documents) -> None:
    """Write documents under the ids from 1 on; None deletes one."""
    engine.begin()
    engine.put("devices", [(id, None if body is None else encode(body).decode()) for id, body in enumerate(made, 1)])
    engine.commit()


def there(*made: Documents) -> dict[int, Body]:
    """The documents that are there after these were written, one over the other."""
    bodies = {id: body for one in made for id, body in enumerate(one, 1)}
    return {id: body for id, body in sorted(bodies.items()) if body is not None}


@pytest.mark.parametrize("kind", ["memory", *SHARED])
def test_the_database_answers_as_the_rule(request: pytest.FixtureRequest, kind: str) -> None:
    """Also of documents that lack a field, and beside deleted ones."""
    engine = place_for(request, kind).open(INDEXES)

    @counted(100 if kind != "postgresql" else 12)
    @examples
    def answers(before: Documents, after: Documents, asked: list[tuple[Condition, list[OrderKey]]]) -> None:
        put(engine, [None] * 8)
        put(engine, before)
        put(engine, after)
        for condition, order in asked:
            check(engine, there(before, after), condition, order)

    answers()


def test_so_do_copies_in_memory(tmp_path: Path) -> None:
    """Those in dictionaries, and those over the rows of a database."""
    source = SqliteEngine(tmp_path / "store.db", INDEXES)

    @examples
    def answers(before: Documents, after: Documents, asked: list[tuple[Condition, list[OrderKey]]]) -> None:
        put(source, [None] * 8)
        put(source, before)
        for copy in (source.rows_copy(), source.layered_copy(least=1)):
            put(copy, after)
            for condition, order in asked:
                check(copy, there(before, after), condition, order)
            copy.close()

    answers()
    source.close()


def test_a_workspace_of_an_earlier_release_gets_the_indexes(tmp_path: Path) -> None:
    """When it is opened for writing, and what nothing uses any more goes."""
    path = tmp_path / "store.db"
    older = SqliteEngine(path, {"devices": ("group",)})
    put(older, [{"kind": "ios", "group": "a"}, {"kind": "windows", "ends": "2026-01-05T08:00:00Z"}])
    older.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE INDEX \"devices.not_after\" ON devices (body ->> '$.not_after')")
    engine = SqliteEngine(path, INDEXES)
    assert indexes_of(path) == {"devices.group", "devices.end", "devices.listed"}
    assert engine.ids_where("devices", ASKED) == [2]
    engine.close()


def test_one_that_can_only_be_read_is_asked_without_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "store.db"
    older = SqliteEngine(path, {"devices": ("group",)})
    put(older, [{"kind": "ios", "group": "a"}, {"kind": "windows", "ends": "2026-01-05T08:00:00Z"}])
    older.close()
    monkeypatch.setattr(sqlite, "is_writable", lambda _: False)  # to the administrator every file is
    reader = SqliteEngine(path, INDEXES)
    assert reader.ids_where("devices", ASKED) == [2]
    assert reader.page("devices", ASKED, [OrderKey(ENDS)], 0, 9) == [2]
    reader.close()


def indexes_of(path: Path) -> set[str]:
    """The lookup indexes in a file."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%->%'"
        return {name for (name,) in connection.execute(query)}
