"""``certfleet`` that gets a signal in the middle of its work: at a step, not at a time, so that no machine is too slow
or too fast for it.

A step is whatever a kill can come between: a file or folder that is made, opened for writing, linked, renamed or
removed below a place, and a function of the engines that write.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.waiting import LONG

_PROGRAM = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
place, at, number, told = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
sys.argv = ["certfleet", *sys.argv[5:]]
from certfleet.cli.main import main

steps = 0
MAKES = {"os.mkdir", "os.rename", "os.link", "sqlite3.connect"}
if number == signal.SIGKILL:
    MAKES |= {"os.remove", "os.rmdir"}  # what removes something after another signal is not to be kept from it
ENGINES = tuple(f"/persistence/{room}/" for room in ("postgresql", "sqlite", "sql"))

def step():
    global steps
    steps += 1
    if steps == at:
        os.kill(os.getpid(), number)

def audited(event, given):
    if event in MAKES or (event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR)):
        if any(isinstance(one, (str, bytes)) and place in os.fsdecode(one) for one in given):
            step()

def profiled(frame, event, given):
    code = frame.f_code
    if event == "call" and any(room in code.co_filename for room in ENGINES) and code.co_name != "<module>":
        step()

sys.addaudithook(audited)
if told.endswith("engines"):
    sys.setprofile(profiled)
try:
    main()
finally:
    if not at:
        sys.setprofile(None)
        counted = steps  # without the file that is made now
        with open(told, "w") as file:
            file.write(str(counted))
"""


class BrokenOff:
    """A command on a workspace. Steps are those below ``place``; with ``engines`` also those of the database's.
    ``temporary`` is the folder for temporary files."""

    def __init__(self, workspace: Path, place: Path, *, engines: bool = False, temporary: Path | None = None) -> None:
        self._workspace, self._place = workspace, place
        self._environment = {**os.environ, **({} if temporary is None else {"TMPDIR": str(temporary)})}
        self._told = place.with_name(f"{place.name}.{'engines' if engines else 'files'}")

    def run(self, at: int, number: signal.Signals, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run it; it gets the signal at this step, counted from 1."""
        line = [self._place, at, int(number), self._told, "--workspace", self._workspace, *arguments]
        return subprocess.run(
            [sys.executable, "-c", _PROGRAM, *map(str, line)],
            capture_output=True,
            text=True,
            timeout=LONG,
            stdin=subprocess.DEVNULL,
            env=self._environment,
        )

    def steps(self, number: signal.Signals, *arguments: object) -> int:
        """How many steps it has for this signal when nobody sends one."""
        done = self.run(0, number, *arguments)
        assert done.returncode == 0, done.stderr
        return int(self._told.read_text())


def spread(steps: int, most: int) -> Iterator[int]:
    """So many of the steps at most, from the first to the last."""
    yield from sorted({1 + round(number * (steps - 1) / (most - 1)) for number in range(most)})
