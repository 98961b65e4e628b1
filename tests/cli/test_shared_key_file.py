"""A key file outside the workspace's folder (CERTFLEET_KEY_FILE) serves several workspaces and is never replaced."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.broken_off import BrokenOff, spread

from .conftest import Command, Material

MOST = 8  # kills
EXPORT = ("certificate", "export", 1, "--format", "pkcs12", "--password-file")


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key file that two workspaces are going to use."""
    monkeypatch.setenv("CERTFLEET_KEY_FILE", str(tmp_path / "shared.key"))
    return tmp_path / "shared.key"


def holding(folder: Path, material: Material) -> Command:
    """A workspace with a private key."""
    command = Command(folder)
    command.done("certificate", "import", material / "chain.pem", "--key", material / "leaf.key")
    return command


def assert_opens(command: Command, material: Material) -> None:
    """Its private key can be read."""
    assert command.json("workspace", "check")["clean"]
    command.done(*EXPORT, material / "password", "--out", "-")


@pytest.fixture
def backup(filled: Command, tmp_path: Path) -> Path:
    """A backup of a workspace whose key file is in its own folder."""
    filled.done("workspace", "backup", tmp_path / "safe.backup", "--with-key")
    return tmp_path / "safe.backup"


def test_a_restore_puts_the_secrets_under_the_shared_key_file(
    backup: Path, shared: Path, tmp_path: Path, material: Material
) -> None:
    one, other = holding(tmp_path / "one", material), holding(tmp_path / "other", material)
    before = shared.read_bytes()
    under = f"its private keys and passwords are put under the key file {shared}, which stays as it is"

    assert under in one.refused("workspace", "restore", backup)["message"]
    assert one.json("workspace", "restore", backup, "--dry-run")["other_key_file"] == str(shared)
    assert under in one.done("workspace", "restore", backup, "--dry-run")
    assert under in one.done("workspace", "restore", backup, "--yes")

    assert shared.read_bytes() == before
    assert_opens(one, material)
    assert_opens(other, material)
    assert one.json("certificate", "show", 1)["certificate"]["description"] == "MDM FQDN"
    assert f"put under the key file {shared}" in one.done("audit", "list", "--search", "action:workspace.restore")


def test_a_new_workspace_of_a_backup_too(backup: Path, shared: Path, tmp_path: Path, material: Material) -> None:
    other = holding(tmp_path / "other", material)
    restored = Command(tmp_path / "restored")
    restored.done("workspace", "restore", backup)
    assert_opens(restored, material)
    assert_opens(other, material)


def test_where_no_key_file_is_yet_that_of_the_backup_is_put(
    backup: Path, shared: Path, tmp_path: Path, filled: Command, material: Material
) -> None:
    restored = Command(tmp_path / "restored")
    assert restored.json("workspace", "restore", backup)["other_key_file"] is None
    assert shared.read_bytes() == (filled.workspace / "vault.key").read_bytes()
    assert_opens(restored, material)


def test_what_is_no_key_file_stays_too(backup: Path, shared: Path, tmp_path: Path) -> None:
    shared.write_text("a certificate, by mistake")
    error = Command(tmp_path / "restored").refused("workspace", "restore", backup)
    assert error["code"] == "key-file-unreadable"
    assert error["hint"] == "It stays as it is. Name another place in CERTFLEET_KEY_FILE; no file has to be there."
    assert shared.read_text() == "a certificate, by mistake"
    assert not (tmp_path / "restored").exists()


def test_a_backup_under_a_passphrase_needs_no_key_file(
    filled: Command, shared: Path, tmp_path: Path, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CERTFLEET_KEY_FILE")
    filled.done("workspace", "passphrase", "--new-passphrase-file", material / "password")
    filled.done("workspace", "backup", tmp_path / "safe.backup")
    monkeypatch.setenv("CERTFLEET_KEY_FILE", str(shared))
    other = holding(tmp_path / "other", material)
    restored = Command(tmp_path / "restored")
    line = ("workspace", "restore", tmp_path / "safe.backup", "--key-file", shared)
    assert restored.json(*line)["other_key_file"] is None
    assert_opens(other, material)


def test_an_import_puts_the_secrets_under_it_too(
    filled: Command, shared: Path, tmp_path: Path, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.done("workspace", "export", tmp_path / "export.json")
    other = holding(tmp_path / "other", material)
    imported = Command(tmp_path / "imported")
    line = ("workspace", "import", tmp_path / "export.json", "--key-file", filled.workspace / "vault.key")
    assert f"put under the key file {shared}" in imported.done(*line)
    assert_opens(imported, material)
    assert_opens(other, material)


def test_a_folder_that_is_named_as_the_key_files_place_is_its_own(
    backup: Path, tmp_path: Path, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is replaced with the workspace, as it is where nothing is named."""
    one = holding(tmp_path / "one", material)
    monkeypatch.setenv("CERTFLEET_KEY_FILE", str(tmp_path / "other" / ".." / "one" / "vault.key"))
    (tmp_path / "other").mkdir()
    assert one.json("workspace", "restore", backup, "--yes")["other_key_file"] is None
    assert_opens(one, material)


@pytest.mark.slow
def test_killed_at_any_step_nobody_is_locked_out(
    backup: Path, shared: Path, tmp_path: Path, material: Material
) -> None:
    line = ("workspace", "restore", backup, "--yes")
    other = holding(tmp_path / "other", material)
    key = shared.read_bytes()

    def again(number: int) -> tuple[Command, BrokenOff]:
        place = tmp_path / f"place{number}"
        place.mkdir()
        one = holding(place / "one", material)
        return one, BrokenOff(one.workspace, place)

    for at in spread(again(0)[1].steps(signal.SIGKILL, *line), MOST):
        one, command = again(at)
        assert command.run(at, signal.SIGKILL, *line).returncode == -signal.SIGKILL
        assert_opens(one, material)
        assert command.run(0, signal.SIGKILL, *line).returncode == 0
        assert_opens(one, material)
        assert shared.read_bytes() == key
        assert [entry.name for entry in tmp_path.glob("shared.key*")] == ["shared.key"]
    assert_opens(other, material)
