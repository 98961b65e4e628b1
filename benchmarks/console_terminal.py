"""The console as a process on a pseudo-terminal: how long it takes to open, the bytes that it sends, and what it costs
while nobody touches it."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from certfleet.simulator.identities import IdentityFleet
from certfleet.store.devices.device_tables import Batch
from certfleet.store.workspace import Workspace

from .console_devices import device
from .pseudo_terminal import PseudoTerminal, on_pseudo_terminal
from .report import Report
from .screen import p95

STEPS = 12  # within what is seen: a step beyond it moves the whole list
OPENED = 5
QUIET = 0.25  # seconds without output after which a keystroke has been answered
TICKS = os.sysconf("SC_CLK_TCK")


def measure_terminal(count: int, idle_seconds: float, report: Report) -> None:
    """Measure a console at 80×24 on a workspace of the wall's clock with this many devices."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "workspace")
        fleet, batch = IdentityFleet(7), Batch()
        with Workspace.open(path) as workspace:
            for number in range(1, count + 1):
                batch.devices[number] = device(fleet, number)
            workspace.devices.records.write(batch)
        _opening(path, report)
        _bytes(path, idle_seconds, report)


def _command(path: Path) -> list[str]:
    return [sys.executable, "-m", "certfleet", "--workspace", str(path)]


def _opening(path: Path, report: Report) -> None:
    walls, used = [], []
    for _ in range(OPENED):
        start = time.perf_counter()
        with on_pseudo_terminal(_command(path)) as terminal:
            terminal.wait_for("Overview")
            walls.append((time.perf_counter() - start) * 1e3)
            used.append(_processor(terminal) * 1e3)
            _leave(terminal)
    report.figure("console_open_median", median(walls), "ms until the first picture")
    report.figure("console_open_processor_median", median(used), "ms of processor time")
    report.ratio("console_open_ms", min(walls), "under 600, the best of five", min(walls) < 600)


def _bytes(path: Path, idle_seconds: float, report: Report) -> None:
    with on_pseudo_terminal(_command(path)) as terminal:
        terminal.wait_for("Overview")
        terminal.read_for(2)
        terminal.type("3")
        terminal.read_for(4)
        steps = [_answer(terminal, "j") for _ in range(STEPS)]
        scrolled = [_answer(terminal, "j") for _ in range(STEPS)][-3:]
        _answer(terminal, "/")
        typed = [_answer(terminal, letter) for letter in "iphone"]
        _answer(terminal, "\x1b")
        terminal.type("1")
        terminal.read_for(4)
        terminal.shown = ""
        before, start = _processor(terminal), time.perf_counter()
        terminal.read_for(idle_seconds)
        share = (_processor(terminal) - before) / (time.perf_counter() - start)
        idle = len(terminal.shown.encode()) * 60 / idle_seconds
        _leave(terminal)
    report.figure("bytes_cursor_step_median", median(steps), "bytes")
    report.figure("bytes_scrolling_step_median", median(scrolled), "bytes, the list moves")
    report.figure("bytes_filter_key_median", median(typed), "bytes, what is shown changes")
    report.ratio("bytes_cursor_step_p95", p95(steps), "under 400", p95(steps) < 400)
    report.ratio("bytes_idle_minute", idle, "under 2000", idle < 2000)
    report.ratio("console_idle_cpu_percent", share * 100, "under 0.5", share < 0.005)


def _answer(terminal: PseudoTerminal, key: str) -> int:
    """The bytes that answer a key."""
    terminal.shown = ""
    terminal.type(key)
    end, known = time.monotonic() + QUIET, 0
    while time.monotonic() < end:
        terminal.read_for(0.05)
        if len(terminal.shown) != known:
            end, known = time.monotonic() + QUIET, len(terminal.shown)
    return len(terminal.shown.encode())


def _processor(terminal: PseudoTerminal) -> float:
    """The seconds of processor time that the console has used."""
    fields = Path(f"/proc/{terminal.child}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _leave(terminal: PseudoTerminal) -> None:
    terminal.type("q")
    terminal.status()
