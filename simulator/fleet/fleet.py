"""Generating a fleet in a workspace: devices of a seed, enrolled over the past year, with real certificates.

The same seed and start give the same devices, owners, habits and enrollment dates, whatever the number of workers. An
interrupted generation can be resumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from ...store.authorities.groups import device_validity, issuing_group
from ...store.devices.chance import draw
from ...store.devices.device_tables import Batch
from ...store.errors import Refusal
from ...store.model.authority import Authority, AuthorityRole
from ...store.model.device import Device, DeviceState, Platform
from ...store.model.habits import Habits
from ...store.words import day
from ...store.workspace import Workspace
from ..company.organization import draw_organization
from ..engine.control import begin, control_of
from ..engine.device_keys import fleet_secret
from ..engine.failing import put_failures
from ..engine.issuance import Issuance, Job, Material
from ..engine.lock import simulator_lock
from ..engine.simulation_record import SimulationRecord, add_sample, put_simulation, simulation_of
from ..engine.start import LONGEST_ENROLLED, first_monday, prepare_clock
from ..engine.workers import executor_for
from ..identities import CAPACITY, DeviceIdentity, IdentityFleet, Owner
from ..identities.carriers import carrier_of
from ..identities.choice import WeightedChoice
from ..identities.data.market import PLATFORMS
from ..identities.device_names import device_name
from ..identities.fleet import DRAWING
from ..identities.model import DeviceKind
from ..identities.staff import DeviceHolder
from ..identities.system import System
from ..identities.tables import checked
from ..platforms.profile import EARLIEST_GONE
from ..platforms.site_habits import site_churn, site_profiles
from .arrivals import DAY, MOST_CHURN, Arrivals, DeviceTurn, enrolled_on
from .device_allocation import DeviceAllocation
from .enrolling import Newcomer, enroll_all, material_of, re_enroll
from .enrollment_kinds import EnrollmentKinds
from .failure_cohorts import CohortTraits, choose_failures
from .foundation import let_devices_trust, provide_push
from .mix import Mix

__all__ = ["Drawing", "FleetPlan", "draw_fleet", "first_monday", "prepare_clock", "re_enroll"]

OFTENEST = timedelta(hours=1)
SHORTEST_ENROLLED = timedelta(days=7)
_SPAN = int((LONGEST_ENROLLED - SHORTEST_ENROLLED).total_seconds())
USUAL_CHURN = 350
"""New devices per thousand a year, if nobody says another number."""
_KEY, _ENROLLED, _PLATFORM, _NAME = range(201, 205)


class FleetPlan(Struct, frozen=True, kw_only=True):
    """What to generate. ``mix`` gives each platform's share; ``check_in`` overrides how often every device checks in;
    ``tables`` are a site's own tables of models and OS versions, by file name; ``habits`` is its own file of habits
    (``site_habits``), empty for those of an office. ``churn`` is how many new devices come per thousand a year,
    None for what its habits or ``USUAL_CHURN`` say. ``past``: the fleet lives for a while before it is shown
    (``past.draw_with_past``)."""

    devices: int
    seed: int = 7
    mix: dict[Platform, int] | None = None
    check_in: timedelta | None = None
    tables: dict[str, str] = {}
    habits: str = ""
    churn: int | None = None
    past: bool = False


def draw_fleet(
    workspace: Workspace,
    plan: FleetPlan,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> int:
    """Generate the devices of a plan and enroll them; returns how many this call enrolled.

    Each batch is committed separately; ``stop``, or ``control.request_stop`` of any process, ends it after a batch.
    Called again with the same plan, it resumes. Refuses with ``fleet-exists`` (another plan, or already complete),
    ``devices-exist``, ``fleet-too-large``, ``mix-empty``, ``check-in-invalid``, ``churn-invalid``, ``tables-invalid``,
    ``habits-invalid``, ``clock-is-wall``, ``simulator-running``.
    """
    with simulator_lock(workspace), workspace.moments.none_kept(), executor_for(workers, executor) as pool:
        begin(workspace, None)
        record = begin_drawing(workspace, plan)
        drawing = Drawing(workspace, record)
        newcomers = drawing.newcomers(record.drawn, record.devices)
        done = record.drawn
        for batch in enroll_all(newcomers, drawing.material, Issuance(pool)):
            done = keep_drawn(workspace, record, batch)
            if progress is not None:
                progress(done, record.devices)
            if control_of(workspace).stop_requested or (stop is not None and stop()):
                break
        return done - record.drawn


def keep_drawn(workspace: Workspace, record: SimulationRecord, batch: Batch) -> int:
    """Commit a batch of enrolled devices; returns how many exist now."""
    first, done, records = min(batch.devices), max(batch.devices), workspace.devices.records
    with workspace.database.transaction():
        if not records.next_device_id() == records.next_certificate_id() == first:
            raise Refusal(
                "devices-exist",
                f"devices have been added while {record.drawn:,} of the fleet's {record.devices:,} were drawn",
                "Generate the fleet in a new workspace.",
            )
        workspace.policies.newcomers(batch)
        records.write(batch)
        put_simulation(workspace, replace(record, drawn=done))
        if done == record.devices:
            let_devices_trust(workspace, done)
            _look_over(workspace, record)
    return done


def begin_drawing(workspace: Workspace, plan: FleetPlan) -> SimulationRecord:
    """Store the plan, or load the one that was begun; refuses as ``draw_fleet`` does."""
    if not 0 < plan.devices <= CAPACITY:
        raise Refusal("fleet-too-large", f"a fleet has 1 to {CAPACITY:,} devices", "Ask for fewer.")
    if not workspace.is_virtual:
        raise Refusal("clock-is-wall", "the workspace uses the wall clock", "A simulation needs a virtual one.")
    mix = plan.mix or {Platform(name): share for name, share in PLATFORMS.items()}
    if not any(share > 0 for share in mix.values()):
        raise Refusal("mix-empty", "no platform has a share in the fleet", "Give at least one a share above 0.")
    if plan.check_in is not None and plan.check_in < OFTENEST:
        raise Refusal("check-in-invalid", "devices check in every hour at most", "Ask for an hour or more.")
    if plan.churn is not None and not 0 <= plan.churn <= MOST_CHURN:
        said = f"{plan.churn:,} new devices per thousand a year is no churn"
        raise Refusal("churn-invalid", said, f"Give 0 to {MOST_CHURN:,}.")
    check_in = None if plan.check_in is None else int(plan.check_in.total_seconds())
    checked(plan.tables)
    site_profiles(plan.habits)
    churns = (plan.churn, site_churn(plan.habits), USUAL_CHURN)
    churn = next(one for one in churns if one is not None)
    with workspace.database.transaction():
        record = simulation_of(workspace)
        if record is None:
            if workspace.devices.records.next_device_id() > 1:
                raise Refusal(
                    "devices-exist", "this workspace has devices already", "Generate the fleet in a new workspace."
                )
            record = SimulationRecord(
                devices=plan.devices,
                seed=plan.seed,
                mix=mix,
                check_in=check_in,
                domain=draw_organization(plan.seed).domain,
                started_at=workspace.now(),
                tables=plan.tables,
                drawing=DRAWING,
                habits=plan.habits,
                churn=churn,
                past=plan.past,
            )
            put_simulation(workspace, record)
            said = f"fleet of {plan.devices:,} devices, seed {plan.seed}"
            workspace.audit.record("simulation.fleet", "fleet:1", said)
            provide_push(workspace, record.domain, mix)
        same = (record.devices, record.seed, record.mix, record.check_in) == (plan.devices, plan.seed, mix, check_in)
        same = same and plan.tables in ({}, record.tables) and plan.habits in ("", record.habits)
        same = same and plan.churn in (None, record.churn) and plan.past is record.past
        if not same or record.drawn == record.devices:
            raise Refusal(
                "fleet-exists",
                f"a fleet of {record.devices:,} devices (seed {record.seed}) has been drawn here",
                "Use a new workspace for another fleet.",
            )
    return record


class Drawing:
    """Generates the devices of a simulation, each in its state just before enrollment."""

    def __init__(self, workspace: Workspace, record: SimulationRecord) -> None:
        self._workspace = workspace
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
        self._groups, self._authorities = workspace.authorities.groups(), workspace.authorities.all()
        self._device_cas = {ca.group: ca for ca in self._authorities if ca.role is AuthorityRole.DEVICE}
        self._check_in = None if record.check_in is None else timedelta(seconds=record.check_in)

    @cached_property
    def material(self) -> Material:
        """The secrets that the fleet's first certificates need."""
        return material_of(self._workspace, fleet_secret(self._workspace), self._device_cas)

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

    def is_left_alone(self, device: Device) -> bool:
        """Whether nobody takes care of a device when its person leaves."""
        assert device.habits is not None
        return self._profiles[device.platform].is_left_alone(device.habits.schedule.key)

    def handed_on(self, device: Device, holder: DeviceHolder) -> Device:
        """A device with its next owner, whose hours and zone it follows."""
        assert device.habits is not None
        key = draw(self._key, _KEY, device.habits.index) >> 1
        schedule = self._profiles[device.platform].schedule_of(holder, device.habits.schedule)
        return replace(
            device,
            owner=holder.name,
            upn=holder.upn,
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
            identity = self._kinds.told(habits.index, identity, enrollment_kind)
            name = device_name(identity, owner.name, draw(key, _NAME))
            named = {"device_name": name, "enrollment_kind": enrollment_kind, "language": owner.language}
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
        group = issuing_group(self._groups, self._authorities, at)
        if group is None:
            raise Refusal(
                "no-group-ready",
                f"no CA group issued on {day(at)}, when a device of the fleet would have enrolled",
                "Generate the fleet in a new workspace.",
            )
        return self._device_cas[group.name]


def choose_what_fails(workspace: Workspace, record: SimulationRecord) -> None:
    """Choose what will fail in the fleet as it is now. Inside a transaction."""
    _choose_among(workspace, record, workspace.database.table("devices").records(CohortTraits))


def _choose_among(workspace: Workspace, record: SimulationRecord, devices: Iterable[CohortTraits]) -> None:
    never = {platform: profile.never_renews for platform, profile in site_profiles(record.habits).items()}
    put_failures(workspace, choose_failures(devices, record.seed, never))


class _Drawn(CohortTraits, frozen=True):
    state: DeviceState = DeviceState.NOT_ENROLLED
    issuer_group: str | None = None


def _look_over(workspace: Workspace, record: SimulationRecord) -> None:
    """Sample the fleet and choose what will fail in it, while its devices are read once."""
    states, groups = Counter[str](), Counter[str]()

    def counted() -> Iterator[_Drawn]:
        for device in workspace.database.table("devices").records(_Drawn):
            states[device.state] += 1
            if device.issuer_group is not None:
                groups[device.issuer_group] += 1
            yield device

    devices = counted()
    if record.drawing > 1:
        _choose_among(workspace, record, devices)
    for _ in devices:  # those that nobody chose among
        pass
    add_sample(workspace, record.started_at, groups, {str(state): number for state, number in states.items()})
