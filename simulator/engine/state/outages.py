"""Simulated outages of the push services and of the server: beginning, planning and ending one."""

from __future__ import annotations

from datetime import datetime, timedelta

from ....store.errors import Refusal
from ....store.model.simulated_outage import OutageOf, SimulatedOutage
from ....store.persistence.records import RecordTable
from ....store.views.simulated_outage import outage_text
from ....store.workspace import Workspace
from .simulation_record import simulation_of

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=30)


def outages(workspace: Workspace) -> list[SimulatedOutage]:
    """All outages, by their beginning."""
    return sorted(_table(workspace).all(), key=lambda one: (one.since, one.id))


def begin_outage(
    workspace: Workspace, service: OutageOf, length: timedelta, at: datetime | None = None
) -> SimulatedOutage:
    """An outage of this length, now or at a later time.

    Refuses with ``no-fleet``, ``outage-invalid`` (its length, or it begins in the past), ``outage-exists`` (it overlaps
    another one of the same service).
    """
    with workspace.database.transaction():
        if simulation_of(workspace) is None:
            raise Refusal(
                "no-fleet", "there is no fleet in this workspace", "Run `certfleet simulate fleet --devices 500`."
            )
        now = _whole(workspace.now())
        since = now if at is None else _whole(at)
        if not SHORTEST <= length <= LONGEST:
            raise Refusal("outage-invalid", "an outage lasts between a minute and 30 days", "Give another length.")
        if since < now:
            raise Refusal("outage-invalid", "an outage can't begin in the past", "Leave out its time, or give a later.")
        table = _table(workspace)
        until = since + timedelta(seconds=int(length.total_seconds()))
        outage = SimulatedOutage(id=table.next_id(), service=service, since=since, until=until)
        for other in table.all():
            if other.service is service and other.since < outage.until and outage.since < other.until:
                raise Refusal(
                    "outage-exists",
                    f"there is outage {other.id} at that time: {outage_text(other)}",
                    f"`certfleet simulate end-outage {other.id}` ends it.",
                )
        table.put([outage])
        workspace.audit.record("simulation.outage", f"outage:{outage.id}", f"simulated: {outage_text(outage)}")
    return outage


def end_outage(workspace: Workspace, id: int) -> SimulatedOutage | None:
    """End an outage now; one that has not begun is deleted, and the answer is None. Refuses with ``outage-unknown`` or
    ``outage-over``."""
    with workspace.database.transaction():
        table, now = _table(workspace), _whole(workspace.now())
        outage = table.get(id)
        if outage.until <= now:
            raise Refusal("outage-over", f"outage {id} is over: {outage_text(outage)}")
        workspace.audit.record("simulation.outage", f"outage:{id}", f"ended: {outage_text(outage)}")
        if outage.since >= now:
            table.remove(id)
            return None
        return table.change(outage, until=now)


def _table(workspace: Workspace) -> RecordTable[SimulatedOutage]:
    unknown = "outage-unknown", "there is no outage {id}", "`certfleet simulate outages` lists them."
    return RecordTable(workspace.database.table("simulated_outages"), SimulatedOutage, *unknown)


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0)
