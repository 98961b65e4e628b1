"""The console as a process on a pseudo-terminal: how long it takes to open, the bytes that it sends, and what it costs
while nobody touches it."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from certfleet.store.workspace import Workspace

from .pseudo_terminal import LONG, PseudoTerminal, on_pseudo_terminal
from .report import Report
from .screen import p95

STEPS = 12  # within what is seen: a step beyond it moves the whole list
OPENED = 5
QUIET = 0.25  # seconds without output after which a keystroke has been answered
REMOTE = "192.0.2.1 50000 192.0.2.2 22"  # as sshd says it: bytes matter on such a line
TICKS = os.sysconf("SC_CLK_TCK")


def measure_terminal(path: Path, devices: int, idle_seconds: float, report: Report) -> None:
    """Measure a console at 80×24 on the workspace at ``path``, which has this many devices; its clock becomes the
    wall's."""
    with Workspace.open(path) as workspace:
        workspace.set_clock(None)
    with tempfile.TemporaryDirectory() as compiled:
        # As installed: pip compiles what it installs, which a checkout may have been told not to keep.
        environment = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled, "SSH_CONNECTION": REMOTE}
        _opening(path, environment, report)
        _bytes(path, environment, devices, idle_seconds, report)


def _command(path: Path) -> list[str]:
    return [sys.executable, "-m", "certfleet", "--workspace", str(path)]


def _opening(path: Path, environment: Mapping[str, str], report: Report) -> None:
    walls, used = [], []
    for round in range(OPENED + 1):
        start = time.perf_counter()
        with on_pseudo_terminal(_command(path), environment) as terminal:
            terminal.wait_for("Overview")
            if round:  # the first one compiles
                walls.append((time.perf_counter() - start) * 1e3)
                used.append(_processor(terminal) * 1e3)
            _leave(terminal)
    report.figure("console_open_median", median(walls), "ms until the first picture")
    report.figure("console_open_processor_min", min(used), "ms of processor time")
    report.figure("console_open_processor_median", median(used), "ms of processor time")
    report.ratio("console_open_ms", min(walls), "under 600, the best of five", min(walls) < 600)


def _bytes(path: Path, environment: Mapping[str, str], devices: int, idle_seconds: float, report: Report) -> None:
    with on_pseudo_terminal(_command(path), environment) as terminal:
        terminal.wait_for("Overview")
        _wait_until_quiet(terminal)
        terminal.type("3")
        terminal.read_for(4)
        steps = [_answer(terminal, "j") for _ in range(STEPS)]
        scrolled = [_answer(terminal, "j") for _ in range(STEPS)][-3:]
        _answer(terminal, "/")
        typed = [_answer(terminal, letter) for letter in "iphone"]
        _answer(terminal, "\x1b")
        screens = [_answer(terminal, number) for number in "456789"]
        _answer(terminal, "2")
        dialogs = [(_answer(terminal, key), _answer(terminal, "\x1b")) for key in "in?"]
        terminal.type("1")
        _wait_until_quiet(terminal)
        memory = _most_memory(terminal)
        terminal.shown = ""
        before, start = _processor(terminal), time.perf_counter()
        terminal.read_for(idle_seconds)
        share = (_processor(terminal) - before) / (time.perf_counter() - start)
        idle = len(terminal.shown.encode()) * 60 / idle_seconds
        _leave(terminal)
    report.figure("bytes_cursor_step_median", median(steps), "bytes")
    report.figure("bytes_scrolling_step_median", median(scrolled), "bytes, the list moves")
    report.figure("bytes_filter_key_median", median(typed), "bytes, what is shown changes")
    report.figure("bytes_screen_median", median(screens), "bytes, another screen")
    report.figure("bytes_dialog_closed_median", median(closed for _, closed in dialogs), "bytes")
    opened = median(opened for opened, _ in dialogs)
    report.ratio("bytes_dialog_opened_median", opened, "under 5000", opened < 5000)
    report.ratio("bytes_cursor_step_p95", p95(steps), "under 400", p95(steps) < 400)
    report.ratio("bytes_idle_minute", idle, "under 2000", idle < 2000)
    report.figure(f"console_memory_{devices}", memory, "MiB at most")
    if devices >= 1_000_000:
        report.ratio("console_memory_mib", memory, "under 1228", memory < 1228)
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


def _wait_until_quiet(terminal: PseudoTerminal) -> None:
    """Until all devices are read and the other screens imported, so until it does nothing for a while."""
    end = time.monotonic() + LONG
    while time.monotonic() < end:
        before = _processor(terminal)
        terminal.read_for(2)
        if _processor(terminal) - before < 0.1:
            return


def _most_memory(terminal: PseudoTerminal) -> float:
    """The most memory that it had at any time, in MiB."""
    lines = Path(f"/proc/{terminal.child}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _leave(terminal: PseudoTerminal) -> None:
    terminal.type("q")
    terminal.status()
