"""Telling that a large workspace of an earlier release gets indexes when it is opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from certfleet.store.persistence.schema import INDEXES
from certfleet.store.persistence.sql import carrying_over
from certfleet.store.persistence.sql.carrying_over import told_by
from certfleet.store.persistence.sqlite.engine import SqliteEngine


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A file as an earlier release leaves it."""
    path = tmp_path / "store.db"
    SqliteEngine(path, INDEXES).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute('DROP INDEX "devices.listed"')
    return path


def told_at_opening(path: Path) -> bool:
    """Whether it is told when the workspace in a file is opened."""
    told: list[None] = []
    with told_by(lambda: told.append(None)):
        SqliteEngine(path, INDEXES).close()
    return bool(told)


def test_a_large_one_is_told_once(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_over, "LARGE", 1)
    assert told_at_opening(older)
    assert not told_at_opening(older)


def test_a_small_one_takes_no_time(older: Path) -> None:
    assert not told_at_opening(older)


def test_a_new_one_is_not_carried_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_over, "LARGE", 1)
    assert not told_at_opening(tmp_path / "new.db")
