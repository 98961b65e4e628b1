"""The demo: a company whose device CA was rotated two virtual days ago, in the first hours of the renewal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ..store.workspace import Workspace
from .company import fill
from .engine import Simulator
from .fleet import FleetPlan, draw_fleet
from .start import first_monday

ROTATED = timedelta(hours=7)  # after the start, which is a Monday, 00:00 UTC
ASKED = timedelta(days=2, hours=6)
OPENS = timedelta(days=2, hours=7, minutes=30)
SPEED = 600  # virtual seconds a second: the first hours of a rotation in a few minutes


def demo_start() -> datetime:
    """Where the demo's clock starts, so that it opens on a Wednesday morning."""
    return first_monday(datetime.now(UTC))


def prepare_demo(
    workspace: Workspace, *, devices: int, seed: int, say: Callable[[str], None] = lambda text: None
) -> None:
    """Fill a new workspace, whose clock stands at ``demo_start``, with the company, its fleet and its history."""
    start = workspace.now()
    say(f"enrolling {devices:,} devices …")
    draw_fleet(workspace, FleetPlan(devices=devices, seed=seed))
    with Simulator(workspace) as simulator:
        simulator.run(start + ROTATED)
        workspace.authorities.refresh(ready_after=timedelta(0))
        simulator.run(start + ASKED)
        say("drawing the company …")
        fill(workspace, seed=seed)
        workspace.devices.renew(range(1, devices + 1))
        simulator.run(start + OPENS)
