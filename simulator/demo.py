"""The demo: a company in the first hours of a certificate renewal, two virtual days after its CA refresh.

Five weeks pass first, without devices: the company is warned about its APNs certificate and replaces the MDM
certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ..store.workspace import Workspace
from .company.company import order_gateway, replace_mdm, settle_in
from .company.site import CompanySite
from .engine.campaigns.campaign import CampaignPlan, start_campaign
from .engine.simulator import Simulator
from .engine.state.start import first_monday
from .fleet.fleet import FleetPlan, draw_fleet

BEFORE = timedelta(weeks=5)  # from the start to Monday, 00:00 UTC, when the fleet is generated
REPLACED = timedelta(days=-4, hours=9)  # before and after that Monday
ORDERED = timedelta(days=-3, hours=10)
ROTATED = timedelta(hours=7)
ASKED = timedelta(days=2, hours=6)
OPENS = timedelta(days=2, hours=7, minutes=30)
SPEED = 600  # virtual seconds a second: the first hours of a rotation in a few minutes


def demo_start() -> datetime:
    """The start of the demo's clock; the demo then opens on Wednesday morning of this week."""
    return first_monday(datetime.now(UTC)) - BEFORE


def prepare_demo(
    workspace: Workspace, *, devices: int, seed: int, say: Callable[[str], None] = lambda text: None
) -> None:
    """Fill a new workspace, whose clock stands at ``demo_start``, with the company, its fleet and its history."""
    with workspace.moments.none_kept():
        _prepare(workspace, devices=devices, seed=seed, say=say)


def _prepare(workspace: Workspace, *, devices: int, seed: int, say: Callable[[str], None]) -> None:
    monday = workspace.now() + BEFORE
    say("generating the company …")
    _live(workspace, CompanySite(workspace, seed, monday + OPENS), monday)
    say(f"enrolling {devices:,} devices …")
    draw_fleet(workspace, FleetPlan(devices=devices, seed=seed))
    with Simulator(workspace) as simulator:
        simulator.run(monday + ROTATED)
        workspace.authorities.refresh(ready_after=timedelta(0))
        simulator.run(monday + ASKED)
        workspace.devices.renew(range(1, devices + 1))
        start_campaign(workspace, CampaignPlan())
        simulator.run(monday + OPENS)


def _live(workspace: Workspace, site: CompanySite, monday: datetime) -> None:
    """The weeks before the fleet is generated."""
    with workspace.database.transaction():
        settle_in(site)
        _pass(workspace, monday + REPLACED)
        replace_mdm(site)
        _pass(workspace, monday + ORDERED)
        order_gateway(site)
        _pass(workspace, monday)


def _pass(workspace: Workspace, at: datetime) -> None:
    """Let time pass while there are no devices."""
    workspace.set_clock(at)
