"""What PostgreSQL refuses, in certfleet's words, and never with a password in them."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.conditions import Key, OneOf
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql.address import PostgresqlAddress, postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from tests.cut_wire import CutWire
from tests.postgresql_server import PASSWORD, PostgresqlServer

INDEXES = {"things": ("name",)}


def refused(address: str, *, create: bool = True) -> Refusal:
    with pytest.raises(Refusal) as caught:
        PostgresqlEngine(postgresql_address(address), INDEXES, create=create).close()
    for text in (caught.value.message, caught.value.hint or "", str(caught.value.__cause__)):
        assert PASSWORD not in text and "s3cret" not in text
    return caught.value


def test_a_wrong_password(postgresql_server: PostgresqlServer) -> None:
    refusal = refused(postgresql_server.loopback("things", password="s3cret"))
    assert refusal.code == "database-login-failed"
    assert f"127.0.0.1:{postgresql_server.port}" in refusal.message


def test_no_password_where_one_is_needed(postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    address = postgresql_server.loopback("things").replace(f":{PASSWORD}@", "@")
    assert refused(address).code == "database-login-failed"
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    PostgresqlEngine(postgresql_address(f"{address}_env"), INDEXES).close()


def test_an_unknown_user(postgresql_server: PostgresqlServer) -> None:
    assert refused(postgresql_server.loopback("things", user="nobody")).code == "database-login-failed"
    address = postgresql_server.address("things").replace("//certfleet@", "//nobody@")
    assert refused(address).code == "database-login-failed"


def test_an_unknown_database(postgresql_server: PostgresqlServer) -> None:
    assert refused(postgresql_server.address("things", database="elsewhere")).code == "database-missing"


def test_a_server_that_is_not_there() -> None:
    refusal = refused("postgresql://ann:s3cret@127.0.0.1:1/fleet")
    assert refusal.code == "database-unreachable"
    assert "127.0.0.1:1" in refusal.message
    assert refused("postgresql://ann:s3cret@no.such.host.invalid/fleet").code == "database-unreachable"


def test_where_a_password_came_from(
    postgresql_server: PostgresqlServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pgpass"
    file.write_text("*:*:*:*:s3cret\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    refusal = refused(postgresql_server.loopback("things").replace(f":{PASSWORD}@", "@"))
    assert (refusal.code, refusal.hint) == (
        "database-login-failed",
        f"Check the user's name, and the password in {file}.",
    )


def test_a_file_that_is_missing_is_no_database(postgresql_server: PostgresqlServer) -> None:
    address = f"{postgresql_server.loopback('things')}&sslmode=verify-full&sslrootcert=/nowhere/database.pem"
    refusal = refused(address)
    assert refusal.code == "database-unreachable"
    assert "sslrootcert" in (refusal.hint or "")


@pytest.mark.parametrize("more", ["sslmode=bogus", "port=99999", "service=nowhere"])
def test_a_value_that_libpq_does_not_know(more: str) -> None:
    refusal = refused(f"postgresql://ann@127.0.0.1/fleet?{more}")
    assert refusal.code == "workspace-address-invalid"
    assert more.partition("=")[2] in refusal.message


def _refusing(asks: bool, said: str, severity: str = "SCHWERWIEGEND") -> int:
    """The port of a server that refuses who connects, in its own language, after it has asked for a password or not.

    https://www.postgresql.org/docs/current/protocol-message-formats.html
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener, listener.accept()[0] as client:
            while int.from_bytes(client.recv(1000)[4:8]) in (80877103, 80877104):  # TLS and GSSAPI
                client.sendall(b"N")
            if asks:
                client.sendall(b"R" + struct.pack("!II", 8, 3))
                client.recv(1000)
            fields = b"S" + severity.encode() + b"\0VFATAL\0C28P01\0M" + said.encode() + b"\0\0"
            client.sendall(b"E" + struct.pack("!I", len(fields) + 4) + fields)

    threading.Thread(target=serve, daemon=True).start()
    port: int = listener.getsockname()[1]
    return port


