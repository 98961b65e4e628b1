"""Roles of PostgreSQL and what they may do in a workspace: read only, write, own the schema, belong to its owner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.postgresql.address import postgresql_address
from certfleet.store.persistence.postgresql.engine import PostgresqlEngine
from tests.postgresql_server import DATABASE, PASSWORD, PostgresqlServer

INDEXES = {"things": ("name",)}


class DatabaseRole:
    """A login of a test's own that may connect, on a schema that another role may own."""

    def __init__(self, server: PostgresqlServer, schema: str) -> None:
        self._server = server
        self.schema = schema
        self.name = f"role_{server.new_schema()}"
        self.run(f"CREATE ROLE {self.name} LOGIN PASSWORD '{PASSWORD}'")
        self.run(f"GRANT CONNECT ON DATABASE {DATABASE} TO {self.name}")

    def run(self, statement: str) -> None:
        """Run a statement as the database's administrator."""
        self._server.run(statement)

    def open(self) -> Database:
        """The workspace, as this role sees it."""
        address = postgresql_address(self._server.loopback(self.schema, user=self.name))
        return Database(PostgresqlEngine(address, INDEXES), INDEXES)


@pytest.fixture
def role(postgresql_server: PostgresqlServer) -> Iterator[DatabaseRole]:
    role = DatabaseRole(postgresql_server, postgresql_server.new_schema())
    yield role
    role.run(f"DROP SCHEMA IF EXISTS {role.schema} CASCADE")
    role.run(f"DROP OWNED BY {role.name}")
    role.run(f"DROP ROLE {role.name}")


@pytest.fixture
def owners(role: DatabaseRole, postgresql_server: PostgresqlServer) -> Iterator[Database]:
    """A workspace in the schema, which the administrator owns."""
    address = postgresql_address(postgresql_server.address(role.schema))
    with Database(PostgresqlEngine(address, INDEXES), INDEXES) as database:
        database.table("things").insert_multiple([{"name": f"thing {n}"} for n in range(20)])
        yield database


def refusal_of(role: DatabaseRole) -> str:
    with pytest.raises(Refusal) as caught, role.open() as database:
        database.table("things").insert({"name": "not allowed"})
    return caught.value.code


def test_who_owns_a_schema_and_may_create_none_makes_a_workspace_in_it(role: DatabaseRole) -> None:
    assert refusal_of(role) == "workspace-unwritable"
    role.run(f"CREATE SCHEMA {role.schema} AUTHORIZATION {role.name}")
    with role.open() as database:
        database.table("things").insert({"name": "first"})
    with role.open() as database:
        assert [thing["name"] for thing in database.table("things")] == ["first"]


def test_who_may_read_reads_and_changes_nothing(role: DatabaseRole, owners: Database) -> None:
    assert refusal_of(role) == "workspace-unwritable"
    role.run(f"GRANT USAGE ON SCHEMA {role.schema} TO {role.name}")
    role.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA {role.schema} TO {role.name}")
    assert refusal_of(role) == "workspace-unwritable"
    with role.open() as database:
        assert len(database.table("things")) == 20
        owners.table("things").insert({"name": "new"})
        database.poll()
        assert len(database.table("things")) == 21
        assert database.engine.check() == []


def test_who_may_write_without_owning_also_goes_back(role: DatabaseRole, owners: Database) -> None:
    role.run(f"GRANT USAGE ON SCHEMA {role.schema} TO {role.name}")
    role.run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {role.schema} TO {role.name}")
    with role.open() as database:
        things = database.table("things")
        with database.transaction():
            point = database.engine.keep_point()
            things.update({"name": "changed"})
        with database.transaction():
            database.restore(point, set())
        assert [thing["name"] for thing in things] == [f"thing {n}" for n in range(20)]
    owners.poll()
    assert [thing.doc_id for thing in owners.table("things").find("name", "thing 3")] == [4]


def test_who_acts_as_the_owner_makes_a_workspace_that_the_owner_owns(
    role: DatabaseRole, postgresql_server: PostgresqlServer
) -> None:
    owner = DatabaseRole(postgresql_server, role.schema)
    role.run(f"GRANT CREATE ON DATABASE {DATABASE} TO {owner.name}")
    role.run(f"GRANT {owner.name} TO {role.name}")
    role.run(f"ALTER ROLE {role.name} IN DATABASE {DATABASE} SET role = '{owner.name}'")
    with role.open() as database:
        database.table("things").insert({"name": "first"})
    with owner.open() as database:
        database.table("others").insert({"name": "second"})
    with role.open() as database:
        assert len(database.table("others")) == 1
    role.run(f"DROP OWNED BY {owner.name}")
    role.run(f"DROP ROLE {owner.name}")
