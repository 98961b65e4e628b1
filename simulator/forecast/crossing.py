"""How the devices of a CA group get across to the next one, and who is lost on the way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from msgspec import Struct

from ...store.authorities.groups import READY_AFTER
from ...store.model.device import Device
from ...store.workspace import Workspace
from ..engine.simulator import Simulator
from ..engine.windows.issuers import PaperIssuer
from ..engine.windows.observing import ObservedBatch
from ..plans.plan import AnyAction, Choice, Plan, RefreshAuthority, Renew, StartCampaign
from ..plans.running import PlanRun, run_plan

LOOKED_AHEAD = timedelta(days=60)
"""How long devices are waited for that have to come to the server once."""
_HOUR = timedelta(hours=1)


class Crossing(Struct, frozen=True, kw_only=True):
    """What became of a group's ``devices``: how long after the start each took that got across in time."""

    devices: int
    took: tuple[timedelta, ...]


class _Across:
    """Watches the devices of a group (a ``FleetObserver``). One is across when it holds a certificate of another group
    without having been out of service before."""

    def __init__(self, group: str, ids: Iterable[int]) -> None:
        self.waiting = set(ids)
        self.across: dict[int, datetime] = {}
        self._group = group

    def saw(self, device: Device, at: datetime) -> None:
        """As ``FleetObserver`` says."""
        if device.id in self.waiting:
            if not device.state.is_admitted:
                self.waiting.discard(device.id)
            elif device.issuer_group != self._group:
                self.waiting.discard(device.id)
                self.across[device.id] = at

    def played(self, batch: ObservedBatch) -> None:
        """As ``FleetObserver`` says."""
        for at, device in sorted(batch.moves, key=lambda move: move[0]):
            self.saw(device, at)

    def forgot(self, ids: Iterable[int], at: datetime) -> None:
        """As ``FleetObserver`` says."""
        self.waiting.difference_update(ids)


class _Seen:
    """Notes when each device comes to the server first (a ``FleetObserver``)."""

    def __init__(self, since: datetime) -> None:
        self.first: dict[int, datetime] = {}
        self._since = since

    def saw(self, device: Device, at: datetime) -> None:
        """As ``FleetObserver`` says."""
        if device.last_check_in is not None and device.last_check_in > self._since:
            self.first.setdefault(device.id, device.last_check_in)

    def played(self, batch: ObservedBatch) -> None:
        """As ``FleetObserver`` says."""
        for device in batch.devices.values():
            self.saw(device, device.state_since)

    def forgot(self, ids: Iterable[int], at: datetime) -> None:
        """As ``FleetObserver`` says."""


def cross(copy: Workspace, group: str, start: datetime, until: datetime) -> Crossing:
    """Run a forecast's copy to ``until``, where the replacement of a group is started at a time."""
    with copy as workspace:
        plan = rotation_plan(workspace, group, start)
        members = [
            one.id
            for one in workspace.devices.each()
            if one.state.is_admitted and one.issuer_group == group and one.not_after is not None
        ]
        watch = _Across(group, members)
        with Simulator(workspace, issuer=PaperIssuer(), observer=watch) as simulator:
            run_plan(simulator, PlanRun(workspace, plan, again=True), until, stop=lambda: not watch.waiting)
    took = tuple(at - start for at in watch.across.values())
    return Crossing(devices=len(members), took=took)


def rotation_plan(workspace: Workspace, group: str, start: datetime) -> Plan:
    """Replace a CA group from a time on: request the next one unless there is one, ask all devices to renew, and tell
    the owners of those that need them."""
    groups = workspace.authorities.groups()
    actions: list[AnyAction] = []
    asked = start
    if groups[-1].name == group:
        actions.append(RefreshAuthority(at=start, ready_after=READY_AFTER))
        asked = start + READY_AFTER + _HOUR
    else:
        asked = max(start, groups[-1].ready_at + _HOUR)
    actions.append(Renew(at=asked, choice=Choice(issuer=(group,))))
    actions.append(StartCampaign(at=asked + _HOUR))
    return Plan(name="start-by", actions=tuple(actions))


def days_to_be_seen(copy: Workspace, share: float) -> int:
    """The days until this share of the devices that come to the server at all has come."""
    with copy as workspace:
        start = workspace.now()
        watch = _Seen(start)
        with Simulator(workspace, issuer=PaperIssuer(), observer=watch) as simulator:
            simulator.run(start + LOOKED_AHEAD)
    times = sorted(watch.first.values())
    return ceil((times[ceil(share * len(times)) - 1] - start) / timedelta(days=1)) if times else 0
