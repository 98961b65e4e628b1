"""Use cases of several threads that wait for each other share a commit; each stands or falls by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence import shared_transaction
from certfleet.store.persistence.database import Database, sharing_commits
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from tests.waiting import wait_until

FULL = Refusal("disk-full", "the disk is full")


class CountingEngine(SqliteEngine):
    """Counts its commits; with ``is_full`` they fail."""

    commits = 0
    is_full = False

    def commit(self) -> int:
        if self.is_full:
            raise FULL
        self.commits += 1
        return super().commit()


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CountingEngine:
    monkeypatch.setattr(shared_transaction, "LONGEST", 600.0)
    return CountingEngine(tmp_path / "store", {"notes": ()})


@pytest.fixture
def database(engine: CountingEngine) -> Iterator[Database]:
    with Database(engine, {"notes": ()}) as database:
        yield database


def add(database: Database, text: str, refused: bool = False) -> int:
    with sharing_commits(), database.transaction():
        id = database.table("notes").insert({"text": text})
        if refused:
            raise Refusal("no", "that is not to be")
        return id


def texts(database: Database) -> list[str]:
    return [document["text"] for document in database.table("notes")]


def together(database: Database, *changes: Callable[[], int]) -> list[Future[int]]:
    """What becomes of changes that all wait while another one, "first", is made."""
    begun, goes_on = threading.Event(), threading.Event()

    def first() -> int:
        with sharing_commits(), database.transaction():
            begun.set()
            assert goes_on.wait(60)
            return database.table("notes").insert({"text": "first"})

    with ThreadPoolExecutor(8) as threads:
        made = [threads.submit(first)]
        assert begun.wait(60)
        for number, change in enumerate(changes, 1):
            made.append(threads.submit(change))
            wait_until(partial(waits, database, number))
        goes_on.set()
    return made


def waits(database: Database, count: int) -> bool:
    return database.lock.joining == count


def test_three_share_a_commit(database: Database, engine: CountingEngine) -> None:
    before = engine.last_transaction()
    made = together(database, lambda: add(database, "second"), lambda: add(database, "third"))
    assert sorted(one.result() for one in made) == [1, 2, 3]
    assert sorted(texts(database)) == ["first", "second", "third"]
    assert engine.commits == 1
    assert engine.last_transaction() == before + 3  # each is a transaction to everybody else
    changes = database.poll()
    assert changes is not None
    assert changes.tables == {"notes": {1, 2, 3}}


def test_a_refused_one_is_undone_by_itself(database: Database, engine: CountingEngine) -> None:
    made = together(database, lambda: add(database, "second", refused=True), lambda: add(database, "third"))
    assert [type(one.exception()) for one in made] == [type(None), Refusal, type(None)]
    assert sorted(texts(database)) == ["first", "third"]
    assert engine.commits == 1


def test_none_is_kept_if_the_commit_fails(database: Database, engine: CountingEngine) -> None:
    engine.is_full = True
    made = together(database, lambda: add(database, "second"), lambda: add(database, "third"))
    refusals = [one.exception() for one in made]
    assert [isinstance(one, Refusal) and one.code for one in refusals] == ["disk-full"] * 3
    assert len(set(map(id, refusals))) == 3
    assert texts(database) == []
    engine.is_full = False
    assert add(database, "again") == 1


def test_nobody_sees_what_is_not_committed(database: Database, engine: CountingEngine, tmp_path: Path) -> None:
    seen: list[object] = []
    readers = ThreadPoolExecutor(1)

    def second() -> int:
        with sharing_commits(), database.transaction():  # what the first one wrote waits for its commit
            seen.append(list(other.scan("notes")))
            seen.append(readers.submit(texts, database))
            wait_until(lambda: database.lock._waiting >= 2)  # the first one, and the reader
            return database.table("notes").insert({"text": "second"})

    other = SqliteEngine(tmp_path / "store")
    for one in together(database, second):
        one.result()
    nothing, read = seen
    assert nothing == []
    assert isinstance(read, Future)
    assert read.result(60) == ["first", "second"]
    other.close()
    readers.shutdown()


def test_what_waits_for_the_commit_is_done_once_it_is_made(database: Database, engine: CountingEngine) -> None:
    done: list[tuple[str, int]] = []

    def second(text: str, refused: bool) -> int:
        with sharing_commits(), database.transaction():
            database.when_committed(lambda: done.append((text, engine.commits)))
            id = database.table("notes").insert({"text": text})
            if refused:
                raise Refusal("no", "that is not to be")
            return id

    made = together(database, partial(second, "second", False), partial(second, "third", True))
    assert [type(one.exception()) for one in made] == [type(None), type(None), Refusal]
    assert done == [("second", 1)]


def test_a_change_stands_when_the_database_is_away_right_after_it(database: Database) -> None:
    done: list[str] = []

    def is_away() -> None:
        raise Refusal("database-unreachable", "the server restarts")

    with database.transaction():
        database.when_committed(is_away)
        database.when_committed(lambda: done.append("the next one"))
        database.table("notes").insert({"text": "second"})
    assert texts(database) == ["second"]
    assert done == ["the next one"]


def test_each_can_keep_the_state_before_it(database: Database, engine: CountingEngine) -> None:
    points: list[int] = []

    def second() -> int:
        with sharing_commits(), database.transaction():
            points.append(engine.keep_point())
            database.table("notes").update({"text": "changed"}, doc_ids=[1])
            return database.table("notes").insert({"text": "second"})

    for one in together(database, second):
        one.result()
    assert engine.commits == 1
    assert texts(database) == ["changed", "second"]
    with database.transaction():
        database.restore(points[0], ())
    assert texts(database) == ["first"]


def test_who_is_in_no_hurry_commits_alone(database: Database, engine: CountingEngine) -> None:
    def alone() -> int:
        with database.transaction():
            return database.table("notes").insert({"text": "alone"})

    with ThreadPoolExecutor(4) as threads:
        for one in [threads.submit(alone) for _ in range(4)]:
            one.result()
    assert engine.commits == 4


def test_many_at_once(database: Database, engine: CountingEngine) -> None:
    def several(number: int) -> None:
        for turn in range(10):
            if (number + turn) % 4:
                add(database, f"{number}.{turn}")
            else:
                with pytest.raises(Refusal):
                    add(database, "never", refused=True)
            assert "never" not in texts(database)

    with ThreadPoolExecutor(8) as threads:
        for one in [threads.submit(several, number) for number in range(8)]:
            one.result()
    assert len(texts(database)) == len(set(texts(database))) == 60
    assert engine.commits <= 60
