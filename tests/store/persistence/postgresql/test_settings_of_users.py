"""What a database's administrator, or somebody's environment, has set for a user changes nothing about a workspace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql.address import PostgresqlAddress, postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from certfleet.store.persistence.postgresql.lock import AdvisoryLock
from tests.postgresql_server import PASSWORD, PostgresqlServer

INDEXES = {"things": ("name",)}
TEXTS = ["ä€😀", "\\u0000", "back\\slash 'quote'"]


@pytest.fixture
def own(postgresql_server: PostgresqlServer) -> Iterator[PostgresqlAddress]:
    """A workspace of a user of the test's own, that isn't made yet."""
    postgresql_server.run(f"CREATE USER own PASSWORD '{PASSWORD}'")
    schema = postgresql_server.new_schema()
    postgresql_server.run(f"CREATE SCHEMA {schema} AUTHORIZATION own")
    yield postgresql_address(postgresql_server.loopback(schema, user="own"))
    postgresql_server.run("DROP OWNED BY own")
    postgresql_server.run("DROP USER own")


def is_kept(address: PostgresqlAddress) -> bool:
    with Database(PostgresqlEngine(address, INDEXES), INDEXES) as database:
        things = database.table("things")
        things.insert_multiple({"name": text} for text in TEXTS)
        things.update({"name": "changed"}, doc_ids=[1])
        found = [things.find("name", text)[0].doc_id for text in TEXTS[1:]]
        database.poll()  # it listens from here on
        return found == [2, 3] and database.engine.check() == []


@pytest.mark.parametrize(
    "setting",
    [
        "client_encoding = 'LATIN1'",
        "standard_conforming_strings = off",
        "datestyle = 'German, DMY'",
        "timezone = '<+0330>-03:30'",
        "transform_null_equals = on",
        "default_transaction_isolation = serializable",
        "lock_timeout = '1ms'",
        "idle_in_transaction_session_timeout = '1ms'",
        "search_path = 'nowhere'",
    ],
)
def test_a_setting_of_the_user(setting: str, own: PostgresqlAddress, postgresql_server: PostgresqlServer) -> None:
    postgresql_server.run(f"ALTER USER own SET {setting}")
    assert is_kept(own)


def test_a_statement_may_take_longer_than_the_user_s_limit(
    own: PostgresqlAddress, postgresql_server: PostgresqlServer
) -> None:
    assert is_kept(own)
    postgresql_server.run("ALTER USER own SET statement_timeout = '3s'")
    with Database(PostgresqlEngine(own, INDEXES), INDEXES) as database, ThreadPoolExecutor() as pool:
        with postgresql_server.connect() as other, other.transaction():
            other.execute(f"LOCK TABLE {own.schema}.things IN ACCESS EXCLUSIVE MODE")
            counted = pool.submit(lambda: len(database.table("things")))
            time.sleep(4)
        assert counted.result() == 3


def test_the_encoding_in_the_environment(own: PostgresqlAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    assert is_kept(own)
    lock = AdvisoryLock(own, "ä€😀")
    assert lock.acquire(0)
    lock.release()


def test_a_user_who_may_only_read_is_told_why(own: PostgresqlAddress, postgresql_server: PostgresqlServer) -> None:
    assert is_kept(own)
    postgresql_server.run("ALTER USER own SET default_transaction_read_only = on")
    with Database(PostgresqlEngine(own, INDEXES), INDEXES) as database:
        assert len(database.table("things")) == 3
        with pytest.raises(Refusal) as caught:
            database.table("things").insert({"name": "fourth"})
        assert caught.value.code == "workspace-unwritable"
        assert "read only" in (caught.value.hint or "")
