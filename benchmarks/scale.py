"""What a fleet of a million devices costs: the time, the processor's time and the memory of what people do with it.

``python -m benchmarks scale [--engine sqlite postgresql] [--devices 10000 100000 1000000] [--cache FOLDER]
[--only NAME …] [--json]``

Each figure comes from a process of its own, on a workspace in a folder, or in a PostgreSQL server that is started for
it. ``--cache`` keeps the fleets between runs, as folders: what changes one works on a copy. Certificates of the virtual
week are on paper, so that it is measured without keys and signatures. The processor's time (user and system) is told
beside the time on the clock, since other work on the machine makes that longer; that of PostgreSQL's server by itself.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from .process_cost import ProcessCost
from .report import Report
from .scale_places import Databases, Folders, Places, a_serial_number

COMMANDS: dict[str, tuple[str, ...]] = {
    "one_device": ("device", "show", "17"),
    "one_device_by_its_serial_number": ("device", "show", "{serial}"),
    "first_page": ("device", "list", "--limit", "50"),
    "last_page": ("device", "list", "--limit", "50", "--offset", "{last}"),
    "sorted_page": ("device", "list", "--sort", "owner", "--limit", "50"),
    "filter_by_platform": ("device", "list", "--platform", "windows", "--limit", "50"),
    "filter_by_days_left": ("device", "list", "--days-left", "<30", "--limit", "50"),
    "filter_by_words": ("device", "list", "--search", "anna iphone", "--limit", "50"),
    "every_device_as_json": ("--json", "device", "list"),
    "every_device_as_table": ("device", "list"),
    "every_device_as_csv": ("device", "list", "--format", "csv"),
    "checklist": ("checklist",),
    "simulation_status": ("simulate", "status"),
    "workspace_export": ("workspace", "export", "{folder}/export.json"),
    "renewal_of_half_the_fleet": ("device", "renew", "--platform", "ios", "--yes"),
    "forecast_of_30_days": ("forecast", "--for", "30d", "--processes", "2"),
    "workspace_check": ("workspace", "check"),
}
"""The commands that are measured, in this order."""
CHANGING = ("renewal_of_half_the_fleet", "virtual_week")
STEPS = ("rest", "full_server", "virtual_week")
"""What is measured by a module of its own, ``scale_steps``."""
GOALS = {"one_device": 0.3, "forecast_of_30_days": 90.0, "virtual_week": 120.0}
"""The most seconds for a million devices."""
BOUNDED = (
    *("rest", "full_server", "virtual_week", "forecast_of_30_days"),
    *("every_device_as_json", "every_device_as_table", "every_device_as_csv", "renewal_of_half_the_fleet"),
)
MOST_MIB = 1.2 * 1024
"""The most memory for these."""


ENGINES: dict[str, Callable[[Path, Path], Places]] = {"sqlite": Folders, "postgresql": Databases}


class MeasuredCost(NamedTuple):
    """What a command cost, and the seconds of the database's server on the processors."""

    process: ProcessCost
    server: float


def cost_of(argv: list[str]) -> ProcessCost:
    """Run a command to its end."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run([sys.executable, "-m", "benchmarks.process_cost", file.name, *argv], check=True)
        output, _, last = Path(file.name).read_text(errors="replace").rpartition("\n")
    cost = ProcessCost(*json.loads(last))
    if cost.status not in (0, 1):  # 1: a rule says no, such as a device that is refused
        raise RuntimeError(f"{' '.join(argv)}: {output[-2000:]}")
    return cost


def measure(name: str, places: Places, workspace: str, words: Mapping[str, object]) -> MeasuredCost:
    """The cost of one of ``COMMANDS`` or ``STEPS``; ``words`` are those that a command may have in it."""
    if name in CHANGING:
        with places.changing(workspace) as copy:
            return _measured(name, places, copy, words)
    return _measured(name, places, workspace, words)


def _measured(name: str, places: Places, workspace: str, words: Mapping[str, object]) -> MeasuredCost:
    before = places.server_seconds()
    if name in STEPS:
        cost = cost_of([sys.executable, "-m", "benchmarks.scale_steps", name, workspace])
    else:
        command = [word.format(**words) for word in COMMANDS[name]]
        cost = cost_of([sys.executable, "-m", "certfleet", "--workspace", workspace, *command])
    return MeasuredCost(cost, places.server_seconds() - before)


def main(argv: list[str]) -> int:
    known = [*COMMANDS, *STEPS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks scale", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--devices", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--engine", nargs="+", choices=list(ENGINES), default=["sqlite"], help="where the fleets are")
    parser.add_argument("--cache", type=Path, help="keep the fleets in this folder")
    parser.add_argument("--only", nargs="+", choices=known, default=known, help="measure these alone")
    options = parser.parse_args(argv)
    report = Report("scale", argv)
    with tempfile.TemporaryDirectory(dir=options.cache) as folder:
        cache, scratch = options.cache or Path(folder), Path(folder)
        for engine in options.engine:
            with ENGINES[engine](cache, scratch) as places:
                for devices in options.devices:
                    workspace = places.fleet(devices)
                    serial = a_serial_number(cache, devices)
                    words = {"last": devices - 50, "folder": scratch, "serial": serial}
                    for name in options.only:
                        _tell(report, name, engine, devices, measure(name, places, workspace, words))
                        (scratch / "export.json").unlink(missing_ok=True)
    return report.show()


def _tell(report: Report, name: str, engine: str, devices: int, cost: MeasuredCost) -> None:
    label = f"{name}_{devices}" if engine == "sqlite" else f"{engine}_{name}_{devices}"
    found = cost.process
    report.figure(label, found.seconds, "s")
    report.figure(f"{label}_processor", found.processors, "s")
    report.figure(f"{label}_memory", found.peak, "MiB")
    if cost.server:
        report.figure(f"{label}_server", cost.server, "s")
    if devices < 1_000_000:
        return
    if (goal := GOALS.get(name)) is not None:
        report.ratio(f"{label}_seconds", found.seconds, f"under {goal:g} s", found.seconds < goal)
    if name in BOUNDED:
        report.ratio(f"{label}_peak", found.peak, f"under {MOST_MIB:.0f} MiB", found.peak < MOST_MIB)
