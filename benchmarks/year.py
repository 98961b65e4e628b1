"""A year of a fleet with one CA rotation: the time for everything except keys and signatures.

``python -m benchmarks year [--devices 100000] [--json]``

The fleet checks in every four hours. After 30 days the device CA is rotated and every device is asked to renew; Windows
devices re-enroll. The fleet's push certificate lasts to the very end of the year. The same year is run again with
check-ins every two hours, and with smaller fleets. Each year runs in a separate process, so that its peak memory is its
own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from certfleet.simulator.engine.issuing import issuance
from certfleet.simulator.engine.issuing.issuance import IssuingSecrets, Job
from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet, first_monday
from certfleet.store.authorities.issued import IssuedCertificate
from certfleet.store.workspace import Workspace

from .report import Report

ROTATED_AFTER = timedelta(days=30)
YEAR = timedelta(days=365)


class Year(NamedTuple):
    """The seconds of generating the fleet and of the year, the part spent on issuing, and the events."""

    drawing: float
    total: float
    issuing: float
    events: int
    issued: int
    new_group: int
    peak: float  # MiB

    @property
    def outside(self) -> float:
        """Seconds outside key generation and signing."""
        return self.total - self.issuing


class Watch:
    """Measures the time spent on issuing: keys, requests, proofs, signatures."""

    def __init__(self) -> None:
        self.seconds, self.issued = 0.0, 0
        self._work = issuance.issue_all

    def __call__(self, material: IssuingSecrets, jobs: Iterable[Job]) -> list[IssuedCertificate]:
        start = time.perf_counter()
        made = self._work(material, jobs)
        self.seconds += time.perf_counter() - start
        self.issued += len(made)
        return made


def year(devices: int, hours: int) -> Year:
    """Generate a fleet that checks in this often, and run it through a year."""
    watch = Watch()
    issuance.issue_all = watch  # the only place where the time is measured
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "workspace", start=first_monday(datetime.now(UTC))) as workspace,
    ):
        start = time.perf_counter()
        draw_fleet(workspace, FleetPlan(devices=devices, check_in=timedelta(hours=hours)))
        drawing = time.perf_counter() - start
        watch.seconds = watch.issued = 0
        start, begun = time.perf_counter(), workspace.now()
        with Simulator(workspace) as simulator:
            events = simulator.run(begun + ROTATED_AFTER).events
            group = workspace.authorities.refresh(ready_after=timedelta(0)).name
            asked = workspace.devices.renew(range(1, devices + 1))
            events += simulator.run(begun + YEAR).events
        total = time.perf_counter() - start
        assert len(asked.pending) + len(asked.refused) == devices
        channel = workspace.impact.channel()
        assert channel is not None and channel.broken_at is None  # otherwise the Apple devices would be lost
        held = workspace.devices.counts().groups[group]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Year(drawing, total, watch.seconds, events, watch.issued, held, peak)


def in_a_process(devices: int, hours: int) -> Year:
    """The same in a separate process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(year, devices, hours).result()


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks year", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--devices", type=int, default=100_000)
    options = parser.parse_args(argv)
    report = Report("year", argv)
    sizes = [options.devices // 10, options.devices * 3 // 10, options.devices]
    years = {size: in_a_process(size, 4) for size in sizes}
    twice = in_a_process(options.devices, 2)
    for size, found in years.items():
        report.figure(f"outside_keys_and_signatures_{size}", found.outside, "s")
        report.figure(f"the_same_for_a_thousand_devices_of_{size}", found.outside / size * 1000, "s")
        report.figure(f"the_same_for_an_event_of_{size}", found.outside / found.events * 1e6, "µs")
        report.figure(f"issuing_{found.issued}_certificates_{size}", found.issuing, "s")
    whole = years[options.devices]
    report.figure("drawing_and_enrolling", whole.drawing, "s")
    report.figure("events", whole.events, "")
    report.figure("devices_on_the_new_group", whole.new_group, "")
    report.figure("outside_at_double_the_check_in_rate", twice.outside, "s")
    report.ratio("seconds_outside", whole.outside, "under 90 s", whole.outside < 90)
    rate = twice.outside / whole.outside
    report.ratio("double_rate_against_single", rate, "at most 1.2", rate <= 1.2)
    report.ratio("peak_memory_MiB", max(whole.peak, twice.peak), "under 2048", max(whole.peak, twice.peak) < 2048)
    return report.show()
