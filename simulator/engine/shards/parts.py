"""A part of a window, played away from the workspace: bytes in, bytes out, so that any process can do it.

What a device does depends on its record and on what holds for all devices of the window, and on no other device.
"""

from __future__ import annotations

import pickle
from collections import Counter
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ....store.devices.events import Occurrence
from ....store.devices.gate import Gate
from ....store.devices.policy_installation import NO_POLICIES, Offer
from ....store.devices.standing import Standing, standing_of
from ....store.model.authority import Authority
from ....store.model.campaign import CampaignFigures, Tally
from ....store.model.device import CertificateState, Device
from ....store.model.documents import to_text
from ....store.model.failures import FailureCause, Failures
from ...identities.fleet import IdentityFleet
from ...identities.system import System
from ..behaviour.failing import Failing
from ..behaviour.next_step import Next
from ..campaigns.tallies import ReEnrolled
from ..turnover.os_upgrades import PlannedUpgrade, upgrade, upgrades_until
from ..windows.batch import Glance, TraitsFrom, glance_of
from ..windows.issuers import paper_record
from ..windows.observing import ObservedBatch
from ..windows.play import PlayStage


class WindowFacts(NamedTuple):
    """What all parts of a window share. Times are Unix seconds; ``after`` is excluded. No secret is among it."""

    authority: Authority | None
    group: str
    gate: Gate
    figures: CampaignFigures
    failures: Failures
    after: int
    until: int
    has_policies: bool


class DueDevice(Struct, frozen=True, array_like=True, gc=False):
    """A device to be played: its JSON, its first event if it has one in the window, and its planned upgrade if it gets
    one in it."""

    text: str
    step: Next | None
    planned: PlannedUpgrade | None


Upgraded = tuple[int, "tuple[int, System] | None"]
"""When a device got its last upgrade in a window, and the upgrade after that."""


class PlayedPart(Struct, array_like=True):
    """What became of the devices of a part; ``devices`` and ``certificates`` are the JSON of the changed ones, by id.
    ``stood``: where a device stands from a time on; ``left``: those that meet policies, and were not played."""

    devices: dict[int, str] = {}
    certificates: dict[int, str] = {}
    states: dict[int, tuple[CertificateState, datetime]] = {}
    occurrences: list[Occurrence] = []
    traits: list[TraitsFrom] = []
    stood: list[tuple[datetime, int, Standing]] = []
    glances: list[Glance] = []
    upcoming: dict[int, Next | None] = {}
    upgraded: dict[int, tuple[int, tuple[int, System] | None]] = {}
    check_ins: dict[int, int] = {}
    issued: dict[int, int] = {}
    tallies: list[tuple[int, Tally, int]] = []
    began: dict[FailureCause, int] = {}
    met_policies: bool = False
    played_to: int = 0
    left: list[int] = []


class _MeetsPolicies(Exception):
    """A device meets a policy, which only the workspace knows."""


class _PoliciesElsewhere:
    """The policies of a workspace that is not here."""

    def offer(self, policy_id: int, device: Device) -> Offer | None:
        raise _MeetsPolicies

    def first(self, device: Device, now: datetime) -> tuple[int, ...]:
        raise _MeetsPolicies


def play_part(fleet: bytes, facts: WindowFacts, due: bytes, first_id: int) -> bytes:
    """Play devices through a window (``list[DueDevice]`` to ``PlayedPart``). Their certificates are on paper, with ids
    from ``first_id``. ``fleet`` is a pickled ``IdentityFleet``."""
    found, left = _Found(), list[int]()
    stage = _stage(facts, first_id)
    for one in msgspec.msgpack.decode(due, type=list[DueDevice]):
        device = device_of(one.text)
        if facts.has_policies:  # one that meets them must leave no trace
            stage = _stage(facts, first_id + len(found.certificates))
        try:
            upgraded = _play(fleet, facts, stage, device, one)
        except _MeetsPolicies:
            left.append(device.id)
            continue
        if upgraded is not None:
            found.upgraded[device.id] = upgraded
        if facts.has_policies:
            found.add(stage)
    if not facts.has_policies:
        found.add(stage)
    return msgspec.msgpack.encode(found.part(left))


def _play(fleet: bytes, facts: WindowFacts, stage: PlayStage, device: Device, due: DueDevice) -> Upgraded | None:
    """Play a device, through its upgrades, to the end of the window; a device that is not due is upgraded only."""
    after, step, last, id = facts.after, due.step, None, device.id
    if due.planned is not None:
        for at, system, following in upgrades_until(fleet_of(fleet).upgrade_after, due.planned, facts.until):
            if due.step is not None:
                stage.play(device, after, at)
                device, after, step = stage.batch.devices.get(id, device), at, None
            upgrade(stage, device, system, at)
            device, last = stage.batch.devices.get(id, device), (at, following)
    if due.step is not None:
        stage.play(device, after, facts.until, step)
    return last


def _stage(facts: WindowFacts, first_id: int) -> PlayStage:
    knowledge = ReEnrolled(facts.figures), Failing(facts.failures)
    policies = _PoliciesElsewhere() if facts.has_policies else NO_POLICIES
    return PlayStage(facts.authority, facts.group, first_id, facts.gate, policies, *knowledge, batch=ObservedBatch())


class _Found:
    """Collects what became of the devices."""

    def __init__(self) -> None:
        self.certificates: dict[int, str] = {}
        self.upgraded: dict[int, Upgraded] = {}
        self._part = PlayedPart(upgraded=self.upgraded, certificates=self.certificates)
        self._check_ins, self._issued = Counter[int](), Counter[int]()

    def add(self, stage: PlayStage) -> None:
        """Add what happened on a stage."""
        part, batch = self._part, stage.batch
        assert isinstance(batch, ObservedBatch)
        part.devices |= {id: to_text(device) for id, device in batch.devices.items()}
        part.glances += [glance_of(device) for id, device in batch.devices.items() if id in stage.upcoming]
        made = {order.id: paper_record(order) for order in stage.orders}
        for id, (state, at) in batch.states.items():
            if (known := made.get(id)) is None:
                part.states[id] = state, at
            else:
                made[id] = replace(known, state=state, state_at=at)
        self.certificates |= {id: to_text(record) for id, record in made.items()}
        part.occurrences += batch.occurrences
        part.traits += batch.traits
        part.stood += [(at, device.id, standing_of(device)) for at, device in batch.moves]
        part.upcoming |= stage.upcoming
        self._check_ins += stage.check_ins
        self._issued += stage.issued
        part.tallies += stage.re_enrolled.tallies()
        for cause, at_ in stage.failing.began.items():
            part.began[cause] = min(at_, part.began.get(cause, at_))
        part.met_policies = part.met_policies or stage.met_policies
        part.played_to = max(part.played_to, stage.played_to)

    def part(self, left: list[int]) -> PlayedPart:
        """All of it."""
        self._part.check_ins, self._part.issued, self._part.left = dict(self._check_ins), dict(self._issued), left
        return self._part


@lru_cache(maxsize=2)
def fleet_of(data: bytes) -> IdentityFleet:
    """The fleet that was pickled."""
    found: IdentityFleet = pickle.loads(data)
    return found


device_of = msgspec.json.Decoder(Device).decode
"""The device with this JSON."""
