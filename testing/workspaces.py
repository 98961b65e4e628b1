"""A whole workspace of certfleet for tests, in memory or in a folder."""

from __future__ import annotations

from datetime import datetime
from os import PathLike
from pathlib import Path

from ..simulator.company.company import fill
from ..simulator.fleet.fleet import FleetPlan, draw_fleet
from ..store.clock import Clock
from ..store.workspace import Workspace
from .clocks import STANDARD_TIME, zoned
from .devices import Mix, shares_of


def workspace(
    path: str | PathLike[str] | None = None,
    *,
    devices: int = 0,
    seed: int = 7,
    mix: Mix | None = None,
    certificates: bool = False,
    at: datetime = STANDARD_TIME,
    clock: Clock | None = None,
) -> Workspace:
    """A new workspace on a virtual clock at ``at``: in memory, or in an empty or missing folder. Close it, or use it in
    a ``with`` block.

    ``devices`` of the seed are enrolled, with real certificates and the past of a living fleet: it can be simulated.
    ``certificates``: a company's inventory of the seed, bound to its components. A ``clock`` takes the place of the
    virtual one: the workspace's time is that which it is moved to. Refuses as ``Workspace.open`` and ``draw_fleet`` do,
    and raises ``ValueError`` for a time without a zone.
    """
    start = zoned(at) if clock is None else clock.now()
    made = Workspace.open(None if path is None else Path(path), clock=clock, start=start)
    try:
        if certificates:
            fill(made, seed=seed)
        if devices:
            draw_fleet(made, FleetPlan(devices=devices, seed=seed, mix=shares_of(mix)))
    except BaseException:
        made.close()
        raise
    return made
