"""Trying a change on a large fleet: how long it takes, and that nothing of it stays.

``python -m benchmarks whatif [--devices 100000] [--json]``

A replacement of the server's certificate is tried thirty times, and a renewal of half of the fleet three times. The
replacement keeps its chain, as most do, so that no device has to learn to trust another root.

The goals are about seconds of the processor, so that whatever else runs on the machine doesn't count; a trial waits for
nothing else. The seconds of the clock are told beside them.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from certfleet.simulator.company.company import replace_mdm, settle_in
from certfleet.simulator.company.site import CompanySite
from certfleet.simulator.demo import BEFORE, demo_start
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.workspace import Workspace

from .report import Report

TRIALS, RENEWALS = 30, 3


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks whatif")
    parser.add_argument("--devices", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    report = Report("whatif", argv)
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder) / "ws", start=demo_start()) as workspace:
        now = workspace.now() + BEFORE
        site = CompanySite(workspace, 7, now)
        with workspace.database.transaction():
            settle_in(site)
            workspace.site.set(ssl_offload=False, migrated=False)  # the new certificate is served at once
        draw_fleet(workspace, FleetPlan(devices=options.devices, seed=7))
        _measure(site, report, options.devices)
    return report.show()


def _measure(site: CompanySite, report: Report, devices: int) -> None:
    workspace = site.workspace
    before = content(workspace)
    for name, change, count, share, goal in (
        ("replacement_p95", lambda: replace_mdm(site), TRIALS, 0.95, 1),
        ("renewal_of_half", lambda: workspace.devices.renew(range(1, devices // 2 + 1)), RENEWALS, 0.5, 3),
    ):
        found = list(times(workspace, change, count))
        clock, processor = (sorted(seconds)[int(len(seconds) * share)] for seconds in zip(*found, strict=True))
        report.figure(name, clock, "s")
        report.figure(f"{name}_processor", processor, "s")
        report.ratio(f"{name}_seconds", processor, f"< {goal}", processor < goal)
    report.ratio("content_unchanged", float(content(workspace) == before), "1", content(workspace) == before)


def times(workspace: Workspace, change: Callable[[], object], count: int) -> Iterator[tuple[float, float]]:
    """The seconds of each trial of a change: of the clock, and of the processor."""
    for _ in range(count):
        start = time.perf_counter(), time.process_time()
        workspace.trials.try_out(change)
        yield time.perf_counter() - start[0], time.process_time() - start[1]


def content(workspace: Workspace) -> str:
    """A digest of everything stored, row by row."""
    digest = hashlib.sha256()
    for table in workspace.database.engine.tables():
        for row in workspace.database.engine.scan(table):
            digest.update(f"{table} {row.id} {row.body}".encode())
    return digest.hexdigest()
