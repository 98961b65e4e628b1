"""The devices of a fleet, by its seed: who they are, their owners, habits and enrollment dates.

The same seed and start give the same devices, in whatever order and process they are generated.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from msgspec.structs import asdict, replace

from ...store.authorities.groups import device_validity, issuing_group
from ...store.devices.schedule.chance import draw
from ...store.errors import Refusal
from ...store.model.authority import Authority, AuthorityGroup, AuthorityRole
from ...store.model.device import Device, Ownership, Platform
from ...store.model.habits import Habits
from ...store.words import day
from ...store.workspace import Workspace
from ..engine.issuing.device_keys import fleet_secret
from ..engine.issuing.issuance import IssuingSecrets, Job
from ..engine.state.simulation_record import SimulationRecord
from ..engine.state.start import LONGEST_ENROLLED
from ..identities import DeviceIdentity, IdentityFleet, Owner
from ..identities.carriers import carrier_of
from ..identities.choice import WeightedChoice
from ..identities.data.market import PLATFORMS
from ..identities.device_names import device_name
from ..identities.model import DeviceKind
from ..identities.staff import DeviceHolder
from ..identities.system import System
from ..platforms.profile import EARLIEST_GONE
from ..platforms.site_habits import site_profiles
from .arrivals import DAY, Arrivals, DeviceTurn, enrolled_on
from .device_allocation import DeviceAllocation
from .enrolling import Newcomer, material_of
from .enrollment_kinds import EnrollmentKinds
from .mix import Mix

SHORTEST_ENROLLED = timedelta(days=7)
_SPAN = int((LONGEST_ENROLLED - SHORTEST_ENROLLED).total_seconds())
_KEY, _ENROLLED, _PLATFORM, _NAME = range(201, 205)


class DrawingFacts(NamedTuple):
    """What a fleet follows from: its plan, and the CA groups and CAs that issued to it. No secrets."""

    record: SimulationRecord
    groups: list[AuthorityGroup]
    authorities: list[Authority]


class Drawing:
    """Generates the devices of a simulation, each in its state just before enrollment. Needs no workspace, so it can be
    made anew in another process, from its ``facts``."""

    def __init__(self, facts: DrawingFacts) -> None:
        self.facts, record = facts, facts.record
        self._start = record.started_at
        self._record = record
        self._fleet = self._identities(record.started_at.date())
        self._is_first = record.drawing == 1
        self._month, self._fleet_of_month = record.started_at.date(), self._fleet
        self.arrivals: Arrivals | None = None
        profiles = site_profiles(record.habits)
        self._profiles = {
            platform: profile.without_absence() if self._is_first else profile for platform, profile in profiles.items()
        }
        self._key = int.from_bytes(blake2b(b"habits %d" % record.seed, digest_size=8).digest()) >> 1
        if self._is_first:
            # In a fixed order: an export doesn't keep the record's order.
            shares = {platform: float(record.mix.get(platform, 0)) for platform in map(Platform, PLATFORMS)}
            self._choice = WeightedChoice({platform: share for platform, share in shares.items() if share > 0})
        else:
            mix = Mix(record.mix, record.devices, b"mix of %d" % record.seed)
            self._kinds = EnrollmentKinds(b"enrollment of %d" % record.seed)
            self._allocation = DeviceAllocation(mix, b"holders of %d" % record.seed, record.domain)
            self.arrivals = Arrivals(record.seed, record.devices, record.churn, self._start, self._allocation)
        self._device_cas = {ca.group: ca for ca in facts.authorities if ca.role is AuthorityRole.DEVICE}
        self._check_in = None if record.check_in is None else timedelta(seconds=record.check_in)

    @classmethod
    def of(cls, workspace: Workspace, record: SimulationRecord) -> Drawing:
        """The devices of a simulation in a workspace."""
        return cls(DrawingFacts(record, workspace.authorities.groups(), workspace.authorities.all()))

    def material(self, workspace: Workspace) -> IssuingSecrets:
        """The secrets of its workspace that the fleet's first certificates need."""
        return material_of(workspace, fleet_secret(workspace), self._device_cas)

    @property
    def identities(self) -> IdentityFleet:
        """The identities of the fleet; can be sent to another process."""
        return self._fleet

    def newcomers(self, first: int, end: int) -> Iterator[Newcomer]:
        """The devices with indexes from ``first`` up to, not including, ``end``."""
        return (self.newcomer(index) for index in range(first, end))

    def newcomer(self, index: int) -> Newcomer:
        """The device of an index; its id is one more."""
        key = draw(self._key, _KEY, index) >> 1
        at = self._start - SHORTEST_ENROLLED - timedelta(seconds=draw(key, _ENROLLED) % _SPAN)
        owner: Owner | DeviceHolder
        if self._is_first:
            platform, kind, person = self._choice(draw(key, _PLATFORM).to_bytes(8)), None, None
            owner = self._fleet.owner(index)
        else:
            platform, kind, person = self._allocation.device(index)
            owner = person
            # A day is left out at both ends: it begins earlier in the east, and ends later in the west.
            days = LONGEST_ENROLLED.days - SHORTEST_ENROLLED.days - 2
            first = int(self._start.timestamp()) // DAY - LONGEST_ENROLLED.days + 1
            at = datetime.fromtimestamp(enrolled_on(person, key, first, days), UTC)
        identity = self._fleet.identity(index, platform, enrolled=at.date(), kind=kind)
        since = None if person is None else at
        habits = self._profiles[platform].habits(key, index, self._start, self._check_in, person, enrolled=since)
        device = self._device(index + 1, key, identity, kind, owner, at, replace(habits, keys=1, presents=index + 1))
        ca = self._device_ca(at)
        validity = device_validity(at, ca.not_after, ca.not_before)
        return Newcomer(device, at, Job(index, device.known_by, ca.group, 0, validity))

    def arrival(self, turn: DeviceTurn, id: int) -> Device:
        """The new device of a turn, just before it enrolls."""
        index, at = turn.new_index, datetime.fromtimestamp(turn.at, UTC)
        if (month := at.date().replace(day=1)) != self._month:
            self._month, self._fleet_of_month = month, self._identities(month)
        key, profile = draw(self._key, _KEY, index) >> 1, self._profiles[turn.platform]
        identity = self._fleet_of_month.identity(index, turn.platform, enrolled=month, kind=turn.device_kind)
        habits = profile.habits(key, index, at + EARLIEST_GONE, self._check_in, turn.holder)
        return self._device(id, key, identity, turn.device_kind, turn.holder, at, habits)

    def upgrade_after(self, index: int, model: str, at: int) -> tuple[int, System] | None:
        """When the device of an index, of a model, gets another version of its OS after a time (Unix), and which."""
        return self._fleet.upgrade_after(index, model, at)

    def no_upgrade_before(self, index: int, model: str, at: int) -> int | None:
        """A time (Unix) before which it doesn't; None if it never does."""
        return self._fleet.no_upgrade_before(index, model, at)

    def is_left_alone(self, device: Device) -> bool:
        """Whether nobody takes care of a device when its person leaves."""
        assert device.habits is not None
        return self._profiles[device.platform].is_left_alone(device.habits.schedule.key)

    def handed_on(self, device: Device, holder: DeviceHolder) -> Device:
        """A device with its next owner, whose hours and zone it follows. What is handed on is the company's."""
        assert device.habits is not None
        key = draw(self._key, _KEY, device.habits.index) >> 1
        schedule = self._profiles[device.platform].schedule_of(holder, device.habits.schedule)
        return replace(
            device,
            owner=holder.name,
            upn=holder.upn,
            ownership=None if device.ownership is None else Ownership.COMPANY,
            device_name=device_name(device, holder.name, draw(key, _NAME)),
            language=holder.language,
            carrier=None if device.imei is None else carrier_of(holder),
            habits=replace(device.habits, schedule=schedule),
        )

    def _device(
        self,
        id: int,
        key: int,
        identity: DeviceIdentity,
        kind: DeviceKind | None,
        owner: Owner | DeviceHolder,
        at: datetime,
        habits: Habits,
    ) -> Device:
        named: dict[str, Any] = {}
        if kind is not None and isinstance(owner, DeviceHolder):
            supervised = self._profiles[identity.platform].is_supervised(key)
            enrollment_kind = self._kinds.kind(habits.index, identity, kind, supervised=supervised)
            ownership = self._kinds.ownership(habits.index, identity, kind, enrollment_kind)
            identity = self._kinds.told(habits.index, identity, enrollment_kind)
            name = device_name(identity, owner.name, draw(key, _NAME))
            named = {"device_name": name, "enrollment_kind": enrollment_kind, "language": owner.language}
            named["ownership"] = ownership
            # A device that its user enrolled tells no IMEI, and no carrier either.
            named["carrier"] = None if identity.imei is None else carrier_of(owner)
        return Device(
            **(asdict(identity) | named),
            id=id,
            owner=owner.name,
            upn=owner.upn,
            state_since=at,
            antivirus=self._profiles[identity.platform].has_antivirus(key),
            habits=habits,
        )

    def _identities(self, start: date) -> IdentityFleet:
        """The identities of the fleet, with the models and OS versions of a day."""
        record = self._record
        return IdentityFleet(
            record.seed, start=start, added=record.tables, domain=record.domain, drawing=record.drawing
        )

    def _device_ca(self, at: datetime) -> Authority:
        """The device CA that issued at that time."""
        group = issuing_group(self.facts.groups, self.facts.authorities, at)
        if group is None:
            raise Refusal(
                "no-group-ready",
                f"no CA group issued on {day(at)}, when a device of the fleet would have enrolled",
                "Generate the fleet in a new workspace.",
            )
        return self._device_cas[group.name]
