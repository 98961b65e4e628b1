"""Backups: one file, made beside writers, checked, and restored with what was there kept aside."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certfleet.store.backups.backups import Backups
from certfleet.store.backups.restoring import CheckedBackup, unpacked
from certfleet.store.errors import Refusal
from certfleet.store.inventory.sources import CertificateSource, ExportFormat
from certfleet.store.persistence.files.backup_facts import facts_of, is_good, opened
from certfleet.store.workspace import Workspace
from tests.material import issue


def imported(workspace: Workspace, name: str) -> None:
    made = issue(name)
    workspace.inventory.import_from(CertificateSource(data=made.pem, key=made.key_pem, name="c.pem"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    with Workspace.open(folder) as workspace:
        imported(workspace, "first.example.com")
        yield workspace


def restored(file: Path, folder: Path, key_file: Path | None = None) -> tuple[CheckedBackup, Path | None]:
    with unpacked(file, folder, key_file=key_file) as draft:
        checked = draft.check()
        assert checked.report.clean
        return checked, draft.put_in_place()


def names(folder: Path) -> list[str]:
    with Workspace.open(folder, create=False) as workspace:
        assert workspace.check().clean
        return [entry.common_name or "" for entry in workspace.inventory.list()]


def test_a_backup_is_one_private_file_beside_the_workspace(workspace: Workspace, folder: Path) -> None:
    made = workspace.backups.make()

    assert made.parent == folder.with_name("workspace.backups")
    assert [entry.name for entry in made.parent.iterdir()] == [made.name]
    assert made.stat().st_mode & 0o777 == 0o600
    assert is_good(made)
    with opened(made) as backup:
        facts = facts_of(made, backup)
    assert (facts.workspace, facts.reason, facts.key_file) == ("workspace", "by-hand", None)


def test_restoring_brings_the_state_back_and_keeps_the_other(workspace: Workspace, folder: Path) -> None:
    made = workspace.backups.make()
    imported(workspace, "second.example.com")
    workspace.close()

    _, kept = restored(made, folder)

    assert names(folder) == ["first.example.com"]
    assert kept is not None
    assert names(kept) == ["first.example.com", "second.example.com"]
    with Workspace.open(folder) as again:
        assert again.audit.tail(1)[0].action == "workspace.restore"
        assert again.inventory.export(1, ExportFormat.PKCS12, password="secret")


def test_the_key_file_is_in_it_only_when_wanted(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    without, with_key = workspace.backups.make(), workspace.backups.make(tmp_path / "whole.backup", with_key=True)
    workspace.close()
    key = shutil.copy(folder / "vault.key", tmp_path / "copy.key")
    shutil.rmtree(folder)

    with pytest.raises(Refusal) as refused:
        restored(without, folder)
    assert refused.value.code == "key-file-missing"
    assert not folder.exists()

    restored(with_key, folder)
    assert names(folder) == ["first.example.com"]
    restored(without, tmp_path / "other", Path(key))
    assert names(tmp_path / "other") == ["first.example.com"]


def test_a_key_file_of_another_workspace_is_refused(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    made = workspace.backups.make()
    with Workspace.open(tmp_path / "other") as other:
        imported(other, "other.example.com")

    with pytest.raises(Refusal) as refused:
        restored(made, tmp_path / "other")

    assert refused.value.code == "wrong-key-file"
    assert names(tmp_path / "other") == ["other.example.com"]


def test_an_existing_file_is_not_replaced_unasked(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "mine.backup"
    target.write_text("mine")

    with pytest.raises(Refusal) as refused:
        workspace.backups.make(target)

    assert refused.value.code == "file-exists"
    assert target.read_text() == "mine"
    assert is_good(workspace.backups.make(target, replace=True))


def test_others_go_on_writing_meanwhile(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    opened, ended = threading.Event(), threading.Event()
    made: list[Path] = []

    def back_up() -> None:
        try:
            with Workspace.open(folder) as mine:
                opened.set()
                while not (made and ended.is_set()):
                    made.append(mine.backups.make(tmp_path / f"{len(made)}.backup"))
        finally:
            opened.set()

    thread = threading.Thread(target=back_up)
    thread.start()
    try:
        opened.wait()
        for number in range(20):
            imported(workspace, f"{number}.example.com")
    finally:
        ended.set()
        thread.join()

    assert made
    with unpacked(made[-1], folder) as draft:
        assert draft.check().report.clean


def test_a_workspace_in_use_is_not_restored(workspace: Workspace, folder: Path) -> None:
    made = workspace.backups.make()

    with pytest.raises(Refusal) as refused:
        restored(made, folder)

    assert refused.value.code == "workspace-open-elsewhere"
    workspace.close()
    restored(made, folder)


@pytest.mark.parametrize("left", ["emptied", "cut", "gone", "scribbled"])
def test_a_damaged_workspace_names_its_newest_good_backup(folder: Path, left: str) -> None:
    with Workspace.open(folder) as workspace:
        imported(workspace, "first.example.com")
        good = workspace.backups.make()
    store = folder / "store.db"
    (good.parent / "2099-01-01T000000Z-daily.backup").write_bytes(store.read_bytes()[:5000])
    match left:
        case "emptied":
            store.write_bytes(b"")
        case "cut":
            os.truncate(store, 4096 * 3)
        case "gone":
            store.unlink()
        case "scribbled":
            store.write_bytes(b"x" * store.stat().st_size)

    for create in (True, False):
        with pytest.raises(Refusal) as refused, Workspace.open(folder, create=create) as workspace:
            workspace.inventory.list()
        assert refused.value.code == "workspace-damaged"
        assert f"certfleet workspace restore {good}" in (refused.value.hint or "")

    restored(good, folder)
    assert names(folder) == ["first.example.com"]


def test_a_store_without_its_records_is_not_filled_anew(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        imported(workspace, "first.example.com")
    with closing(sqlite3.connect(folder / "store.db")) as store, store:
        for table in ("workspace", "certificates", "audit"):
            store.execute(f"DELETE FROM {table}")

    with pytest.raises(Refusal) as refused, Workspace.open(folder):
        pass

    assert refused.value.code == "workspace-damaged"


@pytest.mark.parametrize("damage", ["cut", "flipped", "other"])
def test_a_damaged_backup_is_refused_and_changes_nothing(workspace: Workspace, folder: Path, damage: str) -> None:
    made = workspace.backups.make()
    workspace.close()
    content = bytearray(made.read_bytes())
    match damage:
        case "cut":
            content = content[: len(content) // 2]
        case "flipped":
            content[4096:8192] = bytes(4096)
        case "other":
            content = bytearray(b"-----BEGIN CERTIFICATE-----")
    made.write_bytes(content)
    before = (folder / "store.db").read_bytes()

    with pytest.raises(Refusal) as refused:
        restored(made, folder)

    assert refused.value.code == ("not-a-backup" if damage == "other" else "backup-damaged")
    assert (folder / "store.db").read_bytes() == before
    assert {entry.name for entry in folder.parent.iterdir()} == {"workspace", "workspace.backups"}


def test_a_database_of_sqlite_is_no_backup(workspace: Workspace, folder: Path) -> None:
    workspace.close()
    with pytest.raises(Refusal) as refused:
        restored(folder / "store.db", folder.with_name("new"))
    assert refused.value.code == "not-a-backup"


def test_the_daily_one_is_made_once_a_day(workspace: Workspace) -> None:
    first = workspace.backups.daily()

    assert first is not None
    assert workspace.backups.daily() is None
    stamp = datetime.now(UTC) - timedelta(hours=25)
    first.rename(first.with_name(f"{stamp:%Y-%m-%dT%H%M%SZ}-daily.backup"))
    assert workspace.backups.daily() is not None


def test_what_is_simulated_is_backed_up_only_when_wanted(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", start=datetime(2026, 1, 5, tzinfo=UTC)) as workspace:
        assert workspace.backups.daily() is None
        workspace.site.set(automatic_backups=True, backup_folder=str(tmp_path / "elsewhere"))
        made = workspace.backups.daily()
        assert made is not None
        assert made.parent == tmp_path / "elsewhere"


def test_a_passphrase_is_set_after_a_backup(workspace: Workspace) -> None:
    workspace.change_passphrase("correct horse")
    assert [backup.reason for backup in workspace.backups.all()] == ["before-passphrase"]

    with pytest.raises(Refusal) as refused:
        workspace.backups.make(with_key=True)
    assert refused.value.code == "no-key-file"


def test_one_in_memory_has_none(tmp_path: Path) -> None:
    with Workspace.open(None) as workspace:
        assert workspace.backups.daily() is None
        with pytest.raises(Refusal) as refused:
            workspace.backups.make(tmp_path / "file")
    assert refused.value.code == "workspace-in-memory"
    assert Backups.__doc__


def test_moments_come_back_with_it(folder: Path) -> None:
    with Workspace.open(folder, start=datetime(2026, 1, 5, tzinfo=UTC)) as workspace:
        imported(workspace, "first.example.com")
        workspace.moments.save("start")
        imported(workspace, "second.example.com")
        made = workspace.backups.make()
    restored(made, folder)
    with Workspace.open(folder, create=False) as workspace:
        workspace.moments.go("start")
    assert names(folder) == ["first.example.com"]
