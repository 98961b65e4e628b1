"""Several processes on one store: each sees what the others committed, and nobody's write is lost."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tinydb.operations import increment

from certfleet.store.persistence.database import Database
from tests.store.persistence.engine_places import EnginePlace
from tests.waiting import told


def open_database(place: EnginePlace) -> Database:
    return Database(place.open())


def test_a_second_session_sees_what_changed_and_only_that(place: EnginePlace) -> None:
    one, two = open_database(place), open_database(place)
    one.table("devices").insert_multiple({"serial": str(n)} for n in range(5))
    assert len(two.table("devices").all()) == 5
    two.poll()

    one.table("devices").update({"serial": "new"}, doc_ids=[3])
    one.table("devices").remove(doc_ids=[5])

    assert told(two).tables == {"devices": {3, 5}}
    assert two.table("devices").get(doc_id=3) == {"serial": "new"}
    assert len(two.table("devices")) == 4
    assert two.poll() is None


def test_a_session_hears_of_its_own_changes_too(place: EnginePlace) -> None:
    database = open_database(place)
    id = database.table("devices").insert({"serial": "A"})
    changes = database.poll()
    assert changes is not None
    assert changes.tables == {"devices": {id}}


def test_a_rule_runs_on_the_current_state_and_not_on_a_stale_copy(place: EnginePlace) -> None:
    one, two = open_database(place), open_database(place)
    one.table("counters").insert({"value": 0})
    two.table("counters").all()  # loaded, and stale after the next line

    one.table("counters").update(increment("value"), doc_ids=[1])
    two.table("counters").update(increment("value"), doc_ids=[1])

    assert one.table("counters").all() == two.table("counters").all() == [{"value": 2}]


@pytest.mark.slow
def test_four_processes_that_count_at_once_lose_nothing(place: EnginePlace) -> None:
    open_database(place).table("counters").insert({"value": 0})
    script = f"""
import sys
{place.program()}
from tinydb.operations import increment
from certfleet.store.persistence.database import Database
database = Database(engine)
database.table("counters").all()
for _ in range(100):
    with database.transaction():
        database.table("counters").update(increment("value"), doc_ids=[1])
        database.table("log").insert({{"by": sys.argv[1]}})
"""
    processes = [subprocess.Popen([sys.executable, "-c", script, name]) for name in ("a", "b", "c", "d")]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0, 0]
    database = open_database(place)
    assert database.table("counters").all() == [{"value": 400}]
    assert len(database.table("log")) == 400
