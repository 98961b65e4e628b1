"""SQLite's failures are refused with the true reason; the program's own mistakes are not called damage."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.engine import Row
from certfleet.store.persistence.sqlite import errors as sqlite_errors
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from certfleet.store.persistence.sqlite.errors import refusal_for
from tests.small_disk import SmallDisk, small_disk

INDEXES = {"devices": ("serial",)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(SqliteEngine(path, INDEXES), INDEXES)
    database.table("devices").write(Row(id, {"serial": f"S{id}", "note": "x" * 500}) for id in range(1, 201))
    yield database
    database.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


def connection_of(database: Database) -> sqlite3.Connection:
    engine = database.engine
    assert isinstance(engine, SqliteEngine)
    return engine._connection


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        (sqlite3.SQLITE_CORRUPT, "workspace-damaged"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "workspace-damaged"),
        (sqlite3.SQLITE_NOTADB, "workspace-damaged"),
        (sqlite3.SQLITE_IOERR_READ, "workspace-damaged"),
        (sqlite3.SQLITE_IOERR_SHORT_READ, "workspace-damaged"),
        (sqlite3.SQLITE_BUSY, "workspace-busy"),
        (sqlite3.SQLITE_BUSY_RECOVERY, "workspace-busy"),
        (sqlite3.SQLITE_LOCKED_SHAREDCACHE, "workspace-busy"),
        (sqlite3.SQLITE_PROTOCOL, "workspace-busy"),
        (sqlite3.SQLITE_READONLY, "workspace-unwritable"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "workspace-unwritable"),
        (sqlite3.SQLITE_PERM, "workspace-unwritable"),
        (sqlite3.SQLITE_AUTH, "workspace-unwritable"),
        (sqlite3.SQLITE_CANTOPEN, "workspace-unwritable"),
        (sqlite3.SQLITE_IOERR_WRITE, "workspace-unwritable"),
        (sqlite3.SQLITE_IOERR_SHMSIZE, "workspace-unwritable"),
        (sqlite3.SQLITE_FULL, "disk-full"),
        (sqlite3.SQLITE_MISUSE, None),
        (sqlite3.SQLITE_ERROR, None),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, None),
        (None, None),
    ],
)
def test_each_code_means_one_thing(path: Path, code: int | None, refused: str | None) -> None:
    error = sqlite3.OperationalError("what SQLite says")
    if code is not None:
        error.sqlite_errorcode = code
    refusal = refusal_for(error, path)
    assert (refusal and refusal.code) == refused


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_CANTOPEN])
def test_storage_that_is_full_is_not_called_broken(path: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_errors, "_is_full", lambda folder: folder == path.parent)
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    refusal = refusal_for(error, path)
    assert refusal is not None
    assert refusal.code == "disk-full"


def test_a_full_database_refuses_writes_and_goes_on_reading(database: Database) -> None:
    connection = connection_of(database)
    devices = database.table("devices")
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Refusal, match="disk-full"):
        devices.write(Row(id, {"serial": "new", "note": "y" * 900}) for id in range(1000, 1200))
    assert (len(devices.all()), devices.find("serial", "new")) == (200, [])
    connection.execute("PRAGMA max_page_count = 1000000")
    devices.write([Row(1000, {"serial": "new"})])
    assert len(devices.find("serial", "new")) == 1


def test_a_full_disk_refuses_writes_and_goes_on_reading(disk: SmallDisk) -> None:
    database = Database(SqliteEngine(disk.path / "store.db", INDEXES), INDEXES)
    devices = database.table("devices")
    devices.write([Row(1, {"serial": "A"})])
    disk.fill()
    with pytest.raises(Refusal, match="disk-full"):
        devices.write(Row(id, {"serial": "B", "note": "y" * 900}) for id in range(2, 200))
    assert devices.all() == [{"serial": "A"}]
    assert database.engine.check() == []
    disk.free()
    devices.write([Row(2, {"serial": "C"})])
    assert [found["serial"] for found in devices] == ["A", "C"]
    assert database.engine.check() == []
    database.close()


def test_a_full_disk_is_no_damage_when_it_is_opened(disk: SmallDisk) -> None:
    path = disk.path / "store.db"
    SqliteEngine(path, INDEXES).close()
    disk.fill()
    with pytest.raises(Refusal, match="disk-full"):
        SqliteEngine(path, INDEXES)
    with pytest.raises(Refusal, match="disk-full"):
        SqliteEngine(disk.path / "another.db", INDEXES)
    disk.free()
    assert SqliteEngine(path, INDEXES).check() == []


def test_a_page_that_was_overwritten_is_damage_wherever_it_is_met(database: Database, path: Path) -> None:
    connection_of(database).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size // 2))
    with pytest.raises(Refusal, match="workspace-damaged"):
        for row in SqliteEngine(path, INDEXES).scan("devices"):
            assert row.body
    assert SqliteEngine(path, INDEXES).check()


def test_a_file_of_something_else_is_left_alone(path: Path) -> None:
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(Refusal, match="workspace-damaged"):
        SqliteEngine(path, INDEXES)
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA application_id = 17")
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(Refusal, match="workspace-damaged"):
        SqliteEngine(path, INDEXES)
    assert path.read_bytes() == before


def test_a_document_that_is_no_json_is_damage(database: Database) -> None:
    connection_of(database).execute("DROP INDEX 'devices.serial'")
    connection_of(database).execute("UPDATE devices SET body = 'broken' WHERE id = 7")
    with pytest.raises(Refusal, match="workspace-damaged"):
        database.table("devices").find("serial", "S7")


def test_another_writer_makes_it_busy(database: Database, path: Path) -> None:
    connection_of(database).execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refusal, match="workspace-busy"):
        database.table("devices").write([Row(1, {})])
    other.execute("ROLLBACK")
    other.close()
    database.table("devices").write([Row(1, {})])


def test_what_may_only_be_read_is_unwritable(database: Database) -> None:
    connection_of(database).execute("PRAGMA query_only = 1")
    with pytest.raises(Refusal, match="workspace-unwritable"):
        database.table("devices").write([Row(1, {})])


def test_a_mistake_of_the_program_is_no_refusal(database: Database) -> None:
    engine = database.engine
    assert isinstance(engine, SqliteEngine)
    engine.begin()
    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        engine.begin()
    engine.rollback()
    with pytest.raises(sqlite3.OperationalError, match="syntax"):
        engine._sql.run("SELEKT 1")
    engine.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        engine.last_transaction()


@pytest.mark.parametrize("within", ["nothing", "transaction"])
def test_nothing_is_written_in_a_moment(database: Database, within: str) -> None:
    devices = database.table("devices")
    database.poll()
    with pytest.raises(RuntimeError, match="a moment is for reading"):
        if within == "transaction":
            with database.transaction(), database.moment():
                devices.insert({"serial": "new"})
        else:
            with database.moment():
                devices.insert({"serial": "new"})
    with pytest.raises(RuntimeError, match="a moment is for reading"), database.moment(), database.transaction():
        pass
    assert devices.find("serial", "new") == []
    assert devices.insert({"serial": "new"}) == 201


def test_a_reader_that_was_left_in_the_middle_keeps_no_lock(tmp_path: Path) -> None:
    database = Database(SqliteEngine(tmp_path / "store.db"))
    database.table("devices").insert_multiple([{"name": "x" * 100}] * 1000)
    rows = database.engine.scan("devices")
    next(rows)
    database.close()
    with closing(sqlite3.connect(tmp_path / "store.db", timeout=0)) as other:
        other.execute("PRAGMA journal_mode = DELETE")  # refused as long as somebody reads
    del rows
