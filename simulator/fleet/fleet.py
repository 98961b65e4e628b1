"""Generating a fleet in a workspace: devices of a seed, enrolled over the past year, with real certificates.

The same seed and start give the same devices, owners, habits and enrollment dates, whatever the number of workers. An
interrupted generation can be resumed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from ...store.devices.device_tables import Batch
from ...store.errors import Refusal
from ...store.model.device import DeviceState, Platform
from ...store.workspace import Workspace
from ..company.organization import draw_organization
from ..engine.behaviour.failing import put_failures
from ..engine.processes.control import begin, control_of
from ..engine.processes.lock import simulator_lock
from ..engine.processes.workers import executor_for
from ..engine.state.simulation_record import SimulationRecord, add_sample, put_simulation, simulation_of
from ..engine.state.start import first_monday, prepare_clock
from ..identities import CAPACITY
from ..identities.data.market import PLATFORMS
from ..identities.fleet import DRAWING
from ..identities.tables import checked
from ..platforms.site_habits import site_churn, site_profiles
from .arrivals import MOST_CHURN
from .drawing import Drawing
from .drawn_parts import enroll_drawn
from .enrolling import re_enroll
from .failure_cohorts import CohortTraits, choose_failures
from .foundation import let_devices_trust, provide_push

__all__ = ["FleetPlan", "draw_fleet", "first_monday", "prepare_clock", "re_enroll"]

OFTENEST = timedelta(hours=1)
USUAL_CHURN = 350
"""New devices per thousand a year, if nobody says another number."""


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
        drawing, done = Drawing.of(workspace, record), record.drawn
        for batch in enroll_drawn(drawing, drawing.material(workspace), record.drawn, record.devices, pool):
            done = keep_drawn(workspace, record, batch)
            if progress is not None:
                progress(done, record.devices)
            if control_of(workspace).stop_requested or (stop is not None and stop()):
                break
        return done - record.drawn


def keep_drawn(workspace: Workspace, record: SimulationRecord, batch: Batch) -> int:
    """Commit a batch of enrolled devices; returns how many exist now."""
    ids, records = batch.device_ids, workspace.devices.records
    first, done = min(ids), max(ids)
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


def choose_what_fails(workspace: Workspace, record: SimulationRecord) -> None:
    """Choose what will fail in the fleet as it is now. Inside a transaction."""
    _choose_among(workspace, record, workspace.database.table("devices").each(CohortTraits))


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
        for device in workspace.database.table("devices").each(_Drawn):
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
