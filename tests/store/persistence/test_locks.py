"""Locks on the database's file: nothing in a process may drop those of its own connections."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from certfleet.store.model.audit import Actor
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from certfleet.store.workspace import Workspace

OTHER_PROCESS = """
import sys
from pathlib import Path
from certfleet.store.persistence.database import Database
from certfleet.store.persistence.sqlite.engine import SqliteEngine
database = Database(SqliteEngine(Path(sys.argv[1])))
print(len(database.table("things").all()))
database.close()
"""


def seen_by_another_process(path: Path) -> int:
    """The number of things that a process sees which opens the database and closes it again."""
    ran = subprocess.run([sys.executable, "-c", OTHER_PROCESS, str(path)], capture_output=True, text=True, check=True)
    return int(ran.stdout)


def add(database: Database) -> None:
    with database.transaction():
        database.table("things").insert({})


def test_a_second_connection_of_a_process_takes_no_lock_from_the_first(tmp_path: Path) -> None:
    """SQLite takes the write-ahead log away when the last process closes, and finds that out by locks."""
    path = tmp_path / "store.db"
    first = Database(SqliteEngine(path))
    add(first)
    second = Database(SqliteEngine(path))
    assert seen_by_another_process(path) == 1
    add(first)
    add(second)
    assert seen_by_another_process(path) == 3
    second.close()
    add(first)
    assert seen_by_another_process(path) == 4
    first.close()


_OPENED: list[Path] = []
_HOOKED = False


def _note_what_is_opened(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and isinstance(arguments[0], str):
        _OPENED.append(Path(arguments[0]))


@pytest.fixture
def opened() -> list[Path]:
    """Every file that Python opens from now on; SQLite's own files are not among them."""
    global _HOOKED  # a hook stays to the end of the process
    if not _HOOKED:
        sys.addaudithook(_note_what_is_opened)
        _HOOKED = True
    _OPENED.clear()
    return _OPENED


def test_nothing_opens_the_file_of_an_open_workspace_beside_sqlite(tmp_path: Path, opened: list[Path]) -> None:
    folder = tmp_path / "workspace"
    with Workspace.open(folder, actor=Actor("ann")) as workspace:
        opened.clear()
        with Workspace.open(folder, actor=Actor("bob")) as second:
            second.authorities.refresh()
            assert second.check().clean
        workspace.backups.make()
        workspace.export_json(tmp_path / "export.json")
        with workspace.copy() as copy:
            assert copy.check().clean
        assert workspace.check().clean
    assert folder / "vault.key" in opened
    assert [path for path in opened if path.name.startswith("store.db")] == []