def test_a_server_that_speaks_another_language() -> None:
    """Before a connection stands, libpq passes on its words alone."""
    said = "Passwort-Authentifizierung für Benutzer »ann« fehlgeschlagen"
    refusal = refused(f"postgresql://ann:s3cret@127.0.0.1:{_refusing(True, said)}/fleet?sslmode=disable")
    assert refusal.code == "database-login-failed"
    assert said in refusal.message
    said = "kein pg_hba.conf-Eintrag für Host »127.0.0.1«"
    refusal = refused(f"postgresql://ann:s3cret@127.0.0.1:{_refusing(False, said)}/fleet?sslmode=disable")
    assert refusal.code == "database-unreachable"
    assert said in refusal.message and "doesn't let this user in" in refusal.message
    assert "user's name" in (refusal.hint or "")


@pytest.mark.parametrize(
    ("asks", "said", "code", "hint"),
    [
        (
            True,
            "remaining connection slots are reserved for roles with the SUPERUSER attribute",
            "unreachable",
            "limit",
        ),
        (False, "no more connections allowed (max_client_conn)", "unreachable", "limit"),
        (False, "the database system is starting up", "unreachable", "until it has started"),
        (True, 'permission denied for database "fleet"', "login-failed", "rights"),
        (False, 'no pg_hba.conf entry for host "10.0.0.1", user "ann", no encryption', "login-failed", "sslmode"),
        (True, "no such database: fleet", "missing", "create the database"),
    ],
)
def test_why_a_server_takes_no_connection(asks: bool, said: str, code: str, hint: str) -> None:
    refusal = refused(f"postgresql://ann:s3cret@127.0.0.1:{_refusing(asks, said, 'FATAL')}/fleet?sslmode=disable")
    assert refusal.code == f"database-{code}"
    assert hint in (refusal.hint or "")


def test_what_libpq_cannot_read(postgresql_server: PostgresqlServer) -> None:
    assert refused(f"{postgresql_server.loopback('things')}&sslmod=require").code == "workspace-address-invalid"


def test_an_unknown_schema_unless_it_may_be_created(postgresql_server: PostgresqlServer) -> None:
    assert refused(postgresql_server.address("nowhere"), create=False).code == "workspace-missing"
    assert postgresql_server.run("SELECT 1 FROM pg_namespace WHERE nspname = 'nowhere'") == []


