"""Each stored row has a checksum: whatever changes a row but this program is found when it is read, and by a check."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certfleet.store.backups.salvaging import salvaged
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.model.certificate import Certificate
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.schema import INDEXES, SCHEMA_VERSION
from certfleet.store.persistence.sql.checksum import checksum, checksum_in_sql, crc_of
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from certfleet.store.persistence.sqlite.onlooker import onlooker
from certfleet.store.workspace import Workspace
from tests.edited_store import drop_checksums, edited
from tests.material import issue

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with two certificates, the first of which has been described."""
    folder = tmp_path / "workspace"
    with Workspace.open(folder, start=START) as workspace:
        for name in ("a.example.com", "b.example.com"):
            workspace.inventory.import_from(CertificateSource(data=issue(name).pem, name="c.pem"))
        workspace.moments.save("before")
        workspace.inventory.describe(1, "the first")
    return folder


def edit(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        connection.execute(statement)
        connection.commit()


EDITS = {
    "its document": "UPDATE certificates SET body = replace(body, 'the first', 'the fjrst') WHERE id = 1",
    "its id": "UPDATE certificates SET id = 7 WHERE id = 1",
    "its number": "UPDATE certificates SET number = number - 1 WHERE id = 1",
    "its checksum": "UPDATE certificates SET sum = sum + 1 WHERE id = 1",
    "its checksum is gone": "UPDATE certificates SET sum = NULL WHERE id = 1",
    "another table's row": "INSERT OR REPLACE INTO certificates SELECT id, number, body, sum FROM audit WHERE id = 1",
}


@pytest.mark.parametrize("statement", EDITS.values(), ids=EDITS.keys())
def test_a_record_that_was_changed_is_named_when_it_is_read_and_by_a_check(folder: Path, statement: str) -> None:
    edit(folder, statement)
    id = 7 if "id = 7" in statement else 1
    with Workspace.open(folder, create=False) as workspace:
        with pytest.raises(Refusal) as refused:
            workspace.inventory.list()
        report = workspace.check()
    assert refused.value.code == "workspace-damaged"
    assert f"certificates:{id}" in refused.value.message and "checksum" in refused.value.message
    assert [problem.record for problem in report.problems] == [f"certificates:{id}"]
    assert "checksum" in report.problems[0].message


def test_a_record_that_reads_as_deleted_is_found_by_a_check(folder: Path) -> None:
    edit(folder, "UPDATE notices SET body = NULL")
    edit(folder, "UPDATE components SET body = NULL WHERE id = 1")
    edit(folder, "UPDATE certificates SET body = NULL WHERE id = 2")
    with Workspace.open(folder, create=False) as workspace:
        assert any("certificates:2" in problem.message for problem in workspace.check().problems)


def test_a_row_kept_for_a_moment_is_checked_too_and_fits_once_it_is_restored(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        workspace.moments.go("before")
        assert workspace.inventory.get(1).description == ""
        assert workspace.check().clean
        workspace.inventory.describe(1, "again")
    edit(folder, "UPDATE _replaced SET body = replace(body, 'example', 'exampel') WHERE tbl = 'certificates'")
    with Workspace.open(folder) as workspace:
        problems = workspace.check().problems
    assert any("kept for a moment" in problem.message for problem in problems)


def test_somebody_who_makes_the_checksums_anew_is_no_damage(folder: Path) -> None:
    with edited(folder) as store:
        store.run("UPDATE certificates SET body = replace(body, 'the first', 'the other') WHERE id = 1")
    with Workspace.open(folder) as workspace:
        assert workspace.inventory.get(1).description == "the other"


def test_a_workspace_without_checksums_gets_them_when_it_is_opened(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        connection.execute("UPDATE workspace SET body = json_set(body, '$.schema_version', 4)")
        drop_checksums(connection)
    with onlooker(folder / "store.db") as outside:
        assert [entry.id for entry in outside.after("certificates", 0, Certificate)] == [2, 1]
    older = SqliteEngine(folder / "store.db", INDEXES)
    assert not older.have_checksums
    with Workspace.open(folder) as workspace:
        assert workspace.settings()["schema_version"] == SCHEMA_VERSION
        assert workspace.inventory.get(1).description == "the first"
        assert workspace.check().clean

    # A process that had it open before goes on with them.
    database = Database(older, INDEXES)
    with database.transaction():
        database.table("settings").insert({"key": "value"})
    database.close()
    edit(folder, "UPDATE certificates SET body = replace(body, 'the first', 'the fjrst') WHERE id = 1")
    with Workspace.open(folder) as workspace, pytest.raises(Refusal, match="certificates:1"):
        workspace.inventory.get(1)


def test_a_current_workspace_whose_checksums_are_gone_is_damaged(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        connection.execute("ALTER TABLE notices DROP COLUMN sum")
    with pytest.raises(Refusal) as refused:
        Workspace.open(folder)
    assert refused.value.code == "workspace-damaged"


def test_adding_them_can_be_rolled_back(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "store.db")) as connection:
        drop_checksums(connection)
    database = Database(SqliteEngine(folder / "store.db", INDEXES), INDEXES)
    with pytest.raises(KeyError), database.transaction():
        database.engine.add_checksums()
        raise KeyError("something else failed")
    assert not database.engine.have_checksums
    assert len(list(database.engine.scan("certificates"))) == 2
    database.close()


def test_a_repair_takes_a_changed_record_over_and_names_it(folder: Path) -> None:
    edit(folder, EDITS["its document"])
    with salvaged(folder) as (draft, tables):
        assert draft.check().clean
        draft.put_in_place("workspace.repair", "repaired")
    (table,) = tables
    assert (table.table, table.doubtful, table.lost) == ("certificates", (1,), 0)
    with Workspace.open(folder) as workspace:
        assert workspace.inventory.get(1).description == "the fjrst"


def test_watchers_from_outside_are_told(folder: Path) -> None:
    edit(folder, EDITS["its document"])
    with pytest.raises(Refusal, match="certificates:1"), onlooker(folder / "store.db") as outside:
        outside.record("certificates", 1, Certificate)


@pytest.mark.parametrize("text", [None, "{}", '{"a":1}', '{"name":"é🔑"}'])
def test_what_is_written_is_what_is_computed_from_the_stored_row(text: str | None) -> None:
    body = None if text is None else text.encode()
    assert (
        checksum("devices", 12, 7, text) == checksum_in_sql("devices", 12, 7, body) == crc_of("devices", 12, body) + 7
    )
