"""kill -9 at each step of what puts another state in a workspace's place: nothing is lost, and it opens."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from certfleet.store.inventory.sources import ExportFormat
from certfleet.store.workspace import Workspace
from tests.broken_off import BrokenOff, spread
from tests.engines import copied
from tests.prepared import Prepared

from .conftest import Command, Material

pytestmark = pytest.mark.slow
MOST = 10  # kills of one command


def key_of(workspace: Path) -> str:
    """The only private key of a workspace: it can be read, and nothing else is wrong."""
    command = Command(workspace)
    assert command.json("workspace", "check")["clean"]
    (entry,) = (entry for entry in command.json("certificate", "list")["certificates"] if entry["has_private_key"])
    with Workspace.open(workspace, create=False) as opened:
        assert opened.inventory.export(entry["id"], ExportFormat.PKCS12, password="a new one")
    return str(entry["subject"])


def test_a_restore(tmp_path: Path, filled: Command, material: Material) -> None:
    """The backup is of another workspace, with another key file."""
    other = Command(tmp_path / "other")
    other.done("certificate", "import-keystore", material / "push.p12", "--password-file", material / "password")
    other.done("workspace", "backup", tmp_path / "safe.backup", "--with-key")
    first, second = key_of(filled.workspace), key_of(other.workspace)
    assert first != second
    line = ("workspace", "restore", tmp_path / "safe.backup", "--yes")

    def again(number: int) -> tuple[Path, BrokenOff]:
        place = tmp_path / f"place{number}"
        place.mkdir()
        return place, BrokenOff(Path(copied(filled.workspace, place / "workspace")), place)

    place, undisturbed = again(0)
    steps = undisturbed.steps(signal.SIGKILL, *line)
    assert key_of(place / "workspace") == second
    found = set()
    for at in range(1, steps + 1):
        place, command = again(at)
        done = command.run(at, signal.SIGKILL, *line)
        assert done.returncode == -signal.SIGKILL, (at, done.stderr)
        now = key_of(place / "workspace")
        found.add(now)
        kept = list(place.glob("workspace.kept-*"))
        if now != first:
            assert [key_of(folder) for folder in kept] == [first]
        for left in place.glob(".*"):
            os.utime(left, (time.time() - 3600,) * 2)
        assert command.run(0, signal.SIGKILL, *line).returncode == 0
        assert key_of(place / "workspace") == second
        assert [entry.name for entry in place.iterdir() if entry.name.startswith(".")] == []
        assert not (place / "workspace" / "vault.key.next").exists()
        shutil.rmtree(place)
    assert found == {first, second}


def test_going_back_to_a_moment(tmp_path: Path, certfleet: Command, prepared: Prepared) -> None:
    """One transaction, on either engine: all of it or nothing."""
    certfleet.after(
        prepared,
        "simulate fleet --devices 12 --seed 3 --churn 0 --start 2026-01-05",
        "moment save start",
        "device revoke 3 --yes",
        "simulate run --for 2d",
    )
    line = ("moment", "go", "start", "--yes")

    def states(command: Command) -> tuple[object, ...]:
        assert command.json("workspace", "check")["clean"]
        return tuple(device["state"] for device in command.json("device", "list")["devices"])

    def again(number: int) -> Command:
        return Command(Path(copied(certfleet.workspace, tmp_path / f"copy{number}")))

    before, undisturbed = states(certfleet), again(0)
    steps = BrokenOff(undisturbed.workspace, undisturbed.workspace, engines=True).steps(signal.SIGKILL, *line)
    after = states(undisturbed)
    assert before != after
    for at in spread(steps * 9 // 10, MOST):  # they differ by a few from run to run
        command = again(at)
        broken = BrokenOff(command.workspace, command.workspace, engines=True)
        assert broken.run(at, signal.SIGKILL, *line).returncode == -signal.SIGKILL
        assert states(command) in (before, after), at
        command.done("moment", "go", "start", "--yes")
        assert states(command) == after
        command.done("simulate", "run", "--for", "1h")
