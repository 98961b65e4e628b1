"""Workspaces that are slow to create: created once for all tests and workers of a run, and copied for each test."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from filelock import FileLock

from certfleet.store.folder import KEY_FILE, STORE_FILE
from certfleet.store.persistence.database_file import address_in
from certfleet.store.persistence.engine import Engine
from certfleet.store.persistence.schema import INDEXES
from certfleet.store.persistence.sqlite.engine import SqliteEngine
from certfleet.store.workspace import Workspace
from tests.engines import copied, schemas_here
from tests.rsa_keys import RSA_KEYS
from tests.without_workspace import OPENED


class Prepared:
    """What was made before, in a folder that all workers of a run share."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        base = factory.getbasetemp()
        self._folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "prepared"
        self._folder.mkdir(exist_ok=True)

    def made(self, name: str, make: Callable[[Path], object]) -> Path:
        """The folder of this name, which ``make`` fills; it is given a path where nothing is yet."""
        OPENED.note()
        folder = self._folder / name
        with FileLock(self._folder / f"{name}.lock"):
            if not folder.exists():
                making = self._folder / f"{name}.making"
                shutil.rmtree(making, ignore_errors=True)
                with RSA_KEYS.for_all_tests():
                    make(making)
                making.rename(folder)
        return folder

    def copy(self, name: str, make: Callable[[Path], object], to: Path) -> Path:
        """The same, copied to a place of the test's own."""
        return copied(self.made(name, make), to)

    def in_memory(self, name: str, make: Callable[[Path], object], key_file: Path, **options: Any) -> Workspace:
        """The workspace of this name, copied into memory; its key goes to a file of the test's own."""
        folder = self.made(name, make)
        shutil.copy(folder / KEY_FILE, key_file)
        return Workspace(engine_with(folder), key_file=key_file, **options)


def engine_with(folder: Path) -> Engine:
    """An engine of a test's own, with the content of a workspace that stays as it is: in memory, or in PostgreSQL with
    ``--engine postgresql``."""
    address = address_in(folder)
    return InMemory(folder / STORE_FILE) if address is None else schemas_here().engine(address)


class InMemory(SqliteEngine):
    """A store in memory with the content of one on the disk, which stays as it is."""

    def __init__(self, file: Path) -> None:
        self._file = file
        super().__init__(None, INDEXES)

    def _connect(self) -> sqlite3.Connection:
        connection = super()._connect()
        with closing(sqlite3.connect(self._file)) as source:
            source.backup(connection)
        return connection


def copy_tables_into_new_stores(patch: pytest.MonkeyPatch) -> None:
    """Creating tables and indexes takes longer than most tests: stores that are made in this process get a copy."""
    connect, made, creating = SqliteEngine._connect, SqliteEngine(None, INDEXES), Lock()

    def with_tables(engine: SqliteEngine) -> sqlite3.Connection:
        with creating:
            # One that is there and empty is being made by another process: a copy would overwrite what it writes.
            is_new = engine.path is None or not engine.path.exists()
            connection = connect(engine)
            if type(engine) is SqliteEngine and is_new and engine._indexes == made._indexes:
                made._connection.backup(connection)
            return connection

    patch.setattr(SqliteEngine, "_connect", with_tables)
