"""The demo's workspace: filled, shown, and deleted afterwards. The console is a stand-in here."""

from __future__ import annotations

import os
import pty
import signal
import sys
import time
from pathlib import Path

import pytest

from certfleet.store.workspace import Workspace

pytestmark = pytest.mark.slow

PROGRAM = """
import os, sys, time, types
def run_console(workspace, **options):
    print(f"{workspace.path}|{len(workspace.inventory.list())}|", flush=True)
    time.sleep(0 if "leave" in sys.argv else 600)
    if "fail" in sys.argv: raise KeyError
sys.modules["certfleet.tui.app"] = types.SimpleNamespace(run_console=run_console)
from certfleet.cli.main import main
keep = ["--keep", os.environ["TMPDIR"] + "/kept"] if "keep" in sys.argv else []
main(["demo", "--seed", "3", "--devices", "30", *keep])
"""


def demo(tmp_path: Path, number: signal.Signals | None, *arguments: str) -> tuple[str, int]:
    """Run the demo on a terminal, and send a signal once the console shows."""
    child, terminal = pty.fork()
    if child == 0:
        line = [sys.executable, "-c", PROGRAM, *arguments]
        os.execve(line[0], line, {**os.environ, "TMPDIR": str(tmp_path)})
    shown, until = "", time.monotonic() + 120
    while time.monotonic() < until:
        try:
            shown += os.read(terminal, 4096).decode()
        except OSError:  # the other end is closed
            break
        if number is not None and shown.count("|") == 2:
            assert list(tmp_path.iterdir())
            os.kill(child, number)
            number = None
    os.close(terminal)
    return shown, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (None, 0)]
)
def test_nothing_is_left(tmp_path: Path, number: signal.Signals | None, status: int) -> None:
    shown, found = demo(tmp_path, number, *(["leave"] if number is None else []))
    assert found == status
    path, count = next(line for line in shown.splitlines() if "|" in line).split("|")[:2]
    assert path.startswith(str(tmp_path))
    assert int(count) > 25
    assert not list(tmp_path.iterdir())
    assert "Traceback" not in shown
    assert ("The demo's workspace is deleted" in shown) is (number is None)


def test_a_demo_is_kept(tmp_path: Path) -> None:
    shown, status = demo(tmp_path, None, "leave", "keep")
    assert status == 0
    assert f"certfleet --workspace {tmp_path / 'kept'}" in shown
    with Workspace.open(tmp_path / "kept", create=False) as workspace:
        assert len(workspace.inventory.list()) > 25


def test_nothing_is_left_after_a_fault(tmp_path: Path) -> None:
    shown, status = demo(tmp_path, None, "leave", "fail")
    assert status == 1
    assert "error: internal" in shown
    assert not list(tmp_path.iterdir())
