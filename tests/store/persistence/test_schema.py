"""Older workspaces become current ones; newer ones are refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.schema import SCHEMA_VERSION, migrate, version_of
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from certfleet.store.workspace import Workspace
from tests.edited_store import drop_checksums
from tests.material import issue


def workspace_of(version: int) -> Database:
    database = Database(SqliteEngine(None))
    database.table("workspace").insert({"schema_version": version})
    database.table("certificates").insert({"subject": "CN=a"})
    return database


def test_migrations_run_in_order_up_to_the_current_version() -> None:
    database = workspace_of(1)

    def add_description(database: Database) -> None:
        database.table("certificates").update({"description": ""})

    def rename_description(database: Database) -> None:
        for document in database.table("certificates"):
            database.table("certificates").update({"note": document["description"]}, doc_ids=[document.doc_id])

    with database.transaction():
        assert migrate(database, {1: add_description, 2: rename_description}, target=3) == 1
    assert version_of(database) == 3
    assert database.table("certificates").all() == [{"subject": "CN=a", "description": "", "note": ""}]


def test_a_current_workspace_is_left_alone() -> None:
    database = workspace_of(SCHEMA_VERSION)
    database.poll()
    with database.transaction():
        migrate(database)
    assert database.poll() is None


def test_a_workspace_of_a_later_release_is_refused() -> None:
    database = workspace_of(SCHEMA_VERSION + 1)
    with pytest.raises(Refusal, match="workspace-newer"), database.transaction():
        migrate(database)


def test_a_migration_that_fails_leaves_everything_as_it_was() -> None:
    database = workspace_of(1)

    def breaks(database: Database) -> None:
        database.table("certificates").truncate()
        raise KeyError("unexpected")

    with pytest.raises(KeyError), database.transaction():
        migrate(database, {1: breaks}, target=2)
    assert version_of(database) == 1
    assert len(database.table("certificates")) == 1


def test_a_workspace_on_disk_of_version_1_opens_with_what_it_held(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace") as workspace:
        source = CertificateSource(data=issue("mdm.example.com").pem, name="mdm.pem")
        entry = workspace.inventory.import_from(source).imported[0]
    with closing(sqlite3.connect(tmp_path / "workspace" / "store.db")) as connection:
        for table in ("authority_groups", "authorities", "devices", "device_certificates", "device_events", "notices"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM vault_secrets")
        connection.execute("UPDATE workspace SET body = json_set(body, '$.schema_version', 1)")
        drop_checksums(connection)
        connection.commit()

    with Workspace.open(tmp_path / "workspace") as workspace:
        assert workspace.settings()["schema_version"] == SCHEMA_VERSION
        assert workspace.inventory.get(entry.id) == entry
        assert workspace.authorities.issuing().name == "default"
        assert workspace.check().clean
