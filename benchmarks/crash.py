"""kill -9 of an importer, a server, a simulator, a console and backups in all their phases: nothing committed is lost.

``python -m benchmarks crash [--kills 1000] [--seed 7] [--json]``

After each kill, everything is there that the victim had said to be done, and every audit line that somebody else had
seen; the workspace checks clean, its seals included; each backup that has its name is whole.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from certfleet.store.model.account import Role
from certfleet.store.persistence.files.backup_facts import is_good
from certfleet.store.workspace import Workspace

from .crash_victims import CERTFLEET, VICTIMS, Done, Moment, Watcher
from .report import Report

_EACH = 25  # kills on one workspace; then another one, so that a check stays fast
_PASSWORD = "correct horse battery"  # of an account that exists for some minutes


def prepare(folder: Path, scratch: Path) -> None:
    """A small simulated fleet, and an administrator's session in ``scratch``."""
    fleet = ("simulate", "fleet", "--devices", "20", "--seed", "7", "--start", "2026-01-05")
    subprocess.run([*CERTFLEET, "--workspace", str(folder), *fleet], check=True, stdout=subprocess.DEVNULL)
    with Workspace.open(folder, create=False) as workspace:
        workspace.accounts.add("crash", Role.ADMINISTRATOR, _PASSWORD)
        (scratch / "token").write_text(workspace.logins.login("crash", _PASSWORD))


def lost(folder: Path, done: Done, watcher: Watcher) -> Iterator[str]:
    """What is missing, or wrong."""
    with Workspace.open(folder, create=False) as workspace:
        lines = {line.id: line for line in workspace.audit.tail(1_000_000)}
        for id, hash in watcher.seen.items():
            if id not in lines or lines[id].hash != hash:
                yield f"audit line {id}"
        held = {san.removeprefix("DNS:") for entry in workspace.inventory.list() for san in entry.sans}
        yield from done.certificates - held
        said = " ".join(line.summary for line in lines.values())
        yield from (name for name in done.settings if name not in said)
        yield from (f"{problem.code} {problem.message}" for problem in workspace.check().problems)
    yield from (str(backup) for backup in done.backups if not is_good(backup))


class KilledRun(NamedTuple):
    """What came of many kills: how often each victim was killed and what it had reported as done, how many lines others
    had seen, and what was lost."""

    kills: Counter[str]
    reported: Counter[str]
    seen: int
    missing: list[str]


def run(place: Path, kills: int, chance: random.Random, victims: Sequence[str] = tuple(VICTIMS)) -> KilledRun:
    """Kill so often, in the empty folder ``place``."""
    result, seen = KilledRun(Counter(), Counter(), 0, []), 0
    scratch, original, folder = place / "scratch", place / "original", place / "workspace"
    scratch.mkdir()
    prepare(original, scratch)
    for number, which in enumerate(cycle(victims)):
        if result.kills.total() >= kills:
            break
        if number % _EACH == 0:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(original, folder)
            watcher = Watcher(folder)
        victim, longest = VICTIMS[which]
        moment = Moment(chance.uniform(0, longest), after_the_first=number // len(victims) % 2 == 1)
        done = victim(folder, scratch, moment, watcher)
        result.kills[which] += done.was_killed
        result.reported[which] += len(done.certificates) + len(done.settings) + len(done.backups)
        seen += len(watcher.seen)
        for found in lost(folder, done, watcher):
            result.missing.append(found)
            print(f"kill {result.kills.total()}, of the {which}: {found}", file=sys.stderr)
        for backup in scratch.glob("*.backup"):
            if not is_good(backup):
                result.missing.append(str(backup))
            backup.unlink()
    return result._replace(seen=seen)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks crash", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(argv)
    report, start = Report("crash", argv), time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        found = run(Path(name), options.kills, random.Random(options.seed))
    for which in VICTIMS:
        report.figure(f"{which}: kills", found.kills[which], "")
        if found.reported[which]:
            report.figure(f"{which}: reported as done", found.reported[which], "")
    report.figure("audit lines seen by others, looked for again", found.seen, "")
    report.figure("seconds", time.perf_counter() - start, "s")
    report.ratio("lost or wrong", len(found.missing), "0", not found.missing)
    return report.show()
