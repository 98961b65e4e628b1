"""Trying a change on a large fleet: how long it takes, and that nothing of it stays.

``python -m benchmarks whatif [--devices 100000] [--json]``

A replacement of the server's certificate is tried thirty times, and a renewal of half of the fleet three times. The
replacement keeps its chain, as most do, so that no device has to learn to trust another root.
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
    seconds = sorted(times(workspace, lambda: replace_mdm(site), TRIALS))
    p95 = report.figure("replacement_p95", seconds[int(len(seconds) * 0.95)], "s")
    report.figure("replacement_median", seconds[len(seconds) // 2], "s")
    report.ratio("replacement_p95_seconds", p95, "< 1", p95 < 1)
    half = range(1, devices // 2 + 1)
    renewal = min(times(workspace, lambda: workspace.devices.renew(half), RENEWALS))
    report.figure("renewal_of_half", renewal, "s")
    report.ratio("renewal_seconds", renewal, "< 3", renewal < 3)
    report.ratio("content_unchanged", float(content(workspace) == before), "1", content(workspace) == before)


def times(workspace: Workspace, change: Callable[[], object], count: int) -> Iterator[float]:
    """The seconds of each trial of a change."""
    for _ in range(count):
        start = time.perf_counter()
        workspace.trials.try_out(change)
        yield time.perf_counter() - start


def content(workspace: Workspace) -> str:
    """A digest of everything stored, row by row."""
    digest = hashlib.sha256()
    for table in workspace.database.engine.tables():
        for row in workspace.database.engine.scan(table):
            digest.update(f"{table} {row.id} {row.body}".encode())
    return digest.hexdigest()
