"""The demo's workspace: filled, shown, and deleted afterwards. The console is a stand-in here."""

from __future__ import annotations

import os
import pty
import signal
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROGRAM = """
import sys, time, types
def run_console(workspace, **options):
    print(f"{workspace.path}|{len(workspace.inventory.list())}|", flush=True)
    time.sleep(0 if "leave" in sys.argv else 600)
    if "fail" in sys.argv: raise KeyError
sys.modules["certfleet.tui.app"] = types.SimpleNamespace(run_console=run_console)
from certfleet.cli.main import main
main(["demo", "--seed", "3", "--devices", "30"])
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
    path, count = shown.splitlines()[-1 if number is None else 2].split("|")[:2]
    assert path.startswith(str(tmp_path))
    assert int(count) > 25
    assert not list(tmp_path.iterdir())
    assert "Traceback" not in shown


def test_nothing_is_left_after_a_fault(tmp_path: Path) -> None:
    shown, status = demo(tmp_path, None, "leave", "fail")
    assert status == 1
    assert "error: internal" in shown
    assert not list(tmp_path.iterdir())
