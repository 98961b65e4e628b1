"""``certfleet simulate``: the table of its commands."""

from __future__ import annotations

import click

from .frame.lazy_loading import Lazy, LazyGroup

COMMANDS = {
    "company": Lazy("simulate_company", "company", "Draw a company's certificates from a seed, and what each is for."),
    "fleet": Lazy("simulate_fleet", "fleet", "Draw a fleet of devices from a seed, and enroll it."),
    "run": Lazy("simulate_run", "run", "Let time pass, and play what happens in it."),
    "status": Lazy("simulate_status", "status", "How the simulation stands."),
    "stop": Lazy("simulate_control", "stop", "Let the process that simulates stop."),
    "speed": Lazy("simulate_control", "speed", "Let it run at another speed."),
    "log": Lazy("simulate_log", "log", "What happened to the devices."),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def simulate() -> None:
    """A simulated fleet, and the virtual clock that it goes by."""
