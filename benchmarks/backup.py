"""A backup of a large workspace, while somebody else writes.

``python -m benchmarks backup [--devices 100000] [--json]``

The writer commits one small change after the other; its slowest commit says how much a console would notice.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path

from certfleet.store.backups.restoring import unpacked
from certfleet.store.workspace import Workspace

from .console_devices import draw
from .report import Report, stopwatch

GOAL = 5.0  # seconds
NOTICED = 0.5  # seconds


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks backup")
    parser.add_argument("--devices", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    report = Report("backup", argv)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "workspace"
        draw(path, options.devices)
        report.figure("size", (path / "store.db").stat().st_size / 1e6, "MB")
        with Workspace.open(path) as workspace, Workspace.open(path) as other:
            slowest = _Writer(other)
            seconds: list[float] = []
            with slowest, stopwatch(seconds.append):
                made = workspace.backups.make()
        report.ratio("seconds", seconds[0], f"{GOAL:g}", seconds[0] <= GOAL)
        report.ratio("slowest commit meanwhile, seconds", slowest.longest, f"{NOTICED:g}", slowest.longest <= NOTICED)
        with unpacked(made, path) as draft, stopwatch(lambda taken: report.figure("restoring", taken, "s")):
            counts = draft.check().report.counts  # these devices have no certificates, which is a problem each
            draft.put_in_place()
        same = counts["devices"] == options.devices
        report.ratio("devices missing in the backup", options.devices - counts["devices"], "0", same)
    return report.show()


class _Writer:
    """Inside, another thread changes a setting again and again."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.longest = 0.0

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        days = 0
        while not self._stop.is_set():
            days = (days + 1) % 90
            start = time.perf_counter()
            self._workspace.site.set(apns_grace_days=days)
            self.longest = max(self.longest, time.perf_counter() - start)
