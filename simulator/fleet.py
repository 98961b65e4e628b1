"""Drawing a fleet into a workspace: devices of a seed, enrolled over the past year, with real certificates.

The same seed and start give the same devices, owners, habits and enrollment dates, whatever the number of workers.
Drawing goes on where it was interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import asdict, replace

from ..store.authorities.groups import REACHES_BACK, device_validity
from ..store.authorities.issuing import Issued, Issuer
from ..store.devices.devices import Enrollment, certificate_record
from ..store.devices.draws import draw
from ..store.devices.enrollment import enrolled, first_certificate
from ..store.devices.records import Batch
from ..store.errors import Refusal
from ..store.model.device import CertificateState, Device, Platform
from ..store.workspace import Workspace
from .identities import CAPACITY, Fleet
from .identities.choice import Choice
from .identities.data.market import PLATFORMS
from .issuance import Issuance, Job, Material, Pending
from .keys import device_key, fleet_secret
from .lock import simulator_lock
from .organization import draw_organization
from .platforms import PROFILES
from .record import SimulationRecord, add_sample, put_simulation, simulation_of
from .workers import executor_for

BATCH = 512
LONGEST_ENROLLED = timedelta(days=330)
SHORTEST_ENROLLED = timedelta(days=7)
_KEY, _ENROLLED, _PLATFORM = range(201, 204)


class FleetPlan(Struct, frozen=True, kw_only=True):
    """What to draw. ``mix`` gives each platform's share; ``check_in`` overrides how often every device checks in."""

    devices: int
    seed: int = 7
    mix: dict[Platform, int] | None = None
    check_in: timedelta | None = None


class _Drawn(NamedTuple):
    """A device before it is enrolled, and when it is."""

    device: Device
    at: datetime
    job: Job


