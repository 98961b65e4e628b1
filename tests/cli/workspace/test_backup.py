"""Backing a workspace up, and restoring it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ..conftest import Command


def test_a_backup_is_made_listed_and_checked(filled: Command) -> None:
    made = Path(filled.json("workspace", "backup")["file"])

    listed = filled.json("workspace", "backups")
    assert [one["file"] for one in listed["backups"]] == [str(made)]
    assert listed["automatic"]
    assert "by-hand" in filled.done("workspace", "backups")
    checked = filled.json("workspace", "check", made)
    assert checked["clean"]
    assert checked["backup"]["workspace"] == filled.workspace.name
    assert checked["backup"]["with_key_file"] is False
    assert "key file" in filled.done("workspace", "backup")


def test_restoring_says_what_would_be_gone_and_asks(filled: Command, tmp_path: Path) -> None:
    backup = tmp_path / "safe.backup"
    filled.done("workspace", "backup", backup)
    filled.done("certificate", "describe", 1, "changed")

    told = filled.json("workspace", "restore", backup, "--dry-run")
    assert (told["changes_lost"], told["dry_run"]) == (1, True)
    assert "1 change since the backup would be gone" in filled.done("workspace", "restore", backup, "--dry-run")
    error = filled.refused("workspace", "restore", backup)
    assert error["code"] == "confirmation-needed"
    assert "1 change since the backup would be gone" in error["message"]
    assert filled.json("certificate", "show", 1)["certificate"]["description"] == "changed"

    done = filled.json("workspace", "restore", backup, "--yes")

    assert filled.json("certificate", "show", 1)["certificate"]["description"] != "changed"
    assert filled.json("workspace", "check")["clean"]
    assert (Path(done["kept"]) / "store.db").exists()


def test_a_workspace_is_made_of_a_backup(filled: Command, certfleet: Command, tmp_path: Path) -> None:
    filled.done("workspace", "backup", tmp_path / "safe.backup", "--with-key")
    other = tmp_path / "other"

    said = filled.done("--workspace", other, "workspace", "restore", tmp_path / "safe.backup")

    assert "restored: the workspace" in said
    assert filled.json("--workspace", other, "workspace", "check")["clean"]


def test_a_backup_comes_on_standard_input(filled: Command, tmp_path: Path) -> None:
    filled.done("workspace", "backup", tmp_path / "a.backup", "--with-key")
    certificates = filled.json("certificate", "list")
    filled.done("certificate", "describe", 1, "later")
    filled.done("workspace", "restore", "-", "--yes", input=(tmp_path / "a.backup").read_bytes())
    assert filled.json("certificate", "list") == certificates


def test_what_is_no_file(filled: Command, tmp_path: Path) -> None:
    for name, code in (("gone.backup", "file-not-found"), (".", "not-a-file")):
        assert filled.refused("workspace", "restore", tmp_path / name)["code"] == code


def test_what_is_no_backup(filled: Command, tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    assert filled.refused("workspace", "restore", tmp_path / "c.pem", "--yes")["code"] == "not-a-backup"
    assert filled.refused("workspace", "check", tmp_path / "c.pem")["code"] == "not-a-backup"
    assert filled.refused("workspace", "restore", tmp_path / "none", "--yes")["code"] == "file-not-found"
    assert filled.refused("workspace", "backup", filled.workspace / "x.backup")["code"] == "file-in-workspace"


def test_settings_of_backups(filled: Command, tmp_path: Path) -> None:
    filled.done("site", "set", "--backup-folder", tmp_path / "mine", "--automatic-backups", "off")
    assert not filled.json("workspace", "backups")["automatic"]
    made = Path(filled.json("workspace", "backup")["file"])
    assert made.parent == tmp_path / "mine"
    filled.done("site", "set", "--backup-folder", "", "--automatic-backups", "usual")
    assert filled.json("site", "show")["site"]["automatic_backups"] is None


def test_a_sound_workspace_needs_no_repair(filled: Command) -> None:
    assert filled.done("workspace", "check", "--repair") == "clean; there is nothing to repair\n"


def test_a_damaged_workspace_is_repaired_after_asking(filled: Command) -> None:
    store = filled.workspace / "store.db"
    with closing(sqlite3.connect(store)) as database, database:
        database.execute("UPDATE certificate_der SET body = '{' WHERE id = 1")
    error = filled.refused("workspace", "check", "--repair")
    assert error["code"] == "confirmation-needed"

    result = filled.run("workspace", "check", "--repair", "--yes")

    assert result.exit_code == 1
    assert "certificate der: 1 record lost, 2 taken over" in result.stdout
    assert "the damaged one is kept in " in result.stdout
    assert len(filled.json("certificate", "list")["certificates"]) == 3
