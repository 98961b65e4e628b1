"""What can be read of a damaged workspace is taken over, and what is lost is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from certfleet.store.backups.salvaging import salvaged
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace
from tests.material import issue

COUNT = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with a few pages for each table."""
    folder = tmp_path / "workspace"
    with Workspace.open(folder) as workspace:
        for number in range(COUNT):
            made = issue(f"{number}.example.com")
            workspace.inventory.import_from(CertificateSource(data=made.pem, name="c.pem"))
    return folder


def pages_of(store: Path, table: str) -> list[int]:
    """The numbers of the pages that hold a table's rows, from 1."""
    with closing(sqlite3.connect(store)) as database:
        try:
            return [
                n for (n,) in database.execute("SELECT pageno FROM dbstat WHERE name = ? AND path != '/'", (table,))
            ]
        except sqlite3.OperationalError:
            pytest.skip("this SQLite has no dbstat")


def spoil(store: Path, page: int) -> None:
    content = bytearray(store.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xa5" * 4096
    store.write_bytes(content)


def test_one_bad_page_loses_its_rows_only(folder: Path) -> None:
    store = folder / "store.db"
    pages = pages_of(store, "certificate_der")
    assert len(pages) > 3
    spoil(store, pages[len(pages) // 2])

    with salvaged(folder) as (draft, lost):
        report = draft.check()
        kept = draft.put_in_place("workspace.repair", "repaired")

    (table,) = lost
    assert table.table == "certificate_der"
    assert 0 < table.lost < COUNT
    assert table.taken == COUNT - table.lost
    assert not table.unknown
    assert not report.clean
    assert kept is not None and (kept / "store.db").exists()
    with Workspace.open(folder, create=False) as workspace:
        assert len(workspace.inventory.list()) == COUNT
        assert workspace.audit.tail(1)[0].action == "workspace.repair"


def cut(store: Path) -> None:
    store.write_bytes(store.read_bytes()[: store.stat().st_size // 2])


def flip(store: Path) -> None:
    content = bytearray(store.read_bytes())
    for at in range(8192, len(content), 40_000):
        content[at] ^= 0x40
    store.write_bytes(content)


@pytest.mark.parametrize("damage", [cut, flip])
def test_whatever_is_wrong_it_is_named_or_refused(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder / "store.db")
    before = (folder / "store.db").read_bytes()
    try:
        with salvaged(folder) as (draft, lost):
            draft.check()
            assert lost or damage is flip
    except Refusal as refusal:
        assert refusal.code == "workspace-damaged"
    assert (folder / "store.db").read_bytes() == before
    assert [entry.name for entry in folder.parent.iterdir()] == ["workspace"]


def test_a_file_of_something_else_is_refused(folder: Path) -> None:
    (folder / "store.db").write_bytes(b"x" * 100_000)
    with pytest.raises(Refusal) as refused, salvaged(folder):
        pass
    assert refused.value.code == "workspace-damaged"


def test_what_was_committed_and_is_only_in_the_log_is_taken_over(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        workspace.inventory.describe(1, "the last change")
        with salvaged(folder) as (draft, lost):
            assert lost == ()
            assert draft.check().clean
            with closing(sqlite3.connect(draft.store)) as copy:
                (body,) = copy.execute("SELECT body FROM certificates WHERE id = 1").fetchone()
            assert "the last change" in body