def test_a_schema_of_somebody_else(postgresql_server: PostgresqlServer) -> None:
    schema = postgresql_server.new_schema()
    postgresql_server.run(f"CREATE SCHEMA {schema} CREATE TABLE orders (id int)")
    assert refused(postgresql_server.address(schema)).code == "not-a-workspace"
    assert postgresql_server.run(f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'") == [("orders",)]


@pytest.fixture
def reader(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A user with a password who may create nothing."""
    postgresql_server.run(f"CREATE USER reader PASSWORD '{PASSWORD}'")
    yield "reader"
    postgresql_server.run("DROP OWNED BY reader")
    postgresql_server.run("DROP USER reader")


def test_a_user_without_rights_reads_what_may_be_read(postgresql_server: PostgresqlServer, reader: str) -> None:
    schema = postgresql_server.new_schema()
    assert refused(postgresql_server.loopback(schema, user=reader)).code == "workspace-unwritable"
    with Database(PostgresqlEngine(postgresql_address(postgresql_server.address(schema)), INDEXES), INDEXES) as own:
        own.table("things").insert({"name": "first"})
    assert refused(postgresql_server.loopback(schema, user=reader)).code == "workspace-unwritable"
    postgresql_server.run(f"GRANT USAGE ON SCHEMA {schema} TO reader")
    postgresql_server.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader")
    address = postgresql_address(postgresql_server.loopback(schema, user=reader))
    with Database(PostgresqlEngine(address, INDEXES), INDEXES) as database:
        assert len(database.table("things").all()) == 1
        with pytest.raises(Refusal) as caught:
            database.table("things").insert({"name": "second"})
        assert caught.value.code == "workspace-unwritable"
        assert len(database.table("things").all()) == 1


def test_too_many_connections(postgresql_server: PostgresqlServer) -> None:
    postgresql_server.run(f"CREATE USER one PASSWORD '{PASSWORD}' CONNECTION LIMIT 0")
    refusal = refused(postgresql_server.loopback("things", user="one"))
    postgresql_server.run("DROP USER one")
    assert refusal.code == "database-unreachable"


def test_an_older_server(postgresql_server: PostgresqlServer) -> None:
    with closing(CutWire(postgresql_server.port)) as wire:
        wire.alters = lambda said: re.sub(rb"(server_version\0)\d\d", rb"\g<1>12", said)
        address = postgresql_server.loopback(postgresql_server.new_schema())
        refusal = refused(address.replace(f":{postgresql_server.port}/", f":{wire.port}/"))
    assert refusal.code == "database-too-old"
    assert "PostgreSQL 12." in refusal.message and "13 or later" in refusal.message


def test_a_database_of_another_encoding(postgresql_server: PostgresqlServer) -> None:
    postgresql_server.run("CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    refusal = refused(postgresql_server.address("things", database="ascii"))
    assert refusal.code == "workspace-unwritable"
    made = (refusal.hint or "").partition("with ")[2].removesuffix(".")
    postgresql_server.run(f"CREATE DATABASE utf8 {made}")
    PostgresqlEngine(postgresql_address(postgresql_server.address("things", database="utf8")), INDEXES).close()
    for database in ("ascii", "utf8"):
        postgresql_server.run(f"DROP DATABASE {database}")


@pytest.fixture
def limited(postgresql_server: PostgresqlServer) -> Iterator[PostgresqlAddress]:
    """A workspace with many things, of a user who has no room for temporary files."""
    postgresql_server.run(f"CREATE USER limited PASSWORD '{PASSWORD}'")
    schema = postgresql_server.new_schema()
    postgresql_server.run(f"CREATE SCHEMA {schema} AUTHORIZATION limited")
    address = postgresql_address(postgresql_server.loopback(schema, user="limited"))
    with Database(PostgresqlEngine(address, INDEXES), INDEXES) as database:
        database.table("things").insert_multiple({"name": "x" * 1000} for _ in range(3000))
    postgresql_server.run("ALTER USER limited SET temp_file_limit = 0")
    postgresql_server.run("ALTER USER limited SET work_mem = '64kB'")
    yield address
    postgresql_server.run("DROP OWNED BY limited")
    postgresql_server.run("DROP USER limited")


def test_a_limit_of_the_user(limited: PostgresqlAddress) -> None:
    with Database(PostgresqlEngine(limited, INDEXES), INDEXES) as database:
        with pytest.raises(Refusal) as caught:
            list(database.engine.scan("things"))
        assert caught.value.code == "disk-full"
        assert "limit" in (caught.value.hint or "")
        assert database.engine.count("things") == 3000


def test_a_statement_that_somebody_ends(postgresql_server: PostgresqlServer, postgresql_workspace: str) -> None:
    with Database(PostgresqlEngine(postgresql_address(postgresql_workspace), INDEXES), INDEXES) as database:
        database.table("things").insert({"name": "first"})
        assert isinstance(database.engine, PostgresqlEngine)
        with pytest.raises(Refusal) as caught:
            database.engine._sql.run("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(60)")
        assert caught.value.code == "workspace-busy"
        assert "user request" in caught.value.message
        assert len(database.table("things")) == 1


def test_another_writer_who_does_not_end(
    postgresql_server: PostgresqlServer, postgresql_workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgresql_address(postgresql_workspace)
    with Database(PostgresqlEngine(address, INDEXES)) as one, Database(PostgresqlEngine(address, INDEXES)) as two:
        one.table("things").insert({"name": "first"})
        begun, ends = threading.Event(), threading.Event()

        def work() -> None:
            with two.transaction():
                two.table("things").insert({"name": "second"})
                begun.set()
                ends.wait(120)

        thread = threading.Thread(target=work)
        thread.start()
        assert begun.wait(60)
        assert isinstance(one.engine, PostgresqlEngine)
        one.engine._sql.run("SET lock_timeout = '200ms'")
        assert len(one.table("things").all()) == 1  # a reader doesn't wait
        with pytest.raises(Refusal) as caught:
            one.table("things").insert({"name": "third"})
        assert caught.value.code == "workspace-busy"
        ends.set()
        thread.join()
        one.engine._sql.run("SET lock_timeout = '60s'")
        one.table("things").insert({"name": "third"})
        assert [thing["name"] for thing in one.table("things")] == ["first", "second", "third"]


def test_two_workspaces_of_a_database_do_not_wait_for_each_other(postgresql_server: PostgresqlServer) -> None:
    opened = [
        Database(PostgresqlEngine(postgresql_address(postgresql_server.address(postgresql_server.new_schema()))))
        for _ in range(2)
    ]
    with opened[0] as one, opened[1] as two, one.transaction():
        one.table("things").insert({"name": "one"})
        two.table("things").insert({"name": "two"})
        assert [thing["name"] for thing in two.table("things")] == ["two"]


def test_damage_is_named(postgresql_server: PostgresqlServer, postgresql_workspace: str) -> None:
    address = postgresql_address(postgresql_workspace)
    with Database(PostgresqlEngine(address, INDEXES), INDEXES) as database:
        database.table("things").insert_multiple([{"name": "first"}, {"name": "second"}, {"name": "third"}])
        database.table("things").remove(doc_ids=[3])
        postgresql_server.run(f"UPDATE {address.schema}.things SET body = replace(body, 'first', 'fjrst') WHERE id = 1")
        for read in (lambda: list(database.engine.scan("things")), lambda: database.engine.get("things", 1)):
            with pytest.raises(Refusal, match=r"things:1.*checksum") as caught:
                read()
            assert caught.value.code == "workspace-damaged"
        postgresql_server.run(f"UPDATE {address.schema}.things SET sum = sum + 1 WHERE id = 3")
        assert any("things:3" in problem for problem in database.engine.check())
        postgresql_server.run(f"DROP TABLE {address.schema}.things")
        with pytest.raises(Refusal) as caught:
            list(database.engine.scan("things"))
        assert caught.value.code == "workspace-damaged"


def test_a_database_that_lost_its_number_is_damaged(
    postgresql_server: PostgresqlServer, postgresql_workspace: str
) -> None:
    address = postgresql_address(postgresql_workspace)
    with Database(PostgresqlEngine(address, INDEXES), INDEXES) as database:
        postgresql_server.run(f"DELETE FROM {address.schema}._transactions")
        for use in (
            lambda: database.table("things").insert({"name": "first"}),
            lambda: database.engine.copy(),
            lambda: PostgresqlEngine(address, INDEXES),
        ):
            with pytest.raises(Refusal) as caught:
                use()
            assert caught.value.code == "workspace-damaged"


def test_people_ask_in_sql_and_any_text_is_kept(postgresql_server: PostgresqlServer, postgresql_workspace: str) -> None:
    address = postgresql_address(postgresql_workspace)
    texts = ["plain", "null \x00 inside", "\\u0000", "\\\x00", "ä€😀", 'quote " and \\', "x" * 5000, ""]
    with Database(PostgresqlEngine(address, INDEXES), INDEXES) as database:
        things = database.table("things")
        things.insert_multiple({"name": text, "days": 1.50} for text in texts)
        for id, text in enumerate(texts, 1):
            assert [found.doc_id for found in things.find("name", text)] == [id]
            assert database.engine.get("things", id) == {"name": text, "days": 1.5}
        assert database.engine.ids_where("things", OneOf(Key("name"), ("plain",))) == [1]
        assert database.engine.check() == []
        copy = database.engine.copy()
        assert [row.body for row in copy.scan("things")] == [row.body for row in database.engine.scan("things")]
        copy.close()
        rows = database.engine.rows_copy(())
        assert rows.count("things") == len(texts)
    schema = address.schema
    asked = postgresql_server.run(f"SELECT id FROM {schema}.things WHERE document ->> 'name' = 'plain'")
    assert asked == [(1,)]
    postgresql_server.run(f"INSERT INTO {schema}.things SELECT n, 0, '{{}}', 0 FROM generate_series(100, 3000) n")
    postgresql_server.run(f"ANALYZE {schema}.things")
    plan = postgresql_server.run(
        f"EXPLAIN SELECT id FROM {schema}.things WHERE left(document ->> 'name', 500) COLLATE \"C\" = 'plain'"
    )
    assert "things.name" in str(plan)
