"""``--engine postgresql``: the same tests with their workspaces in PostgreSQL.

Whatever opens a new workspace in this process gets one in a schema of its own. What is prepared once and copied is
copied schema by schema. Programs that a test starts find the address in the workspace's folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from certfleet.store import copying, workspace
from certfleet.store.folder import STORE_FILE, prepare_folder
from certfleet.store.open_engine import open_engine
from certfleet.store.persistence.database_file import DATABASE_FILE, address_in, put_address
from certfleet.store.persistence.engine import Engine
from certfleet.store.persistence.postgresql.address import PostgresqlAddress
from tests.asking import noting_who_asks
from tests.schemas import Schemas
from tests.without_workspace import OPENED

_EVERY_LIST = "tests/cli/frame/test_record_list.py::test_every_list_is_a_file_for_a_spreadsheet_and_for_a_report"
_INTERRUPTED = "tests/cli/test_interrupted.py::test_nothing_is_left_and_it_works_afterwards"
_ATTACKS = "tests/store/test_seals.py::test_what_was_done_to_the_trail_is_found_and_stays_found"

ABOUT_FILES = {
    "tests/store/backups": "backups are PostgreSQL's",
    "tests/store/monitoring/test_metrics.py::test_the_newest_backup": "backups are PostgreSQL's",
    "tests/cli/workspace/test_backup.py": "backups are PostgreSQL's",
    "tests/cli/test_protected.py::test_a_backup_does_not_take_its_place": "backups are PostgreSQL's",
    f"{_EVERY_LIST}[workspace backups]": "backups are PostgreSQL's",
    "tests/api/test_administration.py::test_a_backup_is_made_in_the_folder_of_the_backups": "backups are PostgreSQL's",
    "tests/store/test_audit_copies.py::test_a_restore_goes_on_in_the_copy": "backups are PostgreSQL's",
    "tests/store/test_seals.py::test_restoring_a_backup_is_no_attack": "backups are PostgreSQL's",
    "tests/store/test_seals.py::test_restoring_behind_a_passphrase_that_nobody_gives_leaves_it_unsealed": (
        "backups are PostgreSQL's"
    ),
    "tests/store/test_seals.py::test_repairing_seals_what_is_left_and_says_so": "a file of SQLite is repaired",
    "tests/store/test_seals.py::test_a_workspace_of_an_earlier_release_is_sealed_from_its_next_change_on": (
        "no release before seals kept a workspace in PostgreSQL"
    ),
    f"{_ATTACKS}[the seal beside it is deleted]": "beside a database, a machine that is new has no seal either",
    "tests/cli/workspace/test_workspace.py::test_the_store_is_a_file_of_sqlite": "it is about SQLite's file",
    "tests/cli/workspace/test_share.py": "sharing is about the modes of files",
    "tests/store/test_locked_folder.py": "it is about the modes of files",
    "tests/cli/test_killed.py::test_a_restore": "backups are PostgreSQL's",
    "tests/cli/test_shared_key_file.py": "backups are PostgreSQL's",
    "tests/cli/test_unusable_paths.py": "it is about the folder",
    f"{_INTERRUPTED}[workspace backup]": "backups are PostgreSQL's",
    "tests/cli/test_full_disk.py": "it fills the disk under SQLite's file",
    "tests/store/test_folder_gone.py": "it is about SQLite's file",
    "tests/api/test_workspace_gone.py": "it is about SQLite's file",
    "tests/tui/shell/test_workspace_gone.py": "it is about SQLite's file",
    "tests/store/test_workspace.py::test_what_is_no_workspace_is_refused": "it is about the folder",
    "tests/store/test_workspace.py::test_an_empty_folder_becomes_a_workspace_and_a_strange_one_does_not": (
        "it is about the folder"
    ),
    "tests/store/test_workspace.py::test_a_path_that_looks_like_an_address_is_a_path": "it is about SQLite's file",
    "tests/store/persistence": "the engines have tests of their own",
    "tests/docs/test_cli_pages.py::test_a_page_is_up_to_date": "the pages show a workspace in a folder",
    "tests/docs/test_examples.py::test_the_examples_of_a_page[docs/backups.md]": "backups are PostgreSQL's",
    "tests/benchmarks/test_damage.py": "it damages SQLite's file, and has backups",
    "tests/benchmarks/test_scale.py::test_each_command_runs_in_a_process_of_its_own": "it multiplies SQLite's files",
    "tests/benchmarks/test_scale.py::test_the_same_in_postgresql": "it multiplies SQLite's files, and has a server",
    "tests/cli/frame/test_application.py::test_a_small_command_imports_what_it_needs_only": (
        "a connection takes psycopg, and that takes asyncio"
    ),
    "tests/simulator/scenarios/test_classroom.py": "a class is a folder of SQLite workspaces",
    "tests/simulator/scenarios/test_class_watching.py": "a class is a folder of SQLite workspaces",
    "tests/tui/scenario/test_class_page.py": "a class is a folder of SQLite workspaces",
    "tests/cli/test_classroom.py": "a class is a folder of SQLite workspaces",
}
"""Where tests are skipped, and the word with which they are."""


def backups_are_files() -> bool:
    """Whether certfleet makes the backups; those of PostgreSQL are refused with ``database-elsewhere``."""
    return Schemas.of_this_process is None


def skip_what_is_about_files(items: list[pytest.Item], root: Path) -> None:
    for item in items:
        path = item.path.relative_to(root).as_posix()
        test = f"{path}::{getattr(item, 'originalname', item.name)}"
        for place, why in ABOUT_FILES.items():
            if place in (path, test, f"{path}::{item.name}") or path.startswith(f"{place}/"):
                item.add_marker(pytest.mark.skip(reason=why))


@contextmanager
def in_postgresql(server: str) -> Iterator[Schemas]:
    """Inside, new workspaces go to schemas of the database at this address, those "in memory" too."""
    schemas = Schemas(server)

    def preparing(lend: Callable[[Path], PostgresqlAddress]) -> Callable[..., None]:
        def prepare(path: Path, *, create: bool, **options: bool) -> None:
            is_new = not (path / STORE_FILE).exists() and not (path / DATABASE_FILE).exists()
            is_free = not any(path.iterdir()) if path.is_dir() else create and not path.exists()
            if is_new and is_free:
                put_address(path, lend(path))
            prepare_folder(path, create=create, **options)

        return prepare

    def open_or_lend(folder: Path | None, *, create: bool = True) -> Engine:
        return schemas.engine() if folder is None else open_engine(folder, create=create)

    with noting_who_asks(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "prepare_folder", preparing(schemas.take))
        patch.setattr(workspace, "open_engine", open_or_lend)
        patch.setattr(copying, "prepare_folder", preparing(schemas.new))  # an import refuses one with tables
        patch.setattr(Schemas, "of_this_process", schemas)
        yield schemas


def copied(folder: Path, to: Path) -> Path:
    """A copy of a folder, and of the schemas of the workspaces in it, for a test of its own."""
    OPENED.note()
    shutil.copytree(folder, to)
    for file in to.rglob(DATABASE_FILE):
        address = address_in(file.parent)
        assert address is not None
        schema = schemas_here().take(file.parent)
        schemas_here().copy(address, schema)
        put_address(file.parent, schema)
    return to


def schemas_here() -> Schemas:
    """Those of this process, with ``--engine postgresql``."""
    assert Schemas.of_this_process is not None
    return Schemas.of_this_process
