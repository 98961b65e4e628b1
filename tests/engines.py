"""``--engine postgresql``: the same tests with their workspaces in PostgreSQL.

Whatever opens a new workspace in this process gets one in a schema of its own. What is prepared once and copied is
copied schema by schema. Programs that a test starts find the address in the workspace's folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from certfleet.store import branching, copying, workspace
from certfleet.store.folder import STORE_FILE, prepare_folder
from certfleet.store.persistence.database_file import DATABASE_FILE, address_in, put_address
from certfleet.store.persistence.postgresql_address import PostgresqlAddress, postgresql_address

ABOUT_FILES = {
    "tests/store/backups": "backups are PostgreSQL's",
    "tests/store/impact/test_metrics.py::test_the_newest_backup": "backups are PostgreSQL's",
    "tests/cli/test_workspace_backup.py": "backups are PostgreSQL's",
    "tests/cli/test_workspace_share.py": "sharing is about the modes of files",
    "tests/store/test_locked_folder.py": "it is about the modes of files",
    "tests/store/test_workspace.py::test_what_is_no_workspace_is_refused": "it is about the folder",
    "tests/store/test_workspace.py::test_an_empty_folder_becomes_a_workspace_and_a_strange_one_does_not": (
        "it is about the folder"
    ),
    "tests/store/test_workspace.py::test_a_path_that_looks_like_an_address_is_a_path": "it is about SQLite's file",
    "tests/store/persistence": "the engines have tests of their own",
    "tests/simulator/scenarios/test_classroom.py": "a class is a folder of SQLite workspaces",
    "tests/simulator/scenarios/test_class_watching.py": "a class is a folder of SQLite workspaces",
    "tests/tui/scenario/test_class_page.py": "a class is a folder of SQLite workspaces",
    "tests/cli/test_classroom.py": "a class is a folder of SQLite workspaces",
}
"""Where tests are skipped, and the word with which they are."""


def skip_what_is_about_files(items: list[pytest.Item], root: Path) -> None:
    for item in items:
        path = item.path.relative_to(root).as_posix()
        test = f"{path}::{getattr(item, 'originalname', item.name)}"
        for place, why in ABOUT_FILES.items():
            if place in (path, test) or path.startswith(f"{place}/"):
                item.add_marker(pytest.mark.skip(reason=why))


def schema_at(server: str) -> PostgresqlAddress:
    """A schema that nobody has used."""
    base = server.partition("schema=")[0]
    base += "" if base[-1] in "?&" else "&" if "?" in base else "?"
    return postgresql_address(f"{base}schema=t{uuid4().hex[:20]}")


@contextmanager
def in_postgresql(server: str) -> Iterator[None]:
    """Inside, new workspaces go to schemas of the database at this address."""

    def prepare(path: Path, *, create: bool) -> None:
        is_new = not (path / STORE_FILE).exists() and not (path / DATABASE_FILE).exists()
        if is_new and (create or path.is_dir()) and not (path.is_dir() and any(path.iterdir())):
            put_address(path, schema_at(server))
        prepare_folder(path, create=create)

    with pytest.MonkeyPatch.context() as patch:
        for module in (workspace, copying, branching):
            patch.setattr(module, "prepare_folder", prepare)
        yield


def copied(folder: Path, to: Path) -> Path:
    """A copy of a workspace's folder, and of its schema, for a test of its own."""
    shutil.copytree(folder, to)
    if (address := address_in(folder)) is not None:
        schema = schema_at(address.shown)
        copy_schema(address, schema)
        put_address(to, schema)
    return to


_WRITTEN = (
    "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
    " WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER'"
)


def copy_schema(source: PostgresqlAddress, target: PostgresqlAddress) -> None:
    """Copy all tables of a schema into a new one of the same database."""
    import psycopg

    with closing(psycopg.connect(source.uri)) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (source.schema,)).fetchall()
        statements = [f"CREATE SCHEMA {target.schema}"]
        for (name,) in names:
            ours, theirs = f'{target.schema}."{name}"', f'{source.schema}."{name}"'
            statements.append(f"CREATE TABLE {ours} (LIKE {theirs} INCLUDING ALL)")
            written = connection.execute(_WRITTEN, (source.schema, name)).fetchone()
            columns = "" if written is None else written[0]
            statements.append(f"INSERT INTO {ours} ({columns}) SELECT {columns} FROM {theirs}")
        connection.execute(";".join(statements).encode())
        connection.commit()
