"""Many writers on one workspace in PostgreSQL, beside a simulator and consoles, and its server restarts in the middle.

``python -m benchmarks postgresql-siege [--seconds 60] [--processes 4] [--threads 5] [--devices 500] [--consoles 2]
[--crash] [--json]``

Each thread is an administrator with a workspace of its own: it imports certificates of its own, and now and then one
that all the others import at the same moment. What it is told is kept. At the end every certificate that was confirmed
must be there, none that was refused, and no public key twice; the workspace must be sound; the simulator must have gone
on; each console must show every certificate. ``--crash`` kills the server instead of stopping it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from certfleet.store.workspace import Workspace
from certfleet.store.workspace_place import folder_of
from tests.postgresql_server import PostgresqlServer, programs

from .material import chains_of_three
from .postgresql_writers import WritersTally, write
from .pseudo_terminal import PseudoTerminal, on_pseudo_terminal
from .report import Report
from .together import CERTFLEET, PAGE, SPEED, running, shows

SHARED_EACH_SECOND = 2
ANSWERED_SECONDS = 240.0
"""So long after the end a writer may still wait for its answer: a lock is waited for at most a minute."""


@dataclass(frozen=True)
class Siege:
    """How many there are of what."""

    seconds: float = 60.0
    processes: int = 4
    threads: int = 5
    devices: int = 500
    consoles: int = 2
    how: signal.Signals = signal.SIGINT
    """What the server gets: SIGINT stops it, SIGQUIT is as if it had crashed."""


def besiege(report: Report, server: PostgresqlServer, address: str, siege: Siege) -> None:
    """Make a workspace at the address, let everybody work, restart the server, and look what became of it."""
    own = [*CERTFLEET, "--workspace", address]
    for line in (["simulate", "company"], ["simulate", "fleet", "--devices", str(siege.devices)]):
        subprocess.run([*own, *line], check=True, stdout=subprocess.DEVNULL, timeout=600)
    shared = chains_of_three(int(siege.seconds * SHARED_EACH_SECOND) + 2)
    with Workspace.open(folder_of(address)) as workspace:
        before = {entry.fingerprint_sha256 for entry in workspace.inventory.list()}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        simulator = stack.enter_context(running([*own, "simulate", "run", "--speed", SPEED], folder / "simulator.log"))
        consoles = [stack.enter_context(on_pseudo_terminal(own, columns=120, rows=36)) for _ in range(siege.consoles)]
        for console in consoles:
            console.wait_for(PAGE)
        context = multiprocessing.get_context("spawn")
        with context.Manager() as manager, ProcessPoolExecutor(siege.processes, mp_context=context) as pool:
            ready, begin = manager.Barrier(siege.processes + 1), manager.Event()
            writing = [
                pool.submit(write, address, number, siege.threads, siege.seconds, shared, ready, begin)
                for number in range(siege.processes)
            ]
            ready.wait(ANSWERED_SECONDS)
            begin.set()
            drawing = threading.Thread(target=_draw, args=(consoles, writing))
            drawing.start()
            time.sleep(siege.seconds / 2)
            server.restart(siege.how)
            with Workspace.open(folder_of(address)) as workspace:
                clock = workspace.now()
            accounts = [one.result(timeout=siege.seconds + ANSWERED_SECONDS) for one in writing]
            drawing.join()
        with Workspace.open(folder_of(address)) as workspace:
            _judge(report, workspace, accounts, before, siege)
            went_on = simulator.poll() is None and workspace.now() > clock
            report.ratio("simulator_goes_on", went_on, "1", went_on)
            count = len(workspace.inventory.list())
        left = [console for console in consoles if not shows(console, count)]
        right = len(consoles) - len(left)
        report.ratio("consoles_that_came_back", right, f"{siege.consoles}", right == siege.consoles)
        logs = [folder / "simulator.log", *(log for console in consoles for log in console.folder.rglob("*.log"))]
        for said in (line for log in logs for line in log.read_text("utf-8", "replace").splitlines()[-20:]):
            print(said, file=sys.stderr)


def _draw(consoles: list[PseudoTerminal], writing: list[Future[WritersTally]]) -> None:
    """Read what the consoles draw: a terminal that nobody reads holds them up."""
    while not all(one.done() for one in writing):
        for console in consoles:
            console.read_for(0.1)
        time.sleep(0.05)


def _judge(report: Report, workspace: Workspace, accounts: list[WritersTally], before: set[str], siege: Siege) -> None:
    entries = [entry for entry in workspace.inventory.list() if entry.fingerprint_sha256 not in before]
    there = Counter(entry.fingerprint_sha256 for entry in entries)
    confirmed, failures = set[str](), list[str]()
    seconds = list[float]()
    for account in accounts:
        confirmed |= account.confirmed
        failures += account.failures
        seconds += account.seconds
    untrue = sum(account.untrue for account in accounts)
    seconds.sort()
    codes = sum((Counter(account.codes) for account in accounts), Counter[str]())
    report.figure("imports_per_second", len(seconds) / siege.seconds, "/s")
    for name, part in (("median", 0.5), ("p99", 0.99), ("longest", 1.0)):
        report.figure(f"import_{name}", seconds[max(0, int(len(seconds) * part) - 1)] * 1e3 if seconds else 0, "ms")
    for code in ("database-unreachable", "workspace-busy", "outcome-unknown"):
        report.figure(f"answers_{code}", codes.pop(code, 0), "")
    writers = sum(account.finished for account in accounts)
    report.ratio("writers_with_an_answer", writers, f"{siege.processes * siege.threads}", not failures)
    for failure in failures[:20]:
        print(failure, file=sys.stderr)
    report.figure("certificates_confirmed", len(confirmed), "")
    report.ratio("confirmed_and_lost", len(confirmed - there.keys()), "0", confirmed <= there.keys())
    report.ratio("refused_and_made_all_the_same", untrue, "0", not untrue)
    keys = Counter(entry.public_key_sha256 for entry in entries)
    twice = sum(number > 1 for number in keys.values())
    report.ratio("public_keys_with_two_entries", twice, "0", not twice)
    counts = len(entries) == len(confirmed)
    report.ratio("entries_beside_those_confirmed", len(entries) - len(confirmed), "0", counts)
    clean = workspace.check().clean
    report.ratio("workspace_is_sound", clean, "1", clean)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks postgresql-siege", description=__doc__)
    parser.add_argument("--seconds", type=float, default=Siege.seconds)
    parser.add_argument("--processes", type=int, default=Siege.processes)
    parser.add_argument("--threads", type=int, default=Siege.threads)
    parser.add_argument("--devices", type=int, default=Siege.devices)
    parser.add_argument("--consoles", type=int, default=Siege.consoles)
    parser.add_argument("--crash", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    if (found := programs()) is None:
        print("PostgreSQL is not installed: apt-get install postgresql", file=sys.stderr)
        return 2
    how = signal.SIGQUIT if options.crash else signal.SIGINT
    siege = Siege(options.seconds, options.processes, options.threads, options.devices, options.consoles, how)
    report, server = Report("postgresql-siege", argv), PostgresqlServer(found)
    try:
        server.begin()
        with tempfile.TemporaryDirectory() as state:
            os.environ["XDG_STATE_HOME"] = state
            besiege(report, server, server.address("siege"), siege)
    finally:
        server.end()
    return report.show()
