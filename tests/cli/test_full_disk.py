"""A workspace on a full disk: reading works, and nobody is told to restore a backup."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace
from tests.cli.conftest import Command, Material
from tests.small_disk import SmallDisk, small_disk

pytestmark = pytest.mark.slow


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def command(disk: SmallDisk, material: Material) -> Command:
    command = Command(disk.path / "workspace")
    command.done("certificate", "import", material / "leaf.pem")
    return command


def test_nothing_is_called_damaged(command: Command, disk: SmallDisk, material: Material) -> None:
    disk.fill()
    for line in (["certificate", "list"], ["workspace", "check"], ["certificate", "import", material / "push.p12"]):
        process = command.program(*line)
        assert process.returncode == 1
        assert process.stderr.startswith(b"error: disk-full: there is no room left for ")
        assert b"hint: Free some space and try again." in process.stderr
    disk.free()
    assert "mdm.company.example" in command.done("certificate", "list")


def test_beside_a_session_that_is_open_it_is_read(command: Command, disk: SmallDisk, material: Material) -> None:
    with Workspace.open(command.workspace):
        disk.fill()
        assert "mdm.company.example" in command.done("certificate", "list")
        assert command.refused("certificate", "import", material / "chain.pem")["code"] == "disk-full"
        assert command.json("workspace", "check")["clean"]


def test_no_workspace_is_made_on_it(disk: SmallDisk) -> None:
    disk.fill()
    command = Command(disk.path / "workspace")
    assert command.refused("certificate", "request", "--subject", "CN=a")["code"] == "disk-full"


READING = (
    "certificate list",
    "workspace check",
    "forecast --for 2d",
    "certificate describe 1 new --dry-run",
    "config list",
)
WRITING = (
    "certificate describe 1 new",
    "certificate export 1 --output {disk}/new.pem",
    "certificate request --subject CN=a --output {disk}/new.csr",
    "workspace export {disk}/new.json",
    "workspace backup {disk}/new.backup",
    "workspace backup",
    "workspace restore {beside}/old.backup --yes",
    "--workspace {disk}/other workspace import {beside}/old.json --key-file {disk}/workspace/vault.key",
    "--workspace {disk}/lesson scenario start apns-last-ten-days",
    "moment branch start {disk}/branch",
    "simulate run --for 2d",
    "fixture export {disk}/fixtures --only keystores",
    "checklist --format ics --output {disk}/new.ics",
    "config set theme light",
)


def files(disk: SmallDisk) -> set[str]:
    """All files but SQLite's own, and what is empty."""
    found = (path for path in disk.path.rglob("*") if path.is_file() and path.stat().st_size)
    return {str(path) for path in found if not path.name.endswith(("-wal", "-shm"))}


@pytest.fixture
def simulated(disk: SmallDisk, material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A simulated workspace on the disk, with the person's settings and temporary files; a backup and an export are
    beside it."""
    (disk.path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(disk.path / "temporary"))
    command = Command(disk.path / "workspace", {"CERTFLEET_CONFIG": str(disk.path / "settings.toml")})
    command.done("simulate", "fleet", "--devices", 3, "--start", "2026-01-05")
    command.done("certificate", "import", material / "leaf.pem")
    command.done("moment", "save", "start")
    command.done("workspace", "backup", tmp_path / "old.backup")
    command.done("workspace", "export", tmp_path / "old.json")
    return command


def test_whoever_writes_is_told_and_leaves_nothing(simulated: Command, disk: SmallDisk, tmp_path: Path) -> None:
    """Beside somebody who has the workspace open, so that reading works; a restore would be refused for that."""
    for line in (*READING, *WRITING):
        words = line.format(disk=disk.path, beside=tmp_path).split()
        with nullcontext() if "restore" in words else Workspace.open(simulated.workspace):
            disk.fill()
            before = files(disk)
            outcome = simulated.run(*words)
            assert outcome.exit_code == (0 if line in READING else 1), (line, outcome.output)
            if line not in READING:
                assert outcome.stderr.startswith("error: disk-full: there is no room left for "), (line, outcome.stderr)
                assert "hint: Free some space and try again.\n" in outcome.stderr
                assert "/." not in outcome.stderr.replace(str(tmp_path), ""), (
                    line,
                    outcome.stderr,
                )  # a file in the making
                assert files(disk) <= before, line
            disk.free()
        simulated.done(*words)
        assert simulated.json("workspace", "check")["clean"]
        for made in ("other", "lesson", "branch", "fixtures"):
            shutil.rmtree(disk.path / made, ignore_errors=True)


BEGINNING = (
    "--workspace {disk}/new certificate request --subject CN=a",
    "--workspace {disk}/new simulate fleet --devices 3 --start 2026-01-05",
    "--workspace {disk}/new scenario start apns-last-ten-days",
    "moment branch start {disk}/new",
    "class create --people 2 --scenario apns-last-ten-days {disk}/new",
)


@pytest.mark.parametrize("line", BEGINNING)
def test_what_is_begun_and_can_not_be_finished_is_gone(simulated: Command, disk: SmallDisk, line: str) -> None:
    """With room for ever more of it. A class whose start is prepared stays: the same command goes on with it."""
    words, left, before = line.format(disk=disk.path).split(), 0, files(disk)
    while True:
        disk.fill(left)
        outcome = simulated.run(*words)
        disk.free()
        if outcome.exit_code == 0:
            break
        assert outcome.stderr.startswith("error: disk-full: there is no room left for "), outcome.stderr
        if (disk.path / "new" / ".prepared").exists():
            break
        assert not (disk.path / "new").exists(), left
        assert files(disk) == before
        left = 2 * left or 8
    if outcome.exit_code:
        simulated.done(*words)
    assert left > 8
    assert simulated.json("workspace", "check")["clean"]
