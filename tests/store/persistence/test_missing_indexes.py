"""Telling that a large workspace of an earlier release gets indexes when it is opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from certfleet.store.persistence import missing_indexes
from certfleet.store.persistence.missing_indexes import makes_indexes
from certfleet.store.persistence.schema import INDEXES
from certfleet.store.persistence.sqlite import SqliteEngine


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A file as an earlier release leaves it."""
    path = tmp_path / "store.db"
    SqliteEngine(path, INDEXES).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute('DROP INDEX "devices.listed"')
    return path


def test_a_large_one_is_told_once(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing_indexes, "LARGE", 1)
    assert makes_indexes(older)
    SqliteEngine(older, INDEXES).close()
    assert not makes_indexes(older)


def test_a_small_one_takes_no_time(older: Path) -> None:
    assert not makes_indexes(older)


def test_what_is_no_workspace_is_told_by_opening_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing_indexes, "LARGE", 1)
    assert not makes_indexes(tmp_path / "nothing.db")
    (tmp_path / "text.db").write_text("no database at all " * 100)
    assert not makes_indexes(tmp_path / "text.db")
    (tmp_path / "empty.db").touch()
    assert not makes_indexes(tmp_path / "empty.db")
