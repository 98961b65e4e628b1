"""A terminal's line drops: how long console and simulator live on, whoever stands between them and the terminal.

``python -m benchmarks hangup [--rounds 10] [--json]``

Started directly, by a shell that keeps the hang-up to itself, and by ``make``; while it starts, idle, with the
simulator at full speed, with a dialog open, and in an import of 1,500 files.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

from certfleet.store.workspace import Workspace

from .material import issue, pem_chain
from .pseudo_terminal import LONG, PseudoTerminal, on_pseudo_terminal
from .report import Report

GOAL = 3.0  # seconds
FILES = 1500
CERTFLEET = f"{sys.executable} -P -m certfleet"
OPEN = "\x1b[?1049h"  # the console has taken the screen


def _starting(terminal: PseudoTerminal) -> None:
    terminal.wait_for("generating")


def _idle(terminal: PseudoTerminal) -> None:
    terminal.wait_for(OPEN)
    terminal.wait_for("Overview")
    terminal.read_for(1)


def _at_full_speed(terminal: PseudoTerminal) -> None:
    _idle(terminal)
    terminal.type("7")
    terminal.wait_for("Slower")
    terminal.type("++++")
    terminal.read_for(2)


def _with_a_dialog(terminal: PseudoTerminal) -> None:
    _idle(terminal)
    terminal.type("2")
    terminal.wait_for("Import")
    terminal.type("i")
    terminal.wait_for("Description")


def _importing(folder: Path) -> Callable[[PseudoTerminal], None]:
    def begin(terminal: PseudoTerminal) -> None:
        _with_a_dialog(terminal)
        terminal.type(f"{folder}\r")
        terminal.read_for(1)

    return begin


def _wrapped(line: str, folder: Path) -> Iterator[tuple[str, Sequence[str]]]:
    makefile = folder / "Makefile"
    makefile.write_text(f"go:\n\t@{line}\n")
    yield "directly", line.split()
    yield "by a shell", ["sh", "-c", f"trap '' HUP; {line}; true"]
    yield "by make", ["make", "-s", "-f", str(makefile)]


def seconds_to_end(command: Sequence[str], begin: Callable[[PseudoTerminal], None]) -> float:
    """Hang up at some moment; returns how long anything of it lived on."""
    with on_pseudo_terminal(command) as terminal:
        begin(terminal)
        start = time.perf_counter()
        terminal.hang_up()
        while not terminal.ended() and time.perf_counter() - start < LONG:
            time.sleep(0.02)
        return time.perf_counter() - start


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks hangup")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    report = Report("hangup", argv)
    unsound = 0
    with tempfile.TemporaryDirectory() as place:
        folder, many, numbers = Path(place), Path(place) / "many", count()
        many.mkdir()
        for number in range(FILES):
            (many / f"{number}.pem").write_bytes(pem_chain(issue(f"{number}.example.com")))
        demo = {"start": _starting, "idle": _idle, "full speed": _at_full_speed, "dialog": _with_a_dialog}
        for name, begin in demo.items():
            for how, command in _wrapped(f"{CERTFLEET} demo --devices 100", folder):
                _tell(report, f"{name}, {how}", [seconds_to_end(command, begin) for _ in range(options.rounds)])
        for how in ("directly", "by a shell", "by make"):
            found = []
            for _ in range(options.rounds):
                workspace = folder / f"workspace-{next(numbers)}"
                commands = dict(_wrapped(f"{CERTFLEET} --workspace {workspace}", folder))
                found.append(seconds_to_end(commands[how], _importing(many)))
                with Workspace.open(workspace) as opened:
                    sound = len(opened.inventory.list()) in (0, FILES) and opened.check().clean
                    unsound += not sound
            _tell(report, f"import, {how}", found)
    report.ratio("imports that were halved", unsound, "0", unsound == 0)
    return report.show()


def _tell(report: Report, name: str, seconds: list[float]) -> None:
    report.ratio(f"{name}: longest, seconds", max(seconds), f"{GOAL:g}", max(seconds) <= GOAL)
