"""A workspace on a full disk: reading works, and nobody is told to restore a backup."""

from __future__ import annotations

from collections.abc import Iterator
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
