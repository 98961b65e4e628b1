"""A forecast of 90 days: its cost by the number of devices, of plans, and of processes.

``python -m benchmarks forecast [--devices 100000] [--json]``

Nothing is done in the fleet of most figures; the plans rotate its CA and renew all devices, in three ways. The fleet is
drawn on paper. Each measurement runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from certfleet.simulator.engine.issuing.issuance import Issuance, IssuingSecrets, Job, Pending
from certfleet.simulator.fleet.drawing import Drawing
from certfleet.simulator.fleet.enrolling import enroll_all
from certfleet.simulator.fleet.fleet import FleetPlan, begin_drawing, keep_drawn
from certfleet.simulator.forecast.comparing import forecasts
from certfleet.simulator.forecast.forecasting import PlanFile
from certfleet.simulator.plans.reading import read_plan
from certfleet.store.authorities.issued import IssuedCertificate
from certfleet.store.workspace import Workspace

from .report import Report

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
SPAN = timedelta(days=90)
_PLAN = """
[[action]]
do = "refresh-authority"
after = "{day}d"
[[action]]
do = "renew"
after = "{later}d"
"""


class Cost(NamedTuple):
    """Seconds on the clock and of all processors, the peak memory of the biggest process in MiB, and the digest."""

    seconds: float
    processors: float
    peak: float
    digests: tuple[str, ...]


class _OnPaper(Issuance):
    """Certificates that don't exist."""

    def begin(self, material: IssuingSecrets, jobs: Sequence[Job]) -> Pending:
        return Pending([], [IssuedCertificate(b"", "00", f"{job.place:064x}", f"{job.place:064x}") for job in jobs])


def drawn(devices: int) -> Workspace:
    """A workspace with a fleet whose certificates are on paper."""
    workspace = Workspace.open(None, start=MONDAY)
    record = begin_drawing(workspace, FleetPlan(devices=devices))
    newcomers = Drawing.of(workspace, record).newcomers(0, devices)
    for batch in enroll_all(newcomers, IssuingSecrets(b"", {}), _OnPaper(None)):
        keep_drawn(workspace, record, batch)
    return workspace


def cost(devices: int, plans: int, processes: int) -> Cost:
    """The cost of forecasting so many plans; with none, nothing is done."""
    tried = [PlanFile(read_plan(_PLAN.format(day=day, later=day + 2), f"plan {day}")) for day in range(1, plans + 1)]
    with drawn(devices) as workspace, _pool(processes) as pool:
        start, worked = time.perf_counter(), _processors()
        found = forecasts(workspace, MONDAY + SPAN, tried or [None], workers=processes, executor=pool)
        seconds = time.perf_counter() - start
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Cost(seconds, _processors() - worked, max(peaks), tuple(one.event_log_sha256 for one in found))


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor | None]:
    """So many processes; None for one. They are this one's children: what a fork server's worked is not told."""
    if processes < 2:
        yield None
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def _processors() -> float:
    """Seconds that this process and those that it has waited for have worked."""
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def in_a_process(devices: int, plans: int = 0, processes: int = 1) -> Cost:
    """The same in a separate process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(cost, devices, plans, processes).result()


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks forecast", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--devices", type=int, default=100_000)
    options = parser.parse_args(argv)
    report = Report("forecast", argv)
    sizes = [options.devices // 10, options.devices * 3 // 10, options.devices]
    costs = {size: in_a_process(size) for size in sizes}
    for size, found in costs.items():
        report.figure(f"nothing_is_done_{size}", found.seconds, "s")
        report.figure(f"the_same_on_the_processor_{size}", found.processors, "s")
    first, last = costs[sizes[0]], costs[sizes[-1]]
    growth = last.processors / first.processors / (sizes[-1] / sizes[0])
    report.ratio("processor_a_device_against_a_tenth_of_them", growth, "at most 1.3", growth <= 1.3)
    one = in_a_process(options.devices, plans=1)
    three = in_a_process(options.devices, plans=3)
    spread = in_a_process(options.devices, plans=3, processes=2)
    divided = in_a_process(options.devices, processes=2)
    divided_plan = in_a_process(options.devices, plans=1, processes=2)
    report.figure("one_plan_a_rotation", one.seconds, "s")
    report.figure("the_same_on_the_processor", one.processors, "s")
    report.ratio(
        "three_plans_against_one",
        three.processors / one.processors,
        "under 3.1",
        three.processors < 3.1 * one.processors,
    )
    report.ratio(
        "three_plans_in_two_processes", spread.seconds / one.seconds, "under 1.7", spread.seconds < 1.7 * one.seconds
    )
    report.figure("three_plans_in_two_on_the_processors", spread.processors, "s")
    report.figure("nothing_is_done_in_two_processes", divided.seconds, "s")
    report.figure("nothing_is_done_in_two_on_the_processors", divided.processors, "s")
    report.figure("one_plan_in_two_processes", divided_plan.seconds, "s")
    report.figure("one_plan_in_two_on_the_processors", divided_plan.processors, "s")
    same = spread.digests == three.digests and three.digests[0] == one.digests[0]
    same = same and divided.digests == last.digests and divided_plan.digests == one.digests
    report.ratio("the_same_result", float(same), "1", same)
    report.ratio("seconds_without_a_plan", last.seconds, "under 20", last.seconds < 20)
    report.ratio("the_same_in_two_processes", divided.seconds, "under 20", divided.seconds < 20)
    report.ratio("seconds_of_one_plan", one.seconds, "under 20", one.seconds < 20)
    peak = max(found.peak for found in (*costs.values(), one, three, spread, divided, divided_plan))
    report.ratio("peak_memory_MiB", peak, "under 1536", peak < 1536)
    return report.show()