def first_monday(now: datetime) -> datetime:
    """Where the clock of a new simulation starts: Monday of this week, 00:00 UTC. So the same commands give the same
    history all week."""
    return (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def prepare_clock(workspace: Workspace, start: datetime | None, *, use_this_workspace: bool = False) -> None:
    """Give a workspace the virtual clock that a simulation needs, where it hasn't one yet.

    ``start`` None is ``first_monday``, or now in a workspace with an inventory. Refuses with
    ``workspace-holds-inventory`` (unless ``use_this_workspace``), ``start-before-authorities`` or ``clock-runs`` (a
    virtual clock that stands elsewhere).
    """
    with workspace.database.transaction():
        if workspace.is_virtual:
            if start is not None and start != workspace.now():
                raise Refusal(
                    "clock-runs",
                    f"the virtual clock stands at {workspace.now():%Y-%m-%d %H:%M} already",
                    "Leave --start out, or begin in a new workspace.",
                )
            return
        holds = bool(len(workspace.database.table("certificates")) or workspace.devices.records.count())
        if holds and not use_this_workspace:
            raise Refusal(
                "workspace-holds-inventory",
                "this workspace holds an inventory that goes by the wall clock",
                "Rehearse on a copy (`certfleet workspace export` and `import`), or add --use-this-workspace.",
            )
        wall = datetime.now(UTC).replace(microsecond=0)
        at = start or (wall if holds else first_monday(wall))
        workspace.authorities.provision()
        earliest = min(authority.not_before for authority in workspace.authorities.all())
        if at < earliest + LONGEST_ENROLLED:
            raise Refusal(
                "start-before-authorities",
                f"the CA group default is valid from {earliest:%Y-%m-%d} on, and devices enroll up to "
                f"{LONGEST_ENROLLED.days} days before the start",
                "Name a later --start, or a new workspace, whose CAs begin with it.",
            )
        workspace.set_clock(at)
        workspace.audit.record("workspace.clock", "workspace:1", f"clock virtual from {at:%Y-%m-%d %H:%M} UTC on")


assert LONGEST_ENROLLED + timedelta(days=14) < REACHES_BACK


def draw_fleet(
    workspace: Workspace,
    plan: FleetPlan,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Draw the devices of a plan and enroll them; the answer is how many were enrolled now.

    Each batch is committed by itself. Called again with the same plan it goes on where it ended. Refuses with
    ``fleet-exists`` (another plan), ``fleet-too-large``, ``clock-is-wall``, ``simulator-running``.
    """
    if not 0 < plan.devices <= CAPACITY:
        raise Refusal("fleet-too-large", f"a fleet has 1 to {CAPACITY:,} devices", "Ask for fewer.")
    if not workspace.is_virtual:
        raise Refusal("clock-is-wall", "the workspace goes by the wall clock", "A simulation needs a virtual one.")
    with simulator_lock(workspace), executor_for(workers, executor) as pool:
        record = _begin(workspace, plan)
        drawing = _Drawing(workspace, record)
        issuance = Issuance(pool)
        waiting: tuple[list[_Drawn], Pending] | None = None
        done = record.drawn
        for first in range(record.drawn, plan.devices, BATCH):
            drawn = [drawing.device(index) for index in range(first, min(first + BATCH, plan.devices))]
            under_way = drawn, issuance.begin(drawing.material, [one.job for one in drawn])
            if waiting is not None:
                done = drawing.keep(*waiting)
                if progress is not None:
                    progress(done, plan.devices)
            waiting = under_way
        if waiting is not None:
            done = drawing.keep(*waiting)
            if progress is not None:
                progress(done, plan.devices)
        return done - record.drawn


def re_enroll(workspace: Workspace, ids: Iterable[int]) -> list[Enrollment]:
    """Let the users of simulated devices re-enroll them now. Refuses with ``not-simulated``, ``device-unknown``."""
    secret, enrollments = fleet_secret(workspace), []
    for id in ids:
        device = workspace.devices.get(id)
        if device.habits is None:
            raise Refusal(
                "not-simulated", f"device {id} is not a simulated one", "Enroll it by a signing request of its own."
            )
        number = device.habits.keys
        with workspace.database.transaction():
            request = signing_request(secret, device.habits.index, number)
            batch = Batch()
            batch.devices[id] = replace(device, habits=replace(device.habits, keys=number + 1))
            workspace.devices.records.write(batch)
            enrollments.append(workspace.devices.enroll(id, request, key_number=number))
    return enrollments


def signing_request(secret: bytes, index: int, number: int) -> bytes:
    """The CSR (DER) of a simulated device over one of its keys."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(device_key(secret, index, number), hashes.SHA256()).public_bytes(Encoding.DER)


def _begin(workspace: Workspace, plan: FleetPlan) -> SimulationRecord:
    mix = plan.mix or {Platform(name): share for name, share in PLATFORMS.items()}
    check_in = None if plan.check_in is None else int(plan.check_in.total_seconds())
    with workspace.database.transaction():
        record = simulation_of(workspace)
        if record is None:
            record = SimulationRecord(
                devices=plan.devices,
                seed=plan.seed,
                mix=mix,
                check_in=check_in,
                domain=draw_organization(plan.seed).domain,
                started_at=workspace.now(),
            )
            put_simulation(workspace, record)
            workspace.audit.record(
                "simulation.fleet", "fleet:1", f"fleet of {plan.devices:,} devices, seed {plan.seed}"
            )
        same = (record.devices, record.seed, record.mix, record.check_in) == (plan.devices, plan.seed, mix, check_in)
        if not same or record.drawn == record.devices:
            raise Refusal(
                "fleet-exists",
                f"a fleet of {record.devices:,} devices (seed {record.seed}) has been drawn here",
                "Name a new workspace for another one.",
            )
    return record


class _Drawing:
    """Draws devices and keeps those that are enrolled."""

    def __init__(self, workspace: Workspace, record: SimulationRecord) -> None:
        self._workspace = workspace
        self._record = record
        self._start = record.started_at
        self._fleet = Fleet(record.seed, domain=record.domain)
        self._key = int.from_bytes(blake2b(b"habits %d" % record.seed, digest_size=8).digest()) >> 1
        self._platform = Choice({platform: float(share) for platform, share in record.mix.items() if share})
        self._group = workspace.authorities.issuing().name
        self._issuer: Issuer = workspace.authorities.issuer(self._group)
        self._ca_ends = self._issuer.certificate.not_valid_after_utc
        self._ca_begins = self._issuer.certificate.not_valid_before_utc
        self._check_in = None if record.check_in is None else timedelta(seconds=record.check_in)
        self.material = material_of(workspace, fleet_secret(workspace), [self._group])

    def device(self, index: int) -> _Drawn:
        """Device ``index``, as it is just before it enrolls."""
        key = draw(self._key, _KEY, index) >> 1
        platform = self._platform((draw(key, _PLATFORM)).to_bytes(8))
        identity, owner = self._fleet.identity(index, platform), self._fleet.owner(index)
        span = int((LONGEST_ENROLLED - SHORTEST_ENROLLED).total_seconds())
        at = self._start - SHORTEST_ENROLLED - timedelta(seconds=draw(key, _ENROLLED) % span)
        habits = PROFILES[platform].habits(key, index, self._start, self._check_in)
        device = Device(
            **asdict(identity),
            id=index + 1,
            owner=owner.name,
            upn=owner.upn,
            state_since=at,
            habits=replace(habits, keys=1, presents=index + 1),
        )
        validity = device_validity(at, self._ca_ends, self._ca_begins)
        return _Drawn(device, at, Job(index, identity.serial_number, self._group, 0, validity))

    def keep(self, drawn: list[_Drawn], pending: Pending) -> int:
        """Write a batch; the answer is how many devices are there by then."""
        batch, last = Batch(), drawn[-1].device.id
        for one, made in zip(drawn, pending.result(), strict=True):
            self._enroll(batch, one, made)
        with self._workspace.database.transaction():
            self._workspace.devices.records.write(batch)
            put_simulation(self._workspace, replace(self._record, drawn=last))
            if last == self._record.devices:
                self._sample()
        return last

    def _enroll(self, batch: Batch, one: _Drawn, made: Issued) -> None:
        id, validity = one.device.id, one.job.validity
        batch.certificates[id] = certificate_record(
            id, id, self._group, "enrollment", made, validity, one.at, CertificateState.ACTIVE, key_number=0
        )
        batch.take(enrolled(one.device, first_certificate(id, self._group, validity.not_after), one.at), one.at)

    def _sample(self) -> None:
        counts = self._workspace.devices.counts()
        add_sample(self._workspace, self._start, counts.groups, {str(name): n for name, n in counts.states.items()})


def material_of(workspace: Workspace, secret: bytes, groups: Iterable[str]) -> Material:
    """What issuing from these groups needs."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from ..store.authorities.issuing import key_der

    issuers = {}
    for group in groups:
        issuer = workspace.authorities.issuer(group)
        issuers[group] = issuer.certificate.public_bytes(Encoding.DER), key_der(issuer.key)
    return Material(secret, issuers)
