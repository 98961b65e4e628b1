"""Deployments whose certificates stop simulated devices, and what has become of these."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from certfleet.simulator.engine.simulator import Simulator
from certfleet.simulator.fleet.fleet import FleetPlan, draw_fleet
from certfleet.store.devices.presence import last_seen
from certfleet.store.model.audit import Actor
from certfleet.store.model.device import Device, Platform
from certfleet.store.model.device_event import DeviceEvent, EventKind
from certfleet.store.workspace import Workspace
from tests.material import Issued, issue
from tests.store.deployment import DAY, push, use

from ..conftest import MONDAY, THEY_COME

OWNER, SOMEBODY = "it@company.example", "someone.else@company.example"
IPHONES = {Platform.IOS: 1}
LAPTOPS = {Platform.WINDOWS: 1}
ROOT = issue("Company Root", is_ca=True, not_before=MONDAY - 400 * DAY, days=5000)
PRIVATE = issue("Private Root", is_ca=True, not_before=MONDAY - 400 * DAY, days=5000)


def server(days: float, issuer: Issued = ROOT) -> Issued:
    """A server certificate that ends so many days after the fleet's Monday."""
    # ``issue`` names whole days, and takes parts of one as well.
    return issue("mdm.company.example", issuer=issuer, not_before=MONDAY - 10 * DAY, days=10 + days)  # type: ignore[arg-type]


def deployment(path: Path | None = None) -> Workspace:
    return Workspace.open(path, start=MONDAY, actor=Actor("alice"))


def with_push(days: int = 20, *, grace: int = 0) -> Workspace:
    """A deployment whose push certificate, of a known Apple ID, ends in so many days."""
    workspace = deployment()
    workspace.site.set(apns_grace_days=grace)
    use(workspace, "apns", push(not_before=MONDAY - 10 * DAY, days=10 + days))
    workspace.apns.register(OWNER)
    return workspace


def populate(workspace: Workspace, devices: int, mix: dict[Platform, int] | None = None, **plan: object) -> Workspace:
    """Devices whose owners come by themselves; none are replaced."""
    # The checker can't tell that ``plan`` holds fields of a plan.
    draw_fleet(workspace, FleetPlan(devices=devices, mix=mix, habits=THEY_COME, churn=0, **plan))  # type: ignore[arg-type]
    return workspace


def run_to(workspace: Workspace, at: datetime) -> None:
    with Simulator(workspace) as simulator:
        simulator.run(at)


def states(workspace: Workspace) -> Counter[str]:
    return +workspace.devices.counts().states


def events(workspace: Workspace, *kinds: EventKind) -> list[DeviceEvent]:
    return [event for event in reversed(workspace.devices.events(100_000)) if event.kind in kinds]


def seen(workspace: Workspace) -> dict[int, datetime | None]:
    """When each device was last heard of."""
    outages, now = workspace.impact.gate().outages, workspace.now()
    return {device.id: last_seen(device, now, outages) for device in workspace.devices.all()}


def alive(workspace: Workspace) -> list[Device]:
    """Those that have not disappeared for good by now."""
    now = workspace.now().timestamp()
    return [
        device
        for device in workspace.devices.all()
        if device.habits is not None and (device.habits.schedule.gone_at or now + 1) > now
    ]
