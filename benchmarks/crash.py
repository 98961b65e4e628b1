"""kill -9 in the middle of a stream of imports, again and again: no commit is lost, and nothing is half done.

``python -m benchmarks crash [--rounds 200] [--json]``
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from pathlib import Path

from certfleet.store.inventory.sources import CertificateSource
from certfleet.store.workspace import Workspace

from .material import Issued, issue, pem_chain
from .report import Report


def stream(folder: Path, root: Issued, acknowledge: int) -> None:
    """Import new certificates forever; write each one's name to ``acknowledge`` once it is committed."""
    with Workspace.open(folder) as workspace:
        number = 0
        while True:
            number += 1
            name = f"{os.getpid()}-{number}.example.com"
            data = pem_chain(issue(name, root), root)
            workspace.inventory.import_from(CertificateSource(data=data, name="stream.pem"))
            os.write(acknowledge, f"{name}\n".encode())


def one_round(folder: Path, root: Issued, seconds: float, after_the_first: bool) -> set[str]:
    """Let a process import for a while, kill it, and return the names that it had reported as committed.

    ``after_the_first`` is the time after the first import; counted from the start, it might end before the workspace is
    open.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            stream(folder, root, writing)
        finally:
            os._exit(1)
    os.close(writing)
    first = os.read(reading, 4096) if after_the_first else b""
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as told:
        return set((first + told.read()).decode().split())


def run(folder: Path, rounds: int, chance: random.Random) -> tuple[int, int]:
    """Kill ``rounds`` times; returns the number of acknowledged and of existing imports.

    Raises AssertionError if an import was lost or the workspace isn't clean.
    """
    root = issue("Crash Root", ca=True)
    acknowledged: set[str] = set()
    held: set[str] = set()
    for number in range(rounds):
        acknowledged |= one_round(folder, root, chance.uniform(0.005, 0.15), after_the_first=number % 2 == 1)
        with Workspace.open(folder) as workspace:
            held = {san.removeprefix("DNS:") for entry in workspace.inventory.list() for san in entry.sans}
            lost = acknowledged - held
            assert not lost, f"round {number}: lost {sorted(lost)}"
            report = workspace.check()
            assert report.clean, f"round {number}: {report.problems[:3]}"
    return len(acknowledged), len(held)


def main(argv: list[str]) -> int:
    report = Report("crash", argv)
    rounds = int(argv[argv.index("--rounds") + 1]) if "--rounds" in argv else 200
    with tempfile.TemporaryDirectory() as name:
        acknowledged, held = run(Path(name) / "workspace", rounds, random.Random(7))
    report.figure("kills", rounds, "")
    report.figure("imports_acknowledged", acknowledged, "")
    report.figure("imports_held", held, "")
    report.ratio("lost", 0, "0", True)
    return report.show()
