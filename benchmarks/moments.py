"""Going back in a large fleet: what keeping a moment costs, and how long it takes to go back thirty virtual days.

``python -m benchmarks moments [--devices 100000] [--days 30] [--json]``

The days are the usual life of the fleet; with ``--rotate`` all devices are asked to renew meanwhile, which writes every
device several times.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.workspace import Workspace

from .report import Report

START = datetime(2026, 1, 5, tzinfo=UTC)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks moments")
    parser.add_argument("--devices", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--rotate", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    report = Report("moments", argv)
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder) / "ws", start=START) as workspace:
        draw_fleet(workspace, FleetPlan(devices=options.devices, seed=7), workers=2)
        _measure(workspace, Path(folder) / "ws", report, options)
    return report.show()


def _measure(workspace: Workspace, folder: Path, report: Report, options: argparse.Namespace) -> None:
    before, size = workspace.devices.log_digest(), _bytes(folder)
    start = time.perf_counter()
    workspace.moments.save("before")
    report.figure("save", time.perf_counter() - start, "s")
    if options.rotate:
        workspace.authorities.refresh(ready_after=timedelta(0))
        workspace.devices.renew([device.id for device in workspace.devices.all()])
    with Simulator(workspace, workers=2) as simulator:
        ran = simulator.run(workspace.now() + timedelta(days=options.days))
    report.figure("events", ran.events, "")
    report.figure("grown_by", (_bytes(folder) - size) / 2**20, "MiB")
    start, processor = time.perf_counter(), time.process_time()
    workspace.moments.go("before")
    clock, processor = time.perf_counter() - start, time.process_time() - processor
    report.figure("back", clock, "s")
    report.ratio("back_processor_seconds", processor, "< 2", processor < 2)
    same = workspace.devices.log_digest() == before
    report.ratio("same_digest", float(same), "1", same)


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
