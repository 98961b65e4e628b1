"""A commit is on the disk when it returns. Other tests don't wait for that."""

from __future__ import annotations

from pathlib import Path

import pytest

from certfleet.store.persistence.sqlite.engine import SqliteEngine

FULL = 2


@pytest.mark.usefixtures("waiting_for_the_disk")
def test_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "store.db")
    assert engine._sql.row("PRAGMA journal_mode") == ("wal",)
    assert engine._sql.row("PRAGMA synchronous") == (FULL,)
    engine.close()
