"""Run a command, and tell what it cost with all processes that it started, those too whose parents have ended before:
``python -m benchmarks.process_cost FILE COMMAND …`` writes its output and then one line of JSON to the file.

It has little in memory itself, since Linux reckons what a process had before it became another program.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import time
from typing import NamedTuple

_PR_SET_CHILD_SUBREAPER = 36


class ProcessCost(NamedTuple):
    """The status of a command, its seconds on the clock, those of all its processes on the processors, and the peak
    memory in MiB of the largest of them."""

    status: int
    seconds: float
    processors: float
    peak: float


def run(command: list[str], output: int) -> ProcessCost:
    """Run a command to its end, and to that of all its processes; ``output`` is a file descriptor."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, all_used = time.perf_counter() - start, [used]
    while True:
        try:
            all_used.append(os.wait4(-1, 0)[2])
        except ChildProcessError:
            break
    processors = sum(one.ru_utime + one.ru_stime for one in all_used)
    return ProcessCost(process.returncode, seconds, processors, max(one.ru_maxrss for one in all_used) / 1024)


if __name__ == "__main__":
    with open(sys.argv[1], "ab") as file:  # noqa: PTH123  # pathlib is half of what this has in memory
        cost = run(sys.argv[2:], file.fileno())
        file.write(b"\n" + json.dumps(cost).encode())
