"""A fleet with a past: it is drawn earlier, and lives up to the start by the rules of the simulator.

So it has been renewed once or twice and is half over from the last rotation; some devices were turned away, re-enrolled
or revoked, and their events and certificates tell so. It costs one or two signatures a device more than drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import NamedTuple

from ...store.devices.schedule.chance import draw
from ...store.errors import Refusal
from ...store.words import minute
from ...store.workspace import Workspace
from ..engine.campaigns.campaign import CampaignPlan, end_campaign, latest_campaign, open_campaign, start_campaign
from ..engine.simulator import Simulator
from ..engine.state.simulation_record import SimulationRecord, simulation_of
from .fleet import FleetPlan, choose_what_fails, draw_fleet

PAST = timedelta(days=200)
"""How long a fleet has lived before its start."""

_REVOKED = 8  # per thousand devices, each time
_WHOM = 411


class _Milestone(NamedTuple):
    """What an administrator did, so long after the fleet was drawn: made a CA group and asked all devices to renew, or
    revoked some."""

    after: timedelta
    rotates: bool


_MILESTONES = (
    _Milestone(timedelta(days=30), True),
    _Milestone(timedelta(days=110), False),
    _Milestone(PAST - timedelta(days=5), True),
    _Milestone(PAST - timedelta(days=2), False),
)


def begin_past(workspace: Workspace, start: datetime) -> None:
    """Check that the fleet of a workspace can have a past that ends at ``start``.

    Refuses with ``past-impossible`` unless the workspace was made for it, or its fleet has been begun.
    """
    if simulation_of(workspace) is None and workspace.now() != start - PAST:
        raise Refusal(
            "past-impossible",
            f"the clock of this workspace stands at {minute(workspace.now())} UTC, and it does not run back",
            "Draw a fleet with a past in a new workspace.",
        )


def draw_with_past(
    workspace: Workspace,
    plan: FleetPlan,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> int:
    """Generate the devices of a plan with a ``past`` and let it pass; returns how many this call drew.

    The clock must stand ``PAST`` before the start. Refuses as ``draw_fleet`` and the simulator do; called again with
    the same plan, it resumes.
    """
    record, drawn = simulation_of(workspace), 0
    if record is None or record.drawn < record.devices or workspace.now() >= record.started_at + PAST:
        drawn = draw_fleet(workspace, plan, workers=workers, executor=executor, progress=progress, stop=stop)
    record = simulation_of(workspace)
    assert record is not None
    if record.drawn < record.devices:
        return drawn
    for milestone in _MILESTONES:
        if not _live(workspace, record.started_at + milestone.after, workers, executor, stop):
            return drawn
        with workspace.moments.none_kept():
            _act(workspace, record, milestone)
    _live(workspace, record.started_at + PAST, workers, executor, stop)
    return drawn


def _act(workspace: Workspace, record: SimulationRecord, milestone: _Milestone) -> None:
    if milestone.rotates:
        _rotate(workspace, record, 1 + sum(one.rotates for one in _MILESTONES if one.after <= milestone.after))
    else:
        if open_campaign(workspace) is not None:
            end_campaign(workspace)
        workspace.devices.revoke(_to_revoke(record, milestone))


def _live(
    workspace: Workspace, until: datetime, workers: int, executor: Executor | None, stop: Callable[[], bool] | None
) -> bool:
    """Let time pass; False if it was stopped."""
    if workspace.now() < until:
        with Simulator(workspace, workers=workers, executor=executor) as simulator:
            simulator.run(until, stop=stop)
    return workspace.now() >= until


def _rotate(workspace: Workspace, record: SimulationRecord, groups: int) -> None:
    """Make the next CA group, unless it was made before an interruption, and ask all devices to renew. The first time
    a campaign tells the users whose devices need them; of the last rotation they have not been told yet. What failed
    at the rotation before no longer does."""
    if len(workspace.authorities.groups()) < groups:
        with workspace.database.transaction():
            choose_what_fails(workspace, record)
        workspace.authorities.refresh(ready_after=timedelta(0))
        workspace.devices.renew(workspace.database.table("devices").ids())
    if latest_campaign(workspace) is None:
        start_campaign(workspace, CampaignPlan())


def _to_revoke(record: SimulationRecord, milestone: _Milestone) -> list[int]:
    """Some devices, one at least."""
    count = max(1, record.devices * _REVOKED // 1000)
    ids = range(1, record.devices + 1)
    return sorted(ids, key=lambda id: draw(record.seed, _WHOM, id, milestone.after.days))[:count]
